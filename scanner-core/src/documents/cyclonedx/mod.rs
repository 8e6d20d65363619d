//! CycloneDX documents: JSON of the versions 1.4 to 1.7, protocol buffers of 1.6 and 1.7.

mod bom;
mod component;
mod inventory;
mod lenient;
mod protobuf;

use serde::Deserialize;

use super::dropped::Dropped;
use super::json::{self, Place};
use super::{Document, DocumentError};
use crate::limits::Limits;
use bom::{Annotation, Component, Composition, Dependency, Metadata, Text};

/// Versions that are read.
const VERSIONS: [&str; 4] = ["1.4", "1.5", "1.6", "1.7"];

/// A document, of whatever form it was.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Bom {
    #[serde(rename = "$schema")]
    _schema: Text,
    #[serde(rename = "bomFormat")]
    _bom_format: Text,
    #[serde(rename = "serialNumber")]
    _serial_number: Text,
    #[serde(rename = "version")]
    _version: u64,
    spec_version: Text,
    metadata: Metadata,
    components: Vec<Component>,
    dependencies: Vec<Dependency>,
    compositions: Vec<Composition>,
    annotations: Vec<Annotation>,
}

/// Reads JSON.
pub(super) fn read_json(
    bytes: &[u8],
    place: Place,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    let mut dropped = Dropped::default();
    let bom: Bom = json::document(bytes, place, &mut dropped)?;
    document(bom, "JSON", dropped, limits)
}

/// Reads protocol buffers. Fields that are not read are passed over without a word: only their numbers are there.
pub(super) fn read_protobuf(bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    document(protobuf::bom(bytes, limits)?, "protocol buffers", Dropped::default(), limits)
}

fn document(
    bom: Bom,
    form: &str,
    dropped: Dropped,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    let format = format!("CycloneDX {} {form}", bom.spec_version);
    if !VERSIONS.contains(&&*bom.spec_version) {
        return Err(DocumentError::Version(format));
    }
    Ok(inventory::document(bom, format, dropped, limits))
}
