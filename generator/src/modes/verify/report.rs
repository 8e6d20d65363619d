//! The SBOM of a statement that is believed, as a page that says who signed it.

use std::path::Path;

use anyhow::Context as _;
use scanner_core::documents;
use scanner_core::emit::html::{self, Attestation};
use scanner_core::limits::Limits;

use super::Believed;
use crate::output;

/// Writes the page.
pub(super) fn write(
    Believed { subject, verified, .. }: &Believed,
    path: &Path,
) -> anyhow::Result<()> {
    let predicate = verified.statement.predicate.to_string();
    let document = documents::read(predicate.as_bytes(), &Limits::default())
        .context("what is stated is no SBOM that can be shown")?;
    let attestation = Attestation {
        signer: verified.signer.clone(),
        subject: subject.clone(),
        logged: verified.logged,
    };
    let mut page = Vec::new();
    html::attested(&document.sbom, &document.stamp, &attestation, &mut page)?;
    output::write_whole(path, &page)
}
