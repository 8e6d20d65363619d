//! Documents as predicates: files of bare JSON, which BuildKit wraps into statements about the image.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Context as _;
use scanner_core::emit::{Emitter, Stamp, spdx23};
use scanner_core::model::{Sbom, View};
use scanner_core::views;

use super::formats::available;
use super::{Document, Order};
use crate::artifacts::{Artifact, SPDX};
use crate::layers::emit;
use crate::modes::targets::{STATEMENT_LIMIT, Scan};
use crate::output;
use crate::signing_request::{self, SigningRequest};

/// Writes every document about the result that is asked for.
pub(super) fn result(
    sbom: &Sbom,
    order: &Order,
    stamp: &Stamp,
    out: &Path,
) -> anyhow::Result<Vec<Document>> {
    let mut written = Vec::new();
    for (artifact, kind, emitter) in available().filter(|(it, ..)| is_wanted(it, order, sbom)) {
        let shown = match artifact.view {
            Some(View::Usage) => Cow::Owned(views::usage(sbom)),
            _ => Cow::Borrowed(sbom),
        };
        let bytes = predicate(artifact, emitter, &shown, stamp)?;
        written.extend(put(&bytes, &artifact.predicate_file(), kind, out)?);
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
) -> anyhow::Result<Vec<Document>> {
    let spdx = available().find(|(it, ..)| it.format == SPDX && order.formats.contains(SPDX));
    let Some((artifact, kind, emitter)) = spdx else { return Ok(Vec::new()) };
    let bytes = predicate(artifact, emitter, &scan.sbom, stamp)?;
    let file = format!("{}.spdx.json", scan.target.name);
    Ok(Vec::from_iter(put(&bytes, &file, kind, out)?))
}

/// Leaves the request that an attach signs the documents about the result.
pub(super) fn request(order: &Order, out: &Path) -> anyhow::Result<Option<Document>> {
    let Some(by) = order.sign.clone() else { return Ok(None) };
    let (formats, views) = (order.formats.clone(), order.views.clone());
    let bytes = serde_json::to_vec(&SigningRequest { by, formats, views })?;
    put(&bytes, signing_request::FILE, signing_request::PREDICATE_TYPE, out)
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

/// Writes a document, if BuildKit takes one of its size.
fn put(
    bytes: &[u8],
    file: &str,
    predicate_type: &str,
    out: &Path,
) -> anyhow::Result<Option<Document>> {
    if bytes.len() > STATEMENT_LIMIT {
        return Ok(None);
    }
    output::write_whole(&out.join(file), bytes)?;
    let (file, predicate_type) = (file.to_owned(), predicate_type.to_owned());
    Ok(Some(Document { file, predicate_type, bytes: bytes.len() }))
}
