//! Which format a document is of.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::DocumentError;
use super::json::{self, Place};
use crate::limits::Limits;

/// A format that is read.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    CycloneDx(Place),
    CycloneDxProtobuf,
    Spdx2(Place),
    Spdx3(Place),
}

/// The members of a document's root that tell its format.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Marks {
    bom_format: Option<IgnoredAny>,
    spdx_version: Option<IgnoredAny>,
    #[serde(rename = "@context")]
    context: Option<IgnoredAny>,
}

/// The root of a document, or of an in-toto statement whose predicate is one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(rename = "bomFormat")]
    bom_format: Option<IgnoredAny>,
    #[serde(rename = "spdxVersion")]
    spdx_version: Option<IgnoredAny>,
    #[serde(rename = "@context")]
    context: Option<IgnoredAny>,
    predicate: Option<Marks>,
}

/// Tells the format by the content. JSON is checked against the bounds before anything is made of it.
pub(super) fn format(bytes: &[u8], limits: &Limits) -> Result<Format, DocumentError> {
    // Field 1, three bytes long: the version of the specification.
    if bytes.starts_with(&[0x0a, 3, b'1', b'.']) {
        return Ok(Format::CycloneDxProtobuf);
    }
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(DocumentError::Unknown);
    }
    json::check(bytes, limits)?;
    let root: Root = json::parse(bytes)?;
    let own = Marks {
        bom_format: root.bom_format,
        spdx_version: root.spdx_version,
        context: root.context,
    };
    let inner = root.predicate.map(|it| (it, Place::Predicate));
    std::iter::once((own, Place::Root)).chain(inner).find_map(of).ok_or(DocumentError::Unknown)
}

fn of((marks, place): (Marks, Place)) -> Option<Format> {
    match marks {
        Marks { bom_format: Some(_), .. } => Some(Format::CycloneDx(place)),
        Marks { spdx_version: Some(_), .. } => Some(Format::Spdx2(place)),
        Marks { context: Some(_), .. } => Some(Format::Spdx3(place)),
        _ => None,
    }
}
