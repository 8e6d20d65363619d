//! SPDX 2.3 as JSON.
//! Specification: SPDX 2.3; its JSON schema; what BuildKit, Trivy, spdx-tools and the NTIA checker make of it.

mod build;
mod files;
mod package;
mod relationships;
mod size;

use std::io;

use super::{Emitter, Stamp};
use crate::model::Sbom;

pub use size::{Fitted, document, statement};

/// The format `spdx-json`.
pub struct Spdx23;

impl Emitter for Spdx23 {
    fn format(&self) -> &'static str {
        "spdx-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        size::whole(sbom, stamp, out)?;
        out.write_all(b"\n")
    }
}
