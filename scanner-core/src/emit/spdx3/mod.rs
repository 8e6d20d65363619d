//! SPDX 3.0.1 as JSON-LD.
//! Specification: SPDX 3.0.1, its JSON schema and its serialization in canonical form.

mod build;
mod element;
mod graph;
mod id;

use std::io;

use super::named::{self, Name, Named};
use super::{Emitter, Stamp};
use crate::model::{Sbom, Supplier};

/// The format `spdx3-json`.
pub struct Spdx3;

impl Emitter for Spdx3 {
    fn format(&self) -> &'static str {
        "spdx3-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let supplier = stamp.supplier.as_deref().and_then(Supplier::organization);
        let name = Name::default();
        let document = build::document(sbom, stamp, supplier.as_ref(), &name);
        named::write(&Named { document: &document, name: &name }, &name, out)?;
        out.write_all(b"\n")
    }
}
