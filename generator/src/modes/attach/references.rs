//! The statement about an index: which artifacts its images have. Tools that verify what a tag means find it there.
//! Specification: in-toto attestation framework, spec/predicates/reference.md.

use serde::Serialize;

use super::piece::Piece;

/// The name of the artifact.
pub(super) const NAME: &str = "references.json";
/// The type of the predicate.
pub(super) const PREDICATE_TYPE: &str = "https://in-toto.io/attestation/reference/v0.1";
/// Who says it.
const ATTESTER: &str = "https://stella-ops.org/sbom-indexer";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What is attached to the images of an index.
#[derive(Default, Serialize)]
pub(super) struct References {
    attester: Attester,
    references: Vec<Resource>,
}

#[derive(Serialize)]
struct Attester {
    id: &'static str,
}

impl Default for Attester {
    fn default() -> Self {
        Self { id: ATTESTER }
    }
}

/// A resource descriptor of in-toto: the manifest of an artifact.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    name: String,
    download_location: String,
    digest: Sha256,
    media_type: &'static str,
    annotations: Annotations,
}

#[derive(Serialize)]
struct Sha256 {
    sha256: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotations {
    artifact_type: String,
    platform: String,
    subject: String,
}

impl References {
    /// Adds an artifact of the image that has this digest, in a repository `HOST/NAME`.
    pub(super) fn add(&mut self, piece: &Piece, platform: &str, subject: &str, repository: &str) {
        let digest = piece.digest();
        let sha256 = digest.strip_prefix("sha256:").unwrap_or(&digest).to_owned();
        self.references.push(Resource {
            name: piece.name.clone(),
            download_location: format!("oci://{repository}@{digest}"),
            digest: Sha256 { sha256 },
            media_type: MANIFEST,
            annotations: Annotations {
                artifact_type: piece.referrer.artifact_type.clone(),
                platform: platform.to_owned(),
                subject: subject.to_owned(),
            },
        });
    }

    /// As JSON.
    pub(super) fn predicate(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}
