//! Which formats a build can be asked to attach.

use std::collections::BTreeSet;

use scanner_core::emit::Emitter;

use crate::artifacts::{ARTIFACTS, Artifact};

/// What can be attached as a predicate, with its predicate type and what writes it.
pub(super) fn available()
-> impl Iterator<Item = (&'static Artifact, &'static str, &'static dyn Emitter)> {
    ARTIFACTS
        .iter()
        .filter(|it| !it.is_newer())
        .filter_map(|it| Some((it, it.predicate_type?, it.emitter()?)))
}

/// Those that are attached when the user names none.
pub(crate) fn usual() -> BTreeSet<String> {
    available().filter(|(it, ..)| it.usual).map(|(it, ..)| it.format.to_owned()).collect()
}

/// Reads names with commas between.
pub(crate) fn read(text: &str) -> Result<BTreeSet<String>, String> {
    let mut known: Vec<&str> = available().map(|(it, ..)| it.format).collect();
    known.dedup();
    let unknown = |it| format!("no format is called {it}; there are {}", known.join(", "));
    let format = |it| if known.contains(&it) { Ok(it.to_owned()) } else { Err(unknown(it)) };
    text.split(',').map(format).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifacts::SPDX;

    #[test]
    fn names_are_read_and_unknown_ones_refused() {
        assert_eq!(read("spdx-json,cyclonedx-json").unwrap().len(), 2);
        assert!(read("table").unwrap_err().contains("there are spdx-json"));
        assert!(read("").is_err() && read("cyclonedx-pb").is_err());
        let attached = ["bom-index", "cyclonedx-json", "entrytrace-json", SPDX];
        assert_eq!(usual(), attached.map(str::to_owned).into());
    }
}
