//! Documents as input: our own, read back as far as their format tells, and those of other tools, as components and
//! dependencies. What the model has no place for is counted, never silently dropped.

mod assemble;
mod cyclonedx;
mod draft;
mod dropped;
mod error;
mod json;
mod json_path;
mod sniff;
mod spdx23;
mod spdx3;
mod whole;
mod words;

use crate::emit::Stamp;
use crate::limits::Limits;
use crate::model::Sbom;

pub use error::DocumentError;
pub(crate) use json::{Place, check};
pub(crate) use sniff::Format;

/// What some tools begin JSON with, though it is no part of it (RFC 8259 §8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A document that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it says.
    pub sbom: Sbom,
    /// When and by whom it says to have been made.
    pub stamp: Stamp,
    /// Its format, as people call it: `CycloneDX 1.6 JSON`.
    pub format: String,
    /// The tools that it names as its makers; this program's own name among them means that nothing should be lost.
    pub tools: Vec<String>,
    /// What it says that was left out, in words, with how often.
    pub dropped: Vec<String>,
}

/// Reads a document of any format that is known by its content: CycloneDX 1.4 to 1.7 (JSON), 1.6 and 1.7 (protocol
/// buffers), SPDX 2.2, 2.3 (JSON) and 3.0.1 (JSON-LD), and in-toto statements that hold one of these.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    if bytes.len() as u64 > limits.document_bytes {
        return Err(DocumentError::TooLarge(limits.document_bytes));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let format = sniff::format(bytes, limits)?;
    read_as(format, bytes, limits)
}

/// Reads a document of a format. JSON was checked against the bounds.
pub(crate) fn read_as(
    format: Format,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, DocumentError> {
    match format {
        Format::CycloneDxProtobuf => cyclonedx::read_protobuf(bytes, limits),
        Format::CycloneDx(place) => cyclonedx::read_json(bytes, place, limits),
        Format::Spdx2(place) => spdx23::read(bytes, place, limits),
        Format::Spdx3(place) => spdx3::read(bytes, place, limits),
    }
}
