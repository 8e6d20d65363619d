//! The model as documents, one folder a format. The model is never serialized itself: each format says which fields it
//! writes.

pub mod bom_index;
mod columns;
pub mod composition;
pub mod cyclonedx;
mod diff;
pub mod entrytrace;
mod facts;
mod held;
pub mod html;
mod image_purl;
pub mod in_toto;
mod json;
mod local;
mod named;
pub mod spdx23;
pub mod spdx3;
mod spdx_licenses;
pub mod table;
mod uses;
mod words;

use std::io;

use crate::model::Sbom;

use image_purl::image_purl;

pub use columns::{columns, printable};
pub use diff::{DIFF_EMITTERS, DiffEmitter};

/// Every format, by name.
pub const EMITTERS: &[&dyn Emitter] = &[
    &bom_index::BomIndex,
    &bom_index::BomIndex2,
    &cyclonedx::JSON_1_6,
    &cyclonedx::JSON_1_7,
    &cyclonedx::PROTOBUF_1_6,
    &cyclonedx::PROTOBUF_1_7,
    &html::Html,
    &entrytrace::EntryTrace,
    &entrytrace::EntryTraceLines,
    &spdx23::Spdx23,
    &spdx3::Spdx3,
    &table::Table,
];

/// Writes an SBOM in one format.
pub trait Emitter: Sync {
    /// The name on the command line.
    fn format(&self) -> &'static str;

    /// Writes the document.
    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()>;
}

/// What a document says beyond the image's content. It comes from outside: the core has no clock and no name.
#[derive(Clone, Debug, Default)]
pub struct Stamp {
    /// Seconds since the Unix epoch.
    pub created: i64,
    /// Who supplies what was scanned, if the user says so.
    pub supplier: Option<String>,
    /// When in the life of the image the scan was made.
    pub lifecycle: Lifecycle,
}

/// A phase in the life of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifecycle {
    /// It is being built.
    Build,
    /// It is finished.
    #[default]
    PostBuild,
}

impl Lifecycle {
    /// The name in CycloneDX.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::PostBuild => "post-build",
        }
    }
}

impl Stamp {
    /// The moment as documents write it: `1970-01-01T00:00:00Z`.
    pub fn timestamp(&self) -> String {
        jiff::Timestamp::from_second(self.created).unwrap_or_default().to_string()
    }

    /// The moment that a document writes; 1970 where it writes none that can be read.
    pub fn seconds(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second)
    }
}

/// So many components are looked at by one core at a time.
const AT_ONCE: usize = 256;

/// The tool as documents name it.
const TOOL: &str = concat!("sbom-indexer-", env!("CARGO_PKG_VERSION"));

/// The name of the tool without its version.
pub const TOOL_NAME: &str = "sbom-indexer";
