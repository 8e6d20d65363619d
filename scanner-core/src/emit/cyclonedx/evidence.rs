//! What proves a component, as CycloneDX says it.

use super::document::TOOL_REF;
use super::form::Form;
use super::numbers::{FIELDS, TECHNIQUES, Word};
use crate::emit::words;
use crate::model::{Component, Evidence, Frame, Hex, Method, Position, Sbom};

/// Writes the evidence of a component that is listed under this purl.
pub(super) fn evidence<F: Form>(form: &mut F, it: &Component, purl: Option<&str>, sbom: &Sbom) {
    form.messages(("identity", 3), [it], |form, it| identity(form, it, purl));
    form.messages(("occurrences", 4), &it.evidence, |form, it| occurrence(form, it, sbom));
    let usage = sbom.usage.as_ref().and_then(|usage| usage.components.get(&it.identity));
    let stack = usage.map(|it| it.stack.as_slice()).filter(|it| !it.is_empty());
    if let Some(stack) = stack {
        form.message(("callstack", 5), |form| form.messages(("frames", 1), stack, frame));
    }
}

fn identity<F: Form>(form: &mut F, it: &Component, purl: Option<&str>) {
    let (field, value) = if let Some(purl) = purl {
        (const { Word::of(FIELDS, "purl") }, purl)
    } else if let Some(digest) = it.identity.file_digest() {
        (const { Word::of(FIELDS, "hash") }, digest)
    } else {
        (const { Word::of(FIELDS, "name") }, &*it.name)
    };
    let mut methods: Vec<(&str, Method)> =
        it.evidence.iter().map(|it| (&*it.analyzer, it.method)).collect();
    methods.sort_unstable_by_key(|(analyzer, method)| {
        (technique(*method).text, *analyzer, method.as_str())
    });
    methods.dedup();
    form.word(("field", 1), field);
    form.certain(("confidence", 2));
    form.messages(("methods", 3), methods, |form, (analyzer, method)| {
        form.word(("technique", 1), technique(method));
        form.certain(("confidence", 2));
        form.joined(("value", 3), &[analyzer, " ", method.as_str()]);
    });
    form.texts(("tools", 4), [TOOL_REF]);
    form.text(("concludedValue", 5), value);
}

fn technique(method: Method) -> Word {
    match method {
        Method::Database | Method::Metadata | Method::Declaration => {
            const { Word::of(TECHNIQUES, "manifest-analysis") }
        }
        Method::BuildInfo => const { Word::of(TECHNIQUES, "binary-analysis") },
        Method::Digest => const { Word::of(TECHNIQUES, "hash-comparison") },
        Method::Attestation => const { Word::of(TECHNIQUES, "attestation") },
    }
}

/// Writes where a proof is. A line or an offset that is too large for its field is told in words.
fn occurrence<F: Form>(form: &mut F, it: &Evidence, sbom: &Sbom) {
    form.text_or_empty(("location", 2), &it.location());
    let mut words = String::new();
    match it.position {
        Position::Whole | Position::Entry(_) => {}
        Position::Line(line) if u64::from(line) <= F::LARGEST => {
            form.number(("line", 3), line.into());
        }
        Position::Offset(offset) if offset <= F::LARGEST => form.number(("offset", 4), offset),
        Position::Line(line) => words = format!(" line {line}"),
        Position::Offset(offset) => words = format!(" offset {offset}"),
    }
    let layer = words::layer(it, sbom);
    let digest = it.sha256.as_ref().map(|it| Hex::of(&it.0));
    let [sha256, digest] = digest.as_ref().map_or(["", ""], |it| [" sha256:", it.as_str()]);
    let told = [&it.analyzer, " ", it.method.as_str(), &layer, sha256, digest, &words];
    form.joined(("additionalContext", 6), &told);
}

/// Writes a frame of how the entrypoint runs a file of the component. A file is a module by its name; what says how the
/// image is run may be no file of it.
fn frame<F: Form>(form: &mut F, it: &Frame) {
    let name = it.file.strip_prefix('/').map(|path| path.rsplit('/').next().unwrap_or(path));
    form.text_or_empty(("module", 2), name.unwrap_or(&it.file));
    form.text(("function", 3), it.function.as_deref().unwrap_or_default());
    if let Some(line) = it.line.filter(|it| u64::from(*it) <= F::LARGEST) {
        form.number(("line", 5), line.into());
    }
    form.text(("fullFilename", 7), if name.is_some() { &it.file } else { "" });
}
