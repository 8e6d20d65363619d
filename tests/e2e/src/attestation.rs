//! The statements that BuildKit attached to an image, read back from the registry.

use crate::document::Document;
use crate::registry::{Image, text};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// The type of the statements that hold an SBOM.
pub const SPDX: &str = "https://spdx.dev/Document";

/// An in-toto statement about an image.
#[derive(Debug)]
pub struct Statement {
    /// What the statement is about, by digest.
    pub subjects: Vec<Value>,
    /// The SBOM.
    pub document: Document,
}

/// The SBOM statements of an image, by the name of their target: `sbom`, `sbom-context`, `sbom-STAGE`.
pub fn statements(image: &Image) -> Result<BTreeMap<String, Statement>> {
    let manifest = attestation_manifest(image, &image.platform_digest()?)?;
    let layers = manifest["layers"].as_array().context("no layers")?;
    let mut statements = BTreeMap::new();
    for layer in layers.iter().filter(|it| it["annotations"]["in-toto.io/predicate-type"] == SPDX) {
        let statement: Value = serde_json::from_slice(&image.blob(&text(&layer["digest"])?)?)?;
        let document = Document(statement["predicate"].clone());
        let subjects = statement["subject"].as_array().cloned().unwrap_or_default();
        statements.insert(document.name()?, Statement { subjects, document });
    }
    Ok(statements)
}

/// The manifest that the index marks as the attestations of the platform's manifest.
pub(crate) fn attestation_manifest(image: &Image, platform: &str) -> Result<Value> {
    let index = image.index()?;
    let about = |it: &&Value| {
        it["annotations"]["vnd.docker.reference.type"] == "attestation-manifest"
            && it["annotations"]["vnd.docker.reference.digest"] == platform
    };
    let manifests = index["manifests"].as_array().context("no manifests")?;
    let found = manifests.iter().find(about).context("the image has no attestations")?;
    image.manifest(&text(&found["digest"])?)
}
