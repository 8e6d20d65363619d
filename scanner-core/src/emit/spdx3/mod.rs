//! SPDX 3.0.1 as JSON-LD.
//! Specification: SPDX 3.0.1, its JSON schema and its serialization in canonical form.

mod build;
mod graph;
mod link;
mod package;
mod shared;

use std::io;

use super::{Emitter, Stamp};
use crate::model::Sbom;

/// The format `spdx3-json`.
pub struct Spdx3;

impl Emitter for Spdx3 {
    fn format(&self) -> &'static str {
        "spdx3-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        build::document(sbom, stamp).write(out)?;
        out.write_all(b"\n")
    }
}
