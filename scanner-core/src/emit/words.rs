//! Facts in words, for formats that have text and no field.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::facts;
use crate::model::{Component, Evidence, FileRecord, Hex, Position, Sbom, Supplier};
use crate::path::ImagePath;

/// What stands for a supplier that nothing states. The NTIA minimum elements want the gap to be said in words.
const UNKNOWN: &str = "Organization: unknown";

/// What stands for a version or a place that nothing states.
pub(super) const NO_ASSERTION: &str = "NOASSERTION";

/// The version of a component, or that there is none to state. The NTIA minimum elements want one of both.
pub(super) fn version(component: &Component) -> &str {
    if component.version.is_empty() { NO_ASSERTION } else { &component.version }
}

/// Adds a supplier in the form `Person: Name (address)`.
///
/// BuildKit re-writes the document with a library that garbles `<>&"\` in this field and fails on an empty name.
pub(super) fn push_supplier(text: &mut String, supplier: Option<&Supplier>) {
    let (kind, named) = match supplier {
        Some(Supplier::Person(text)) => ("Person: ", text.as_str()),
        Some(Supplier::Organization(text)) => ("Organization: ", text.as_str()),
        None => ("", ""),
    };
    let (name, address) = match named.split_once('<') {
        Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
        None => (named, ""),
    };
    let (name, address) = (plain(name), plain(address));
    match (name.is_empty(), address.is_empty()) {
        (true, true) => text.push_str(UNKNOWN),
        (false, true) => text.extend([kind, &name]),
        (true, false) => text.extend([kind, &address]),
        (false, false) => text.extend([kind, &name, " (", &address, ")"]),
    }
}

/// A text in one line without the characters that are garbled.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if is_plain(text) {
        return text.into();
    }
    let garbles = |it: char| {
        matches!(it, '"' | '\\' | '&' | '<' | '>')
            || it != ' ' && (it.is_control() || it.is_whitespace())
    };
    let replaced = text.chars().map(|character| match character {
        '"' => '\'',
        '\\' => '/',
        '&' => '+',
        _ if garbles(character) => ' ',
        _ => character,
    });
    replaced.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// Whether a text is printable ASCII, with nothing that is garbled and no two blanks beside each other.
fn is_plain(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|it| {
        let is_second_blank = [std::mem::replace(&mut before, it), it] == [b' '; 2];
        matches!(it, b' '..=b'~')
            && !matches!(it, b'"' | b'\\' | b'&' | b'<' | b'>')
            && !is_second_blank
    })
}

/// Adds the proofs and further facts of a component, a line each.
pub(super) fn push_comment(text: &mut String, component: &Component, sbom: &Sbom) {
    for it in &component.evidence {
        push_evidence(text, it, sbom);
        text.push('\n');
    }
    for (key, value) in facts::with_stack(component, sbom) {
        push_fact(text, key, &value);
    }
    text.truncate(text.trim_end_matches('\n').len());
}

/// Adds a line for a fact. Lines of its value are told apart by `\\n`.
fn push_fact(text: &mut String, key: &str, value: &str) {
    text.extend(["stellaops:", key, "="]);
    if value.contains(['\n', '\\']) {
        text.push_str(&value.replace('\\', r"\\").replace('\n', r"\n"));
    } else {
        text.push_str(value);
    }
    text.push('\n');
}

/// Adds what is known of the image as a whole and what was counted, a line each.
pub(super) fn push_about(text: &mut String, sbom: &Sbom) {
    for (key, value) in sbom.facts() {
        push_fact(text, key, &value);
    }
    for (counter, count) in sbom.counts.iter() {
        text.extend(["count ", &counter.to_string(), " ", &count.to_string(), "\n"]);
    }
    text.truncate(text.trim_end_matches('\n').len());
}

/// Adds one proof: analyzer, method, place, layer and digest.
pub(super) fn push_evidence(text: &mut String, evidence: &Evidence, sbom: &Sbom) {
    text.extend([&*evidence.analyzer, " ", evidence.method.as_str(), ": "]);
    text.push_str(&evidence.location());
    // Writing to a string does not fail.
    let _ = match evidence.position {
        Position::Whole | Position::Entry(_) => Ok(()),
        Position::Line(line) => write!(text, ":{line}"),
        Position::Offset(offset) => write!(text, "@{offset:#x}"),
    };
    push_layer_and_digest(text, evidence, sbom);
}

/// Adds the layer of a proof, if what was scanned has layers, and the digest of the file, if it is known.
fn push_layer_and_digest(text: &mut String, evidence: &Evidence, sbom: &Sbom) {
    text.push_str(&layer(evidence, sbom));
    if let Some(digest) = &evidence.sha256 {
        text.extend([" sha256:", Hex::of(&digest.0).as_str()]);
    }
}

/// The layer of a proof in words; nothing if what was scanned has none.
pub(super) fn layer(evidence: &Evidence, sbom: &Sbom) -> String {
    let layered = sbom.image.as_ref().is_some_and(|it| !it.layers.is_empty());
    if layered { format!(" layer {}", evidence.layer) } else { String::new() }
}

/// Adds of a file its layer, in the words of BuildKit, which adds them where they are missing, and whether it was
/// altered.
pub(super) fn push_file(text: &mut String, file: &FileRecord, sbom: &Sbom) {
    if let Some(layer) = sbom.image.as_ref().and_then(|it| it.layers.get(file.layer)) {
        text.extend(["layerID: ", &layer.diff_id]);
    }
    if file.altered == Some(true) {
        let line = if text.is_empty() { "" } else { "\n" };
        text.extend([line, "altered: differs from what its package recorded"]);
    }
}

/// What is said of a file that two components share, one of which it proves.
pub(super) fn shared_file(proof: &ImagePath) -> String {
    format!("owned-by: {} is a file of both", proof.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supplier(supplier: Option<&Supplier>) -> String {
        let mut text = String::new();
        push_supplier(&mut text, supplier);
        text
    }

    fn person(text: &str) -> String {
        supplier(Some(&Supplier::Person(text.to_owned())))
    }

    #[test]
    fn a_supplier_survives_the_rewriting_of_buildkit() {
        assert_eq!(person("A \"B\" C <a@b.org>"), "Person: A 'B' C (a@b.org)");
        assert_eq!(person("<a@b.org>"), "Person: a@b.org");
        assert_eq!(person("AT&T\nLabs"), "Person: AT+T Labs");
        assert_eq!(person("<>"), "Organization: unknown");
        assert_eq!(supplier(None), "Organization: unknown");
    }
}
