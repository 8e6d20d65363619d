//! Facts in words, as `emit` writes them where a format has no field.

use crate::model::{
    Code, Counter, Evidence, Frame, License, Method, Notice, Position, Sha256, Supplier,
};
use crate::path::ImagePath;

/// What the names of our facts begin with.
pub(super) const PREFIX: &str = crate::emit::cyclonedx::PREFIX;

/// Every method of proof.
const METHODS: [Method; 6] = [
    Method::Database,
    Method::Metadata,
    Method::BuildInfo,
    Method::Digest,
    Method::Declaration,
    Method::Attestation,
];

/// A fact in a line of a comment, with its value as it was.
pub(super) fn fact(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.strip_prefix(PREFIX)?.split_once('=')?;
    let mut plain = String::new();
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => plain.push(match rest.next() {
                Some('n') => '\n',
                Some(other) => other,
                None => '\\',
            }),
            _ => plain.push(character),
        }
    }
    Some((key, plain))
}

/// A count in a line of a comment.
pub(super) fn count(line: &str) -> Option<(Counter, u64)> {
    let (counter, count) = line.strip_prefix("count ")?.rsplit_once(' ')?;
    Some((Counter::parse(counter), count.parse().ok()?))
}

/// A notice: `notice CODE PATH: MESSAGE`.
pub(super) fn notice(text: &str) -> Option<Notice> {
    let (code, rest) = text.strip_prefix("notice ")?.split_once(' ')?;
    let (path, message) = rest.split_once(": ")?;
    Some(Notice {
        path: ImagePath::normalize(path)?,
        code: *Code::ALL.iter().find(|it| it.as_str() == code)?,
        message: message.to_owned(),
    })
}

/// A proof in a line: `ANALYZER METHOD: PLACE`, then layer and digest.
pub(super) fn evidence(line: &str, layered: bool) -> Option<Evidence> {
    let (how, rest) = line.split_once(": ")?;
    let (place, layer, sha256) = layer_and_digest(rest, layered);
    let (path, position) = place_in_words(place);
    let (analyzer, method) = how_proven(how)?;
    let path = ImagePath::normalize(path)?;
    Some(Evidence { path, position, analyzer: analyzer.into(), method, layer, sha256 })
}

/// What a proof says beside its place: `ANALYZER METHOD`, then layer and digest.
pub(super) fn context(
    text: &str,
    layered: bool,
) -> Option<(String, Method, usize, Option<Sha256>)> {
    let (how, layer, sha256) = layer_and_digest(text, layered);
    let (analyzer, method) = how_proven(how)?;
    Some((analyzer, method, layer, sha256))
}

fn how_proven(text: &str) -> Option<(String, Method)> {
    let (analyzer, rest) = text.split_once(' ')?;
    let name = rest.split(' ').next()?;
    let method = METHODS.into_iter().find(|it| it.as_str() == name)?;
    Some((analyzer.to_owned(), method))
}

/// Takes layer and digest off the end of a text.
fn layer_and_digest(text: &str, layered: bool) -> (&str, usize, Option<Sha256>) {
    let (text, sha256) = match text.rsplit_once(" sha256:") {
        Some((rest, digest)) if Sha256::parse(digest).is_some() => (rest, Sha256::parse(digest)),
        _ => (text, None),
    };
    let layer = text.rsplit_once(" layer ").filter(|_| layered);
    match layer.and_then(|(rest, layer)| Some((rest, layer.parse().ok()?))) {
        Some((rest, layer)) => (rest, layer, sha256),
        None => (text, 0, sha256),
    }
}

/// A place without numbers of its own: a path, or an entry of an archive.
pub(super) fn location(text: &str) -> (&str, Position) {
    match text.split_once("!/") {
        Some((path, entry)) => (path, Position::Entry(entry.to_owned())),
        None => (text, Position::Whole),
    }
}

/// A place in words: `PATH`, `PATH:LINE`, `PATH@0xOFFSET` or `PATH!/ENTRY`.
fn place_in_words(text: &str) -> (&str, Position) {
    let offset = text.rsplit_once("@0x");
    let offset = offset.and_then(|(path, it)| Some((path, u64::from_str_radix(it, 16).ok()?)));
    let line = text.rsplit_once(':').and_then(|(path, it)| Some((path, it.parse().ok()?)));
    match (location(text), offset, line) {
        ((path, entry @ Position::Entry(_)), _, _) => (path, entry),
        (_, Some((path, offset)), _) => (path, Position::Offset(offset)),
        (_, _, Some((path, line))) => (path, Position::Line(line)),
        (whole, None, None) => whole,
    }
}

/// A frame of a call stack: `FILE`, `FILE:LINE` or `FILE:LINE in FUNCTION()`.
pub(super) fn frame(text: &str) -> Frame {
    let called = text.strip_suffix("()").and_then(|it| it.rsplit_once(" in "));
    let (place, function) = called.map_or((text, None), |(place, it)| (place, Some(it.to_owned())));
    let line = place.rsplit_once(':').and_then(|(file, it)| Some((file, it.parse().ok()?)));
    let (file, line) = line.map_or((place, None), |(file, line)| (file, Some(line)));
    Frame { file: file.to_owned(), function, line }
}

/// The file that proves that one component is a part of another.
pub(super) fn shared_file(comment: &str) -> Option<ImagePath> {
    let path = comment.strip_prefix("owned-by: ")?.strip_suffix(" is a file of both")?;
    ImagePath::normalize(path)
}

/// A supplier as SPDX 2 writes it: `Person: Name (address)`.
pub(super) fn supplier(text: &str) -> Option<Supplier> {
    let (kind, name) = text.split_once(": ")?;
    if name == "unknown" {
        return None;
    }
    let name = match name.strip_suffix(')').and_then(|it| it.rsplit_once(" (")) {
        Some((name, address)) => format!("{name} <{address}>"),
        None => name.to_owned(),
    };
    match kind {
        "Person" => Supplier::person(&name),
        _ => Supplier::organization(&name),
    }
}

/// The licences of an expression: its parts that all apply, each by itself. `text` gives the words of a reference.
pub(super) fn licenses<'a>(
    expression: &'a str,
    text: &dyn Fn(&str) -> Option<&'a str>,
) -> Vec<License> {
    if matches!(expression, "" | "NONE" | "NOASSERTION") {
        return Vec::new();
    }
    let plain = |term: &'a str| term.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let terms = top_level(expression).into_iter();
    terms.filter_map(|it| License::new(text(it).or_else(|| plain(it)).unwrap_or(it))).collect()
}

/// The terms that `AND` joins outside of parentheses; the whole if it is a choice.
fn top_level(expression: &str) -> Vec<&str> {
    let (mut terms, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, character) in expression.char_indices() {
        let here = expression.get(at..).unwrap_or_default();
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && here.starts_with(" OR ") => return vec![expression],
            ' ' if depth == 0 && here.starts_with(" AND ") => {
                terms.extend(expression.get(start..at));
                start = at + " AND ".len();
            }
            _ => {}
        }
    }
    terms.extend(expression.get(start..));
    terms
}

/// A value of SPDX, empty where it says that nothing states one.
pub(super) fn stated(text: &str) -> &str {
    if matches!(text, "NOASSERTION" | "NONE") { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_read_back() {
        let digest = "0".repeat(64);
        let line = format!("java installed-metadata: /a b.jar!/x:1 layer 2 sha256:{digest}");
        let read = evidence(&line, true).unwrap();
        assert_eq!(read.path.display(), "/a b.jar");
        assert_eq!(read.position, Position::Entry("x:1".to_owned()));
        assert_eq!((read.layer, read.sha256.is_some()), (2, true));
        let read = evidence("dpkg package-database: /x layer 3:7", false).unwrap();
        assert_eq!(
            (read.path.display().as_ref(), read.position),
            ("/x layer 3", Position::Line(7))
        );
        assert!(evidence("dpkg guess: /x", false).is_none());
    }

    #[test]
    fn a_fact_is_read_back_with_its_lines() {
        assert_eq!(fact(r"stellaops:a:b=x\ny\\n"), Some(("a:b", "x\ny\\n".to_owned())));
        assert_eq!(fact("b=x"), None);
    }

    #[test]
    fn licences_that_all_apply_are_told_apart() {
        let text = |it: &str| (it == "LicenseRef-1").then_some("Custom words");
        let read = licenses("BSD-3-Clause AND (MIT OR Apache-2.0) AND LicenseRef-1", &text);
        let words: Vec<&str> = read.iter().map(|it| it.declared.as_str()).collect();
        assert_eq!(words, ["BSD-3-Clause", "MIT OR Apache-2.0", "Custom words"]);
        assert_eq!(licenses("MIT AND ISC OR X", &text).len(), 1);
        assert!(licenses("NOASSERTION", &text).is_empty());
    }

    #[test]
    fn suppliers_are_read_back() {
        let person = Supplier::Person("A B <a@b.org>".to_owned());
        assert_eq!(supplier("Person: A B (a@b.org)"), Some(person));
        assert_eq!(supplier("Organization: unknown"), None);
        assert_eq!(supplier("NOASSERTION"), None);
    }
}
