//! Packages of OpenWrt and of images that Yocto built, from opkg's database.

use super::dpkg::Relations;
use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::formats::deb822::{self, Stanza};
use crate::fs::File;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl, Supplier};
use crate::path::ImagePath;

/// Finds packages that opkg installed.
pub(super) struct Opkg;

impl Analyzer for Opkg {
    fn id(&self) -> &'static str {
        "opkg"
    }

    fn about(&self) -> About {
        About {
            claims: "each package whose state is installed; Depends",
            refuses: "packages that are unpacked, half-installed or removed",
            specification: "opkg: pkg_parse.c; the stanzas of deb822(5)",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Path("/usr/lib/opkg/status"), Select::Path("/var/lib/opkg/status")]
    }

    fn reads(&self) -> &'static [Select] {
        &[Select::In("/usr/lib/opkg/info"), Select::In("/var/lib/opkg/info")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let bytes = target.file.bytes(cx.fs.limits().database_bytes)?;
        let text = String::from_utf8_lossy(os_package::whole_lines(&bytes, found));
        let (stanzas, problems) = deb822::parse(&text);
        os_package::problems(&problems, found);
        let home = target.file.path.parent().unwrap_or_else(ImagePath::root);
        let relations = Relations::new(home, &[]);
        for stanza in &stanzas {
            let state = stanza.get("Status").and_then(|it| it.split_whitespace().nth(2));
            if state != Some("installed") {
                continue;
            }
            match package(stanza, target.file, cx) {
                Some(mut package) => {
                    package.claims.push(relations.of(stanza, &package.name, &package.version));
                    found.add(Method::Database, Position::Line(stanza.line), package);
                }
                None => found.notice(
                    Code::Incomplete,
                    format!("the stanza at line {} lacks a valid name or version", stanza.line),
                ),
            }
        }
        Ok(())
    }
}

fn package(stanza: &Stanza<'_>, database: &File<'_>, cx: &Context<'_>) -> Option<Component> {
    let field = |name| stanza.get(name).filter(|it| !it.is_empty());
    let (name, version) = (field("Package").filter(|it| is_name(it))?, field("Version")?);
    let distro = cx.distro.map(crate::model::Distro::qualifier).unwrap_or_default();
    let purl = Purl::new("opkg", name, version)
        .qualifier("arch", field("Architecture").unwrap_or_default())
        .qualifier("distro", &distro);
    let mut package = Component::new(Kind::OsPackage, &purl, name, version);
    let info = database.path.parent().and_then(|it| it.join("info"));
    let read = |ending| {
        let path = info.as_ref()?.join(format!("{name}.{ending}"))?;
        cx.fs.file_at(&path)?.bytes(cx.fs.limits().database_bytes).ok()
    };
    let list = read("list").unwrap_or_default();
    package.owns = os_package::owned_files(cx.fs, list.split(|byte| *byte == b'\n').map(path));
    let control = read("control").unwrap_or_default();
    let control = String::from_utf8_lossy(&control);
    let control = deb822::first(&control);
    package.licenses = control.get("License").and_then(License::new).into_iter().collect();
    package.supplier = control.get("Maintainer").and_then(Supplier::person);
    Some(package)
}

/// The path of a line of a list, which may be followed by mode and link.
fn path(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b'\t').next().unwrap_or_default()
}
