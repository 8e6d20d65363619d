//! BOM-Index: which layers and which entrypoints hold which component, as tables and Roaring bitmaps.
//! Specification: docs/bom-index.md.

mod content;
mod roaring;
mod version1;
mod version2;

use std::io;

use super::{Emitter, Stamp};
use crate::model::Sbom;

pub use content::{Content, Origin, Row};
pub use version1::version1;
pub use version2::version2;

/// The first bytes of an index.
const MAGIC: &[u8] = b"BOMIDX1";

/// The bit of the flags that says that entrypoints are known.
const HAS_ENTRYPOINTS: u16 = 1;

/// The format `bom-index`: version 1, which every consumer reads.
pub struct BomIndex;

/// The format `bom-index-v2`: the same content in sections that can be reached one by one, with their digests.
pub struct BomIndex2;

impl Emitter for BomIndex {
    fn format(&self) -> &'static str {
        "bom-index"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(&version1(&Content::of(sbom, stamp))?)
    }
}

impl Emitter for BomIndex2 {
    fn format(&self) -> &'static str {
        "bom-index-v2"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(&version2(&Content::of(sbom, stamp))?)
    }
}

/// The fields that both versions begin with.
fn header(content: &Content<'_>, version: u16) -> io::Result<Vec<u8>> {
    let flags = if content.entrypoints.is_empty() { 0 } else { HAS_ENTRYPOINTS };
    let mut out = MAGIC.to_vec();
    out.extend(version.to_le_bytes());
    out.extend(flags.to_le_bytes());
    text(&mut out, &content.image)?;
    out.extend(content.created.to_le_bytes());
    for count in [content.layers.len(), content.components.len(), content.entrypoints.len()] {
        out.extend(number(count)?.to_le_bytes());
    }
    Ok(out)
}

/// A text with its length before it.
fn text(out: &mut Vec<u8>, text: &str) -> io::Result<()> {
    let length = u16::try_from(text.len()).map_err(|_| too_large("a name"))?;
    out.extend(length.to_le_bytes());
    out.extend(text.as_bytes());
    Ok(())
}

/// A count or length as the format writes it.
fn number(count: usize) -> io::Result<u32> {
    u32::try_from(count).map_err(|_| too_large("a table"))
}

fn too_large(what: &str) -> io::Error {
    io::Error::other(format!("{what} is larger than a BOM-Index can hold"))
}
