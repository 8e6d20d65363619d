//! `sbom-indexer export`: a document in, other documents out.

use std::process::ExitCode;

use anyhow::Context as _;
use scanner_core::documents::{self, Document};
use scanner_core::limits::Limits;

use crate::cli::Export;
use crate::failure::Usage;
use crate::{input, output};

/// Reads and writes.
pub(crate) fn run(export: &Export) -> anyhow::Result<ExitCode> {
    if let Some(it) = export.outputs.iter().find(|it| it.emitter.format().starts_with("entrytrace"))
    {
        let format = it.emitter.format();
        let message = format!(
            "{format} cannot be made of a document: no document that is read holds the trace; scan or trace the image"
        );
        return Err(Usage(message).into());
    }
    let limits = Limits::default();
    let bytes = input::read(&export.file, limits.document_bytes)?;
    let document = documents::read(&bytes, &limits)
        .with_context(|| format!("cannot read {}", export.file.display()))?;
    drop(bytes);
    if !export.quiet {
        tell(export, &document);
    }
    for it in &export.outputs {
        let mut bytes = Vec::new();
        it.emitter
            .emit(&document.sbom, &document.stamp, &mut bytes)
            .with_context(|| format!("cannot write {}", it.emitter.format()))?;
        match &it.path {
            Some(path) => output::write_whole(path, &bytes)?,
            None => output::write_stdout(&bytes)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what was read, and what has no place here.
fn tell(export: &Export, document: &Document) {
    let (file, format) = (export.file.display(), &document.format);
    let (components, edges) = (document.sbom.components.len(), document.sbom.relationships.len());
    output::tell(&format!("[{file}] {format}: {components} components, {edges} relationships"));
    for it in &document.dropped {
        output::tell(&format!("[{file}] left out: {it}"));
    }
}
