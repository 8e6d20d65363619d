//! A body for the readers of documents: all formats, told by their content.

use crate::documents;
use crate::emit::EMITTERS;
use crate::limits::Limits;

/// Reads, and writes what was read in every format.
pub(super) fn documents(bytes: &[u8]) {
    let limits = Limits { document_objects: 1 << 12, ..Limits::default() };
    let Ok(read) = documents::read(bytes, &limits) else { return };
    let sbom = &read.sbom;
    assert!(sbom.components.is_sorted_by(|a, b| a.identity < b.identity));
    assert!(sbom.components.len() + sbom.files.len() <= bytes.len());
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
