//! SPDX 3.0.1 as JSON-LD.
//! Specification: SPDX 3.0.1, its JSON schema and its serialization in canonical form.

mod build;
mod element;
mod graph;

use std::io;

use super::{Emitter, Stamp};
use crate::model::{Sbom, Sha256};

/// The format `spdx3-json`.
pub struct Spdx3;

impl Emitter for Spdx3 {
    fn format(&self) -> &'static str {
        "spdx3-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        // The namespace is a UUID of version 5 over the document as it stands without one.
        let content = serde_json::to_vec(&build::document(sbom, stamp, ""))?;
        let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &Sha256::of(&content).0);
        let namespace = format!("https://stella-ops.org/spdx/{uuid}");
        let document = build::document(sbom, stamp, &namespace);
        serde_json::to_writer(&mut *out, &document)?;
        out.write_all(b"\n")
    }
}
