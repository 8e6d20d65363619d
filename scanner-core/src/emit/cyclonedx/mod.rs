//! CycloneDX 1.6 and 1.7, as JSON and as protocol buffers.
//! Specification: ECMA-424, and the schemas of CycloneDX.

mod component;
mod document;
mod evidence;
mod form;
mod json;
mod licenses;
mod name;
pub mod numbers;
mod wire;

use std::io;

use super::{Emitter, Stamp};
use crate::model::Sbom;

pub use document::{PREFIX, ROOT, TOOL_REF};

/// Version 1.6, which most tools read, as JSON.
pub const JSON_1_6: CycloneDx = CycloneDx { spec: SpecVersion::V1_6, form: Form::Json };
/// Version 1.7 as JSON.
pub const JSON_1_7: CycloneDx = CycloneDx { spec: SpecVersion::V1_7, form: Form::Json };
/// Version 1.6 as protocol buffers.
pub const PROTOBUF_1_6: CycloneDx = CycloneDx { spec: SpecVersion::V1_6, form: Form::Protobuf };
/// Version 1.7 as protocol buffers.
pub const PROTOBUF_1_7: CycloneDx = CycloneDx { spec: SpecVersion::V1_7, form: Form::Protobuf };

/// A version of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecVersion {
    /// 1.6.
    V1_6,
    /// 1.7.
    V1_7,
}

impl SpecVersion {
    /// The version as documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Protobuf,
}

/// CycloneDX in one version and form.
pub struct CycloneDx {
    spec: SpecVersion,
    form: Form,
}

impl Emitter for CycloneDx {
    fn format(&self) -> &'static str {
        match (self.form, self.spec) {
            (Form::Json, SpecVersion::V1_6) => "cyclonedx-json",
            (Form::Json, SpecVersion::V1_7) => "cyclonedx-json@1.7",
            (Form::Protobuf, SpecVersion::V1_6) => "cyclonedx-pb",
            (Form::Protobuf, SpecVersion::V1_7) => "cyclonedx-pb@1.7",
        }
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let source = document::Source { sbom, stamp, spec: self.spec };
        match self.form {
            Form::Json => json::write(&source, out),
            Form::Protobuf => wire::write(&source, out),
        }
    }
}
