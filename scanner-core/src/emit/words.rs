//! Facts in words, for formats that have text and no field.

use crate::model::{Component, Evidence, Position, Sbom, Supplier};

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
    match (plain(name), plain(address)) {
        (name, address) if name.is_empty() && address.is_empty() => UNKNOWN.to_owned(),
        (name, address) if address.is_empty() => format!("{kind}: {name}"),
        (name, address) if name.is_empty() => format!("{kind}: {address}"),
        (name, address) => format!("{kind}: {name} ({address})"),
    }
}

fn plain(text: &str) -> String {
    let replaced = text.chars().map(|character| match character {
        '"' => '\'',
        '\\' => '/',
        '&' => '+',
        '<' | '>' | '\u{2028}' | '\u{2029}' => ' ',
        character if character.is_control() => ' ',
        character => character,
    });
    replaced.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The proofs and further facts of a component, a line each.
pub(super) fn comment(component: &Component) -> String {
    let proofs = component.evidence.iter().map(evidence);
    let facts = component.properties.iter().map(|(key, value)| format!("stellaops:{key}={value}"));
    proofs.chain(facts).collect::<Vec<_>>().join("\n")
}

/// What is known of the image as a whole and what was counted, a line each.
pub(super) fn about(sbom: &Sbom) -> String {
    let facts = sbom.facts().into_iter().map(|(key, value)| format!("stellaops:{key}={value}"));
    let counts = sbom.counts.iter().map(|(counter, count)| format!("count {counter} {count}"));
    facts.chain(counts).collect::<Vec<_>>().join("\n")
}

/// One proof: analyzer, method, place and digest.
pub(super) fn evidence(evidence: &Evidence) -> String {
    let path = evidence.location();
    let place = match evidence.position {
        Position::Whole | Position::Entry(_) => path.into_owned(),
        Position::Line(line) => format!("{path}:{line}"),
        Position::Offset(offset) => format!("{path}@{offset:#x}"),
    };
    let digest = evidence.sha256.map(|it| format!(" sha256:{it}")).unwrap_or_default();
    format!("{} {}: {place}{digest}", evidence.analyzer, evidence.method.as_str())
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
