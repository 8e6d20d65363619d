//! What is pushed: a blob, and the manifest that says what it is and to what it is attached.
//! Specifications: OCI image-spec, manifest.md ("Guidelines for Artifact Usage"); cosign's bundle specification.

use std::collections::BTreeMap;

use attest::BUNDLE_TYPE;
use bytes::Bytes;
use oci_spec::image::Descriptor;
use registry::{Referrer, sha256};
use serde::Serialize;

use crate::artifacts::Artifact;
use crate::attached::{EMPTY, TITLE};

/// The annotation that marks what an attach made, with what kind of artifact it is.
pub(super) const KIND: &str = "org.stella-ops.sbom-indexer.artifact";
/// The annotation that names the version that made it.
const VERSION: &str = "org.stella-ops.sbom-indexer.version";
/// The annotation that says where an Attestor logged a statement.
const LOGGED: &str = "org.stella-ops.attestor.entry";
/// The annotation that names a moment (OCI image-spec, annotations.md).
const CREATED: &str = "org.opencontainers.image.created";
/// Bytes of what an Attestor says that are kept: annotations are copied into lists, which have bounds.
const LONGEST: usize = 32 << 10;

/// What every configuration is: an empty object.
pub(super) const CONFIG: &[u8] = b"{}";

/// A blob and its manifest.
pub(super) struct Piece {
    /// The name of the artifact, which tells what supersedes it.
    pub(super) name: String,
    pub(super) blob: Bytes,
    pub(super) referrer: Referrer,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u32,
    media_type: &'a str,
    artifact_type: &'a str,
    config: Entry<'a>,
    layers: [Entry<'a>; 1],
    subject: Entry<'a>,
    annotations: &'a BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    media_type: &'a str,
    digest: &'a str,
    size: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'a str, &'a str>,
}

/// A statement that was signed.
pub(super) struct Bundle<'a> {
    /// What it is about, by the name of the artifact.
    pub(super) name: &'a str,
    pub(super) predicate_type: &'a str,
    pub(super) json: String,
    pub(super) logged: Option<attest::signer::Logged>,
}

/// What a piece is called.
struct Label<'a> {
    /// Its type.
    kind: &'a str,
    /// The name of the artifact.
    name: &'a str,
    /// The name of a file with it.
    title: &'a str,
}

/// Makes pieces of one subject.
pub(super) struct Maker<'a> {
    pub(super) subject: &'a Descriptor,
    /// The moment that manifests give, if the user says one. Without it they have none: equal content has an equal digest.
    pub(super) created: Option<i64>,
}

impl Maker<'_> {
    /// A document as it is.
    pub(super) fn document(&self, artifact: &Artifact, bytes: Vec<u8>) -> anyhow::Result<Piece> {
        let (kind, name) = (artifact.media_type, artifact.file);
        self.make(Label { kind, name, title: name }, bytes, BTreeMap::new())
    }

    /// A signed statement, as cosign 3 attaches it.
    pub(super) fn bundle(&self, bundle: Bundle<'_>) -> anyhow::Result<Piece> {
        let mut annotations = BTreeMap::from([
            ("dev.sigstore.bundle.content", "dsse-envelope".to_owned()),
            ("dev.sigstore.bundle.predicateType", bundle.predicate_type.to_owned()),
        ]);
        let logged = bundle.logged.map(|it| serde_json::to_string(&it)).transpose()?;
        annotations.extend(logged.filter(|it| it.len() <= LONGEST).map(|it| (LOGGED, it)));
        let title = format!("{}.sigstore.json", bundle.name);
        let label = Label { kind: BUNDLE_TYPE, name: bundle.name, title: &title };
        self.make(label, bundle.json.into_bytes(), annotations)
    }

    fn make(
        &self,
        Label { kind, name, title }: Label<'_>,
        blob: Vec<u8>,
        mut annotations: BTreeMap<&str, String>,
    ) -> anyhow::Result<Piece> {
        annotations.insert(KIND, name.to_owned());
        annotations.insert(VERSION, env!("CARGO_PKG_VERSION").to_owned());
        if let Some(created) = self.created {
            annotations.insert(CREATED, jiff::Timestamp::from_second(created)?.to_string());
        }
        let (subject_type, subject) = (self.subject.media_type().to_string(), self.subject);
        let (empty, content) = (sha256(CONFIG), sha256(&blob));
        let entry = |media_type, digest, size| Entry {
            media_type,
            digest,
            size,
            annotations: BTreeMap::new(),
        };
        let mut layer = entry(kind, &content, blob.len() as u64);
        layer.annotations.insert(TITLE, title);
        let manifest = Manifest {
            schema_version: 2,
            media_type: "application/vnd.oci.image.manifest.v1+json",
            artifact_type: kind,
            config: entry(EMPTY, &empty, CONFIG.len() as u64),
            layers: [layer],
            subject: entry(&subject_type, subject.digest().as_ref(), subject.size()),
            annotations: &annotations,
        };
        let referrer = Referrer {
            bytes: serde_json::to_vec(&manifest)?.into(),
            artifact_type: kind.to_owned(),
            annotations: serde_json::to_value(&annotations)?,
        };
        Ok(Piece { name: name.to_owned(), blob: blob.into(), referrer })
    }
}

impl Piece {
    /// The digest of the manifest.
    pub(super) fn digest(&self) -> String {
        self.referrer.descriptor_digest()
    }
}

#[cfg(test)]
mod tests {
    use oci_spec::image::{Digest, MediaType};

    use super::*;
    use crate::artifacts::ARTIFACTS;

    fn subject() -> Descriptor {
        let digest: Digest = format!("sha256:{}", "a".repeat(64)).parse().unwrap();
        Descriptor::new(MediaType::ImageManifest, 7, digest)
    }

    #[test]
    fn a_manifest_follows_the_conventions_and_has_no_clock() {
        let subject = subject();
        let maker = Maker { subject: &subject, created: None };
        let piece = maker.document(&ARTIFACTS[0], b"{}".to_vec()).unwrap();
        let text = std::str::from_utf8(&piece.referrer.bytes).unwrap();
        let empty = sha256(b"{}");
        assert_eq!(
            text,
            format!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/spdx+json","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{empty}","size":2}},"layers":[{{"mediaType":"application/spdx+json","digest":"{empty}","size":2,"annotations":{{"org.opencontainers.image.title":"sbom.spdx.json"}}}}],"subject":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":7}},"annotations":{{"org.stella-ops.sbom-indexer.artifact":"sbom.spdx.json","org.stella-ops.sbom-indexer.version":"{}"}}}}"#,
                subject.digest(),
                env!("CARGO_PKG_VERSION"),
            )
        );
        let dated = Maker { subject: &subject, created: Some(0) };
        let dated = dated.document(&ARTIFACTS[0], b"{}".to_vec()).unwrap();
        assert_eq!(dated.referrer.annotations[CREATED], "1970-01-01T00:00:00Z");
        assert!(piece.digest() != dated.digest());
    }

    #[test]
    fn what_an_attestor_says_is_kept_beside_the_bundle() {
        let subject = subject();
        let maker = Maker { subject: &subject, created: None };
        let bundle = |proof: String| {
            let logged = serde_json::json!({"uuid": "u", "index": 5, "proof": proof});
            let logged = Some(serde_json::from_value(logged).unwrap());
            let (name, predicate_type, json) = ("a.json", "https://example.org/a", "{}".to_owned());
            maker.bundle(Bundle { name, predicate_type, json, logged }).unwrap()
        };
        let annotations = bundle("p".to_owned()).referrer.annotations;
        assert_eq!(annotations[LOGGED], r#"{"uuid":"u","index":5,"proof":"p"}"#);
        assert_eq!(annotations["dev.sigstore.bundle.predicateType"], "https://example.org/a");
        assert!(bundle("p".repeat(LONGEST)).referrer.annotations.get(LOGGED).is_none());
    }
}
