//! CycloneDX 1.6 as JSON.
//! Specification: ECMA-424, and the JSON schema of CycloneDX 1.6.

pub mod bom;
mod build;
mod component;
mod licenses;

use std::io;

use super::{Emitter, Stamp};
use crate::model::Sbom;

pub use build::bom;

/// The format `cyclonedx-json`.
pub struct CycloneDx;

impl Emitter for CycloneDx {
    fn format(&self) -> &'static str {
        "cyclonedx-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &bom(sbom, stamp)?)?;
        out.write_all(b"\n")
    }
}
