//! Packages of PHP that PEAR or PECL installed.

use super::name::is_name;
use super::{About, Analyzer, Context, Fault, Findings, Select, Target, os_package};
use crate::formats::pear_registry::{self, Record};
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};
use crate::path::ImagePath;

/// The channel whose packages lie in the registry itself; those of others have a folder each.
const PEAR: &str = "pear.php.net";
const REGISTRY: &[u8] = b".registry";
const CHANNEL: &[u8] = b".channel.";

/// Finds packages of PEAR and PECL.
pub(super) struct Pear;

impl Analyzer for Pear {
    fn id(&self) -> &'static str {
        "pear"
    }

    fn about(&self) -> About {
        About {
            claims: "each NAME.reg in the registry of PEAR (/usr/local/lib/php/.registry/.channel.pecl.php.net), with the files that it lists",
            refuses: "records without name or version; descriptions of channels, package.xml, and .reg files elsewhere",
            specification: "PEAR: PEAR_Registry; PHP: serialize; a candidate for a purl type, written as others write it",
        }
    }

    fn selects(&self) -> &'static [Select] {
        &[Select::Suffix(".reg")]
    }

    fn analyze(
        &self,
        found: &mut Findings<'_>,
        target: &Target<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Fault> {
        let Some(channel) = channel(target.file.path) else { return Ok(()) };
        let record = pear_registry::parse(&target.file.bytes(cx.fs.limits().metadata_bytes)?)?;
        match component(&record, &channel, cx) {
            Some(component) => found.add(Method::Database, Position::Whole, component),
            None => found.notice(Code::Incomplete, "lacks a valid name or version"),
        }
        Ok(())
    }
}

/// The channel in whose part of a registry a file is.
fn channel(path: &ImagePath) -> Option<String> {
    let folders: Vec<&[u8]> = path.components().rev().skip(1).take(2).collect();
    match folders.as_slice() {
        [REGISTRY, ..] => Some(PEAR.to_owned()),
        [folder, REGISTRY] => {
            let name = folder.strip_prefix(CHANNEL).and_then(|it| str::from_utf8(it).ok());
            name.map(str::to_owned)
        }
        _ => None,
    }
}

fn component(record: &Record, folder: &str, cx: &Context<'_>) -> Option<Component> {
    let Record { name, version, .. } = record;
    let channel = Some(&*record.channel).filter(|it| !it.is_empty()).unwrap_or(folder);
    if !is_name(name) || !is_name(channel) || version.trim().is_empty() {
        return None;
    }
    let purl = Purl::new("pear", name, version).namespace(channel);
    let mut component = Component::new(Kind::Library, &purl, name, version);
    component.licenses = License::new(&record.license).into_iter().collect();
    let files = record.files.iter().map(String::as_bytes);
    component.owns = os_package::owned_files(cx.fs, files);
    Some(component)
}
