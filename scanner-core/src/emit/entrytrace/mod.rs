//! The trace of an entrypoint: one document, a stream of lines, and a tree for people.
//! The schema of the first two is docs/schemas/entrytrace.schema.json.

mod document;
mod tree;

use std::io::{self, Write};

use serde::Serialize;

use super::{Emitter, Stamp};
use crate::model::{Sbom, Trace};

use document::{Document, Line, Subject};

pub(super) use tree::{in_short, shown};

pub use tree::tree;

/// The format `entrytrace-json`.
pub struct EntryTrace;

/// The format `entrytrace-ndjson`: a line for the whole, then one for each hop, terminal program and diagnostic.
pub struct EntryTraceLines;

impl Emitter for EntryTrace {
    fn format(&self) -> &'static str {
        "entrytrace-json"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn Write) -> io::Result<()> {
        write(&document(sbom, stamp), out)
    }
}

impl Emitter for EntryTraceLines {
    fn format(&self) -> &'static str {
        "entrytrace-ndjson"
    }

    fn emit(&self, sbom: &Sbom, stamp: &Stamp, out: &mut dyn Write) -> io::Result<()> {
        write_lines(&document(sbom, stamp), out)
    }
}

fn document(sbom: &Sbom, stamp: &Stamp) -> Document {
    let subject = Subject { name: sbom.name.clone(), digest: Some(sbom.digest()) };
    Document::new(sbom.trace.as_ref(), subject, stamp)
}

/// The forms for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One document.
    Json,
    /// A line for each of its parts.
    Lines,
}

/// Writes a trace alone; `subject` is the name and digest of what was traced.
pub fn alone(
    trace: &Trace,
    (name, digest): (String, Option<String>),
    stamp: &Stamp,
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document::new(Some(trace), Subject { name, digest }, stamp);
    match form {
        Form::Json => write(&document, out),
        Form::Lines => write_lines(&document, out),
    }
}

fn write_lines(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    write(&Line::Trace(&document.head), out)?;
    document.hops.iter().try_for_each(|it| write(&Line::Hop(it), out))?;
    document.terminals.iter().try_for_each(|it| write(&Line::Terminal(it), out))?;
    document.diagnostics.iter().try_for_each(|it| write(&Line::Diagnostic(it), out))
}

fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
