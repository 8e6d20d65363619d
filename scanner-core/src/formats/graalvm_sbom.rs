//! The SBOM that GraalVM's native-image puts into the programs that it makes.
//! Specification: GraalVM, "Software Bill of Materials (SBOM) in Native Image": a document under gzip,
//! at the exported symbol `sbom`, its size at `sbom_length`.

use std::io::Read as _;

use flate2::bufread::GzDecoder;

use super::elf::{Elf, exported};
use super::{Malformed, exact, little_endian};
use crate::read::ReadAt;

/// The section in which every program of native-image has its objects.
const HEAP: &str = ".svm_heap";

/// Reads the document and where it begins; none where there is none. Over `limit` bytes are malformed.
pub fn read(file: &dyn ReadAt, elf: &Elf, limit: u64) -> Result<Option<(u64, Vec<u8>)>, Malformed> {
    if elf.layout.section(HEAP).is_none() {
        return Ok(None);
    }
    let [Some((offset, room)), Some((length, _))] =
        exported(file, elf, ["sbom", "sbom_length"], limit)
    else {
        return Ok(None);
    };
    let size = little_endian(&exact(file, length, 8, "cut length of an SBOM")?);
    if size > room.min(limit) {
        return Err(Malformed { what: "SBOM larger than what holds it", offset: length });
    }
    let packed = exact(file, offset, size, "cut SBOM")?;
    let mut document = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(limit.saturating_add(1))
        .read_to_end(&mut document)
        .map_err(|_| Malformed { what: "unreadable gzip stream of an SBOM", offset })?;
    if document.len() as u64 > limit {
        return Err(Malformed { what: "too long SBOM", offset });
    }
    Ok(Some((offset, document)))
}
