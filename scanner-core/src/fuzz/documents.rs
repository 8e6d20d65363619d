//! Bodies for the readers of documents: each format by itself, all of them told by their content, and the names by which
//! documents refer to each other.

use crate::documents::{self, Document, Format, Place};
use crate::emit::{EMITTERS, composition};
use crate::limits::Limits;
use crate::model::Sha256;

/// Reads whatever format the content tells of.
pub(super) fn documents(bytes: &[u8]) {
    if let Ok(read) = documents::read(bytes, &limits()) {
        holds(&read, bytes.len());
    }
}

pub(super) fn cyclonedx(bytes: &[u8]) {
    json(Format::CycloneDx(Place::Root), bytes);
}

pub(super) fn cyclonedx_protobuf(bytes: &[u8]) {
    if let Ok(read) = documents::read_as(Format::CycloneDxProtobuf, bytes, &limits()) {
        holds(&read, bytes.len());
    }
}

pub(super) fn spdx23(bytes: &[u8]) {
    json(Format::Spdx2(Place::Root), bytes);
}

pub(super) fn spdx3(bytes: &[u8]) {
    json(Format::Spdx3(Place::Root), bytes);
}

/// Refers to a document as to that of a layer, and reads the manifest that lists it back.
pub(super) fn composition(bytes: &[u8]) {
    let Some(part) = composition::part("sha256:0".to_owned(), "layers/0", bytes) else { return };
    assert!(part.name.len() <= bytes.len());
    assert_eq!(part.sha256, Sha256::of(bytes));
    let root = composition::merkle_root(std::slice::from_ref(&part));
    assert_eq!(root, Some(part.sha256));
    let manifest = composition::manifest(&[part], Sha256::of(bytes), "sha256:1", 0);
    let manifest = manifest.ok().and_then(|it| serde_json::from_slice(&it).ok());
    let manifest: serde_json::Value = manifest.unwrap_or_default();
    let stated = manifest.pointer("/fragments/0/fragmentSha256").and_then(|it| it.as_str());
    assert_eq!(stated, Some(&*Sha256::of(bytes).to_string()));
}

fn limits() -> Limits {
    Limits { document_objects: 1 << 12, ..Limits::default() }
}

fn json(format: Format, bytes: &[u8]) {
    let limits = limits();
    if documents::check(bytes, &limits).is_ok()
        && let Ok(read) = documents::read_as(format, bytes, &limits)
    {
        holds(&read, bytes.len());
    }
}

/// What was read is an inventory, no larger than the document was, and can be written in every format and read again.
fn holds(read: &Document, length: usize) {
    let sbom = &read.sbom;
    assert!(sbom.components.is_sorted_by(|a, b| a.identity < b.identity));
    assert!(sbom.components.len() + sbom.files.len() <= length);
    let known = |identity| sbom.components.binary_search_by(|it| it.identity.cmp(identity)).is_ok();
    assert!(sbom.relationships.iter().all(|it| known(&it.from) && known(&it.to)));
    for emitter in EMITTERS {
        let mut written = Vec::new();
        assert!(emitter.emit(sbom, &read.stamp, &mut written).is_ok());
        let format = emitter.format();
        if format.starts_with("cyclonedx") || format.starts_with("spdx") {
            assert!(documents::read(&written, &Limits::default()).is_ok());
        }
    }
}
