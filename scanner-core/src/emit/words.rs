//! Facts in words, for formats that have text and no field.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::facts::facts_with_stack;
use crate::model::{Component, Evidence, FileRecord, LayerFacts, Position, Sbom, Supplier, hex};

/// What stands for a supplier that nothing states. The NTIA minimum elements want the gap to be said in words.
const UNKNOWN: &str = "Organization: unknown";

/// A supplier in the form `Person: Name (address)`.
///
/// BuildKit re-writes the document with a library that garbles `<>&"\` in this field and fails on an empty name.
pub(super) fn supplier(supplier: Option<&Supplier>) -> String {
    let (kind, text) = match supplier {
        Some(Supplier::Person(text)) => ("Person", text),
        Some(Supplier::Organization(text)) => ("Organization", text),
        None => return UNKNOWN.to_owned(),
    };
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
        None => (text.as_str(), ""),
    };
    let (name, address) = (plain(name), plain(address));
    match (name.is_empty(), address.is_empty()) {
        (true, true) => UNKNOWN.to_owned(),
        (false, true) => [kind, ": ", &name].concat(),
        (true, false) => [kind, ": ", &address].concat(),
        (false, false) => [kind, ": ", &name, " (", &address, ")"].concat(),
    }
}

/// A text in one line without the characters that are garbled.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let garbles = |it: char| {
        matches!(it, '"' | '\\' | '&' | '<' | '>')
            || it != ' ' && (it.is_control() || it.is_whitespace())
    };
    if !text.contains(garbles) && !text.contains("  ") {
        return text.into();
    }
    let replaced = text.chars().map(|character| match character {
        '"' => '\'',
        '\\' => '/',
        '&' => '+',
        _ if garbles(character) => ' ',
        _ => character,
    });
    replaced.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// The proofs and further facts of a component, a line each.
pub(super) fn comment(component: &Component, sbom: &Sbom) -> String {
    let mut text = String::new();
    for it in &component.evidence {
        text.push_str(&evidence(it, sbom));
        text.push('\n');
    }
    for (key, value) in facts_with_stack(component, sbom) {
        push_fact(&mut text, key, &value);
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
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

/// What is known of the image as a whole and what was counted, a line each.
pub(super) fn about(sbom: &Sbom) -> String {
    let mut text = String::new();
    for (key, value) in sbom.facts() {
        push_fact(&mut text, key, &value);
    }
    for (counter, count) in sbom.counts.iter() {
        text.extend(["count ", &counter.to_string(), " ", &count.to_string(), "\n"]);
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}

/// One proof: analyzer, method, place, layer and digest.
pub(super) fn evidence(evidence: &Evidence, sbom: &Sbom) -> String {
    let mut text = [&*evidence.analyzer, " ", evidence.method.as_str(), ": "].concat();
    text.push_str(&evidence.location());
    // Writing to a string does not fail.
    let _ = match evidence.position {
        Position::Whole | Position::Entry(_) => Ok(()),
        Position::Line(line) => write!(text, ":{line}"),
        Position::Offset(offset) => write!(text, "@{offset:#x}"),
    };
    push_layer_and_digest(&mut text, evidence, sbom);
    text
}

/// Adds of a proof all but its place.
pub(super) fn push_method_layer_and_digest(text: &mut String, evidence: &Evidence, sbom: &Sbom) {
    text.extend([&*evidence.analyzer, " ", evidence.method.as_str()]);
    push_layer_and_digest(text, evidence, sbom);
}

/// Adds the layer of a proof, if what was scanned has layers, and the digest of the file, if it is known.
fn push_layer_and_digest(text: &mut String, evidence: &Evidence, sbom: &Sbom) {
    if sbom.image.as_ref().is_some_and(|it| !it.layers.is_empty()) {
        let _ = write!(text, " layer {}", evidence.layer);
    }
    if let Some(digest) = &evidence.sha256 {
        text.extend([" sha256:", &hex(&digest.0)]);
    }
}

/// Of a file its layer, in the words of BuildKit, which adds them where they are missing, and whether it was altered.
pub(super) fn file(file: &FileRecord, layers: &[LayerFacts]) -> Option<String> {
    let layer = layers.get(file.layer).map(|it| format!("layerID: {}", it.diff_id));
    let altered = file.altered == Some(true);
    let altered = altered.then(|| "altered: differs from what its package recorded".to_owned());
    let lines: Vec<String> = layer.into_iter().chain(altered).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
