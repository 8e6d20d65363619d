//! Packages of Alpine, Wolfi and their like, from apk's database.

use std::sync::Arc;

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::formats::apk_db::{self, Record};
use crate::model::{Claim, Code, Component, License, Method, Position, Source, Supplier};
use crate::path::ImagePath;

/// Finds apk packages.
pub(super) struct Apk;

impl Analyzer for Apk {
    fn id(&self) -> &'static str {
        "apk"
    }

    fn about(&self) -> About {
        About {
            claims: "each record with a name and a version; what it depends on (`D:`), met by names and provides (`p:`)",
            refuses: "records that lack one of them; conflicts and install_if as dependencies",
            specification: "apk-package(5)",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path("/lib/apk/db/installed"), Select::Path("/usr/lib/apk/db/installed")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let bytes = target.file.bytes(cx.fs.limits().database_bytes)?;
        let records = apk_db::parse(os_package::whole_lines(&bytes, found));
        if records.is_empty() {
            found.notice(Code::EmptyDatabase, "holds no package");
        }
        let home: Arc<[ImagePath]> = target.file.path.parent().into_iter().collect();
        for record in records {
            if !is_name(&record.name) || record.version.is_empty() {
                found.notice(
                    Code::Incomplete,
                    format!("the record at line {} lacks a valid name or version", record.line),
                );
                continue;
            }
            let mut component = component(&record, cx);
            component.claims.push(claim(&record, &home));
            found.add(Method::Database, Position::Line(record.line), component);
        }
        Ok(())
    }
}

/// What a package needs and provides.
fn claim(record: &Record, home: &Arc<[ImagePath]>) -> Claim {
    let mut claim = Claim::new(Arc::clone(home));
    let requires = claim.requires.get_or_insert_default();
    for (name, version) in apk_db::names(&record.depends) {
        requires.add(name, version);
    }
    claim.provides.add(&record.name, &record.version);
    for (name, version) in apk_db::names(&record.provides) {
        claim.provides.add(name, version.trim_start_matches('='));
    }
    claim
}

fn component(record: &Record, cx: &Context<'_>) -> Component {
    let source = Some(Source { name: record.origin.clone(), version: record.version.clone() });
    let source = source.filter(|source| !source.name.is_empty());
    let name = (record.name.as_str(), record.version.as_str());
    let mut component =
        os_package::component(("apk", "alpine"), name, &record.architecture, source, cx);
    component.licenses.extend(License::new(&record.license));
    component.supplier = Supplier::person(&record.maintainer);
    component.owns = os_package::owned_files(cx.fs, record.files.iter().map(Vec::as_slice));
    for (key, value) in [("apk:architecture", &record.architecture), ("apk:commit", &record.commit)]
    {
        if !value.is_empty() {
            component.properties.insert(key, value.clone());
        }
    }
    component
}
