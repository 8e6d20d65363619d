//! Documents as predicates: files of bare JSON, which BuildKit wraps into statements about the image.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Context as _;
use rayon::prelude::*;
use scanner_core::emit::{Emitter, Stamp, spdx23};
use scanner_core::model::{Code, Notice, Sbom, View};
use scanner_core::path::ImagePath;
use scanner_core::views;

use super::formats::available;
use super::{Document, Order};
use crate::artifacts::{Artifact, SPDX};
use crate::layers::emit;
use crate::modes::targets::{STATEMENT_LIMIT, Scan};
use crate::output;
use crate::signing_request::{self, SigningRequest};

/// What was written, and what was not.
#[derive(Default)]
pub(super) struct Written {
    pub(super) documents: Vec<Document>,
    /// Documents that BuildKit would refuse. They do not fail the build.
    pub(super) refused: Vec<Notice>,
}

/// Writes every document about the result that is asked for. They are made on the threads of the pool that this is
/// called in.
pub(super) fn result(
    sbom: &Sbom,
    order: &Order,
    stamp: &Stamp,
    out: &Path,
) -> anyhow::Result<Written> {
    let wanted: Vec<_> = available().filter(|(it, ..)| is_wanted(it, order, sbom)).collect();
    let make = |(artifact, kind, emitter): (&'static Artifact, _, _)| {
        let shown = match artifact.view {
            Some(View::Usage) => Cow::Owned(views::usage(sbom)),
            _ => Cow::Borrowed(sbom),
        };
        Ok((artifact, kind, predicate(artifact, emitter, &shown, stamp)?))
    };
    let documents: anyhow::Result<Vec<_>> = wanted.into_par_iter().map(make).collect();
    let mut written = Written::default();
    for (artifact, kind, bytes) in documents? {
        written.put(&bytes, &artifact.predicate_file(), kind, out)?;
    }
    Ok(written)
}

/// Whether an artifact is asked for, and there is something to show.
fn is_wanted(artifact: &Artifact, order: &Order, sbom: &Sbom) -> bool {
    let known = artifact.view != Some(View::Usage) || sbom.usage.is_some();
    let viewed = artifact.view.is_none_or(|it| order.views.contains(it.as_str()));
    known && viewed && order.formats.contains(artifact.format)
}

/// Writes the document about a stage or context: in the one format that all of BuildKit's tools know.
pub(super) fn extra(
    scan: &Scan<'_>,
    order: &Order,
    stamp: &Stamp,
    out: &Path,
) -> anyhow::Result<Written> {
    let mut written = Written::default();
    let spdx = available().find(|(it, ..)| it.format == SPDX && order.formats.contains(SPDX));
    let Some((artifact, kind, emitter)) = spdx else { return Ok(written) };
    let bytes = predicate(artifact, emitter, &scan.sbom, stamp)?;
    let file = format!("{}.spdx.json", scan.target.name);
    written.put(&bytes, &file, kind, out)?;
    Ok(written)
}

/// Leaves the request that an attach signs the documents about the result.
pub(super) fn request(order: &Order, out: &Path, written: &mut Written) -> anyhow::Result<()> {
    let Some(by) = order.sign.clone() else { return Ok(()) };
    let (formats, views) = (order.formats.clone(), order.views.clone());
    let bytes = serde_json::to_vec(&SigningRequest { by, formats, views })?;
    written.put(&bytes, signing_request::FILE, signing_request::PREDICATE_TYPE, out)
}

/// A document as JSON: itself, or wrapped with its type and digest.
fn predicate(
    artifact: &Artifact,
    emitter: &dyn Emitter,
    sbom: &Sbom,
    stamp: &Stamp,
) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot write {}", artifact.format);
    if artifact.format == SPDX {
        return Ok(spdx23::document(sbom, stamp, STATEMENT_LIMIT).with_context(failed)?.bytes);
    }
    Ok(artifact.predicate(&emit(emitter, sbom, stamp)?).with_context(failed)?.into_owned())
}

impl Written {
    /// Writes a document, if BuildKit takes one of its size.
    fn put(
        &mut self,
        bytes: &[u8],
        file: &str,
        predicate_type: &str,
        out: &Path,
    ) -> anyhow::Result<()> {
        if bytes.len() > STATEMENT_LIMIT {
            let message = format!(
                "{file} has {} bytes, over the {STATEMENT_LIMIT} that BuildKit takes, and is not attached; attach it \
                 after the push, or leave it out of FORMATS",
                bytes.len()
            );
            let (path, code) = (ImagePath::root(), Code::LimitReached);
            self.refused.push(Notice { path, code, message });
            return Ok(());
        }
        output::write_whole(&out.join(file), bytes)?;
        let (file, predicate_type) = (file.to_owned(), predicate_type.to_owned());
        self.documents.push(Document { file, predicate_type, bytes: bytes.len() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_over_what_buildkit_takes_is_left_out_and_told_of() {
        let out = tempfile::tempdir().unwrap();
        let mut written = Written::default();
        let bytes = vec![b' '; STATEMENT_LIMIT + 1];
        written.put(&bytes[1..], "fits.json", "a", out.path()).unwrap();
        written.put(&bytes, "large.json", "b", out.path()).unwrap();
        assert_eq!(written.documents.len(), 1);
        assert!(out.path().join("fits.json").exists() && !out.path().join("large.json").exists());
        let summary = super::super::Summary::new(&[], written);
        let [warning] = &summary.warnings()[..] else { panic!("{summary:?}") };
        assert!(warning.contains("large.json has 41943041 bytes"), "{warning}");
    }
}
