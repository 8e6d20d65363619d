//! Which documents can be attached, under which name and as which predicate.

use std::collections::BTreeSet;

use scanner_core::emit::{EMITTERS, Emitter, in_toto};

/// The format that BuildKit knows as an SBOM.
pub(crate) const SPDX: &str = "spdx-json";

/// A format that can be attached.
pub(super) struct Format {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// The files: of the inventory, and of what the entrypoint uses where the format tells them apart.
    pub(super) inventory: &'static str,
    pub(super) usage: Option<&'static str>,
    /// The type of the predicate.
    pub(super) predicate_type: &'static str,
    /// The media type, if the document is no JSON and has to be wrapped.
    pub(super) wrapped: Option<&'static str>,
    /// Whether it is attached when the user names none.
    usual: bool,
}

/// Every one, in the order in which they are attached.
const FORMATS: &[Format] = &[
    Format {
        name: SPDX,
        inventory: "sbom.spdx.json",
        usage: None,
        predicate_type: in_toto::SPDX,
        wrapped: None,
        usual: true,
    },
    Format {
        name: "spdx3-json",
        inventory: "sbom.spdx3.json",
        usage: None,
        predicate_type: "https://spdx.dev/Document/v3",
        wrapped: None,
        usual: false,
    },
    Format {
        name: "cyclonedx-json",
        inventory: "inventory.cdx.json",
        usage: Some("usage.cdx.json"),
        predicate_type: "https://cyclonedx.org/bom",
        wrapped: None,
        usual: true,
    },
    Format {
        name: "bom-index",
        inventory: "bom-index.json",
        usage: None,
        predicate_type: "https://stella-ops.org/attestations/bom-index/v1",
        wrapped: Some("application/vnd.stellaops.bom-index.v1+binary"),
        usual: true,
    },
    Format {
        name: "entrytrace-json",
        inventory: "entrytrace.json",
        usage: None,
        predicate_type: "https://stella-ops.org/attestations/entrytrace/v1",
        wrapped: None,
        usual: true,
    },
];

/// The formats that can be written and attached.
pub(super) fn available() -> impl Iterator<Item = (&'static Format, &'static dyn Emitter)> {
    FORMATS.iter().filter_map(|format| {
        let emitter = EMITTERS.iter().find(|it| it.format() == format.name)?;
        Some((format, *emitter))
    })
}

/// Those that are attached when the user names none.
pub(crate) fn usual() -> BTreeSet<String> {
    available().filter(|(it, _)| it.usual).map(|(it, _)| it.name.to_owned()).collect()
}

/// Reads names with commas between.
pub(crate) fn read(text: &str) -> Result<BTreeSet<String>, String> {
    let known: Vec<&str> = available().map(|(it, _)| it.name).collect();
    let unknown = |it| format!("no format is called {it}; there are {}", known.join(", "));
    let format = |it| if known.contains(&it) { Ok(it.to_owned()) } else { Err(unknown(it)) };
    text.split(',').map(format).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_are_called_alike() {
        let files = FORMATS.iter().flat_map(|it| [Some(it.inventory), it.usage]);
        let files: Vec<&str> = files.flatten().collect();
        assert_eq!(BTreeSet::from_iter(&files).len(), files.len());
    }

    #[test]
    fn names_are_read_and_unknown_ones_refused() {
        assert_eq!(read("spdx-json,cyclonedx-json").unwrap().len(), 2);
        assert!(read("table").unwrap_err().contains("there are spdx-json"));
        assert!(read("").is_err());
        assert!(usual().contains(SPDX) && !usual().contains("spdx3-json"));
    }
}
