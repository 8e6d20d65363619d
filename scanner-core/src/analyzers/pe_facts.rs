//! What PE files say of themselves, where nothing identifies them: their version resource and .NET metadata.

use std::collections::BTreeMap;

use crate::formats::pe::Pe;
use crate::formats::{clr, version_resource};
use crate::limits::Limits;
use crate::read::ReadAt;

/// Strings of the version resource that are kept, and their keys here.
const STRINGS: &[(&str, &str)] = &[
    ("CompanyName", "pe:company"),
    ("FileVersion", "pe:file-version"),
    ("ProductName", "pe:product"),
    ("ProductVersion", "pe:product-version"),
];

/// Reads the facts. What cannot be read is no fact; the file itself is known by its digest.
pub(super) fn read(file: &dyn ReadAt, pe: &Pe, limits: &Limits) -> BTreeMap<&'static str, String> {
    let mut facts = BTreeMap::new();
    let mut strings = version_resource::read(file, pe, limits.section_bytes).unwrap_or_default();
    for (name, key) in STRINGS {
        facts.extend(strings.remove(*name).map(|it| (*key, it)));
    }
    if let Ok(Some(assembly)) = clr::read(file, pe, limits.section_bytes) {
        facts.insert("dotnet:assembly", assembly.name);
        facts.insert("dotnet:assembly-version", assembly.version);
        facts.extend(Some(("dotnet:culture", assembly.culture)).filter(|(_, it)| !it.is_empty()));
        if assembly.reference {
            facts.insert("dotnet:reference-assembly", "true".to_owned());
        }
    }
    facts
}
