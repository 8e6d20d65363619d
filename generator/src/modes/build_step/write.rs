//! Documents as predicates: files of bare JSON, which BuildKit wraps into statements about the image.

use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scanner_core::emit::{Emitter, Stamp, spdx23};
use scanner_core::model::{Sbom, Sha256, View};
use serde_json::json;

use super::formats::{Format, SPDX, available};
use super::{Document, Order};
use crate::modes::targets::{STATEMENT_LIMIT, Scan};
use crate::output;

/// Writes every document about the result that is asked for.
pub(super) fn result(
    sbom: &Sbom,
    order: &Order,
    stamp: &Stamp,
    out: &Path,
) -> anyhow::Result<Vec<Document>> {
    let mut written = Vec::new();
    let usage = View::Usage.as_str();
    for (format, emitter) in available().filter(|(it, _)| order.formats.contains(it.name)) {
        let mut write = |sbom: &Sbom, file| -> anyhow::Result<()> {
            let bytes = predicate(format, emitter, sbom, stamp)?;
            written.extend(put(&bytes, file, format.predicate_type, out)?);
            Ok(())
        };
        if format.usage.is_none() || order.views.contains(View::Inventory.as_str()) {
            write(sbom, format.inventory)?;
        }
        let used = format.usage.filter(|_| order.views.contains(usage) && sbom.usage.is_some());
        if let Some(file) = used {
            write(&Sbom { view: View::Usage, ..sbom.clone() }, file)?;
        }
    }
    Ok(written)
}

/// Writes the document about a stage or context: in the one format that all of BuildKit's tools know.
pub(super) fn extra(
    scan: &Scan<'_>,
    order: &Order,
    stamp: &Stamp,
    out: &Path,
) -> anyhow::Result<Vec<Document>> {
    let spdx = available().find(|(it, _)| it.name == SPDX && order.formats.contains(SPDX));
    let Some((format, emitter)) = spdx else { return Ok(Vec::new()) };
    let bytes = predicate(format, emitter, &scan.sbom, stamp)?;
    let file = format!("{}.spdx.json", scan.target.name);
    Ok(Vec::from_iter(put(&bytes, &file, format.predicate_type, out)?))
}

/// A document as JSON: itself, or wrapped with its type and digest.
fn predicate(
    format: &Format,
    emitter: &dyn Emitter,
    sbom: &Sbom,
    stamp: &Stamp,
) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot write {}", format.name);
    if format.name == SPDX {
        return Ok(spdx23::document(sbom, stamp, STATEMENT_LIMIT).with_context(failed)?.bytes);
    }
    let mut bytes = Vec::new();
    emitter.emit(sbom, stamp, &mut bytes).with_context(failed)?;
    let Some(media_type) = format.wrapped else { return Ok(bytes) };
    let digest = format!("sha256:{}", Sha256::of(&bytes));
    let size = bytes.len();
    let content = STANDARD.encode(bytes);
    Ok(serde_json::to_vec(
        &json!({ "mediaType": media_type, "digest": digest, "size": size, "content": content }),
    )?)
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
