//! What is pushed: a blob, and the manifest that says what it is and to what it is attached.
//! Specifications: OCI image-spec, manifest.md ("Guidelines for Artifact Usage"); cosign's bundle specification.

use std::collections::BTreeMap;

use attest::BUNDLE_TYPE;
use bytes::Bytes;
use oci_spec::image::Descriptor;
use registry::{Referrer, sha256};
use scanner_core::emit::composition::FILE;
use serde::Serialize;

use crate::artifacts::{ARTIFACTS, Artifact};
use crate::attached::{EMPTY, KIND, TITLE};

/// The annotation that names the version that made it.
const VERSION: &str = "org.stella-ops.sbom-indexer.version";
/// The annotation that says where an Attestor logged a statement.
const LOGGED: &str = "org.stella-ops.attestor.entry";
/// The annotation that names a moment (OCI image-spec, annotations.md).
const CREATED: &str = "org.opencontainers.image.created";
/// The name of the artifact that has the documents of layers.
const LAYERS: &str = "layers";
/// Its type.
const COMPOSITION: &str = "application/vnd.stellaops.composition.v1+json";
/// Bytes of what an Attestor says that are kept: annotations are copied into lists, which have bounds.
const LONGEST: usize = 32 << 10;

/// What every configuration is: an empty object.
pub(super) const CONFIG: &[u8] = b"{}";

/// Blobs and their manifest.
pub(super) struct Piece {
    /// The name of the artifact, which tells what supersedes it.
    pub(super) name: String,
    pub(super) blobs: Vec<Bytes>,
    pub(super) referrer: Referrer,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u32,
    media_type: &'a str,
    artifact_type: &'a str,
    config: Entry<'a>,
    layers: Vec<Entry<'a>>,
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
}

/// What is in a piece.
struct Content<'a> {
    media_type: &'a str,
    /// The name of a file with it.
    title: &'a str,
    blob: Bytes,
}

impl<'a> Entry<'a> {
    fn new(media_type: &'a str, digest: &'a str, size: u64) -> Self {
        Self { media_type, digest, size, annotations: BTreeMap::new() }
    }
}

impl<'a> Content<'a> {
    fn entry(&'a self, digest: &'a str) -> Entry<'a> {
        let mut entry = Entry::new(self.media_type, digest, self.blob.len() as u64);
        entry.annotations.insert(TITLE, self.title);
        entry
    }
}

/// Makes pieces of one subject.
pub(super) struct Maker<'a> {
    pub(super) subject: &'a Descriptor,
    /// The moment that manifests give, if the user says one. Without it they have none: equal content has an equal digest.
    pub(super) created: Option<i64>,
}

impl Maker<'_> {
    /// A document as it is.
    pub(super) fn document(&self, artifact: &Artifact, blob: Bytes) -> anyhow::Result<Piece> {
        let (kind, name) = (artifact.media_type, artifact.file);
        let content = Content { media_type: kind, title: name, blob };
        self.make(Label { kind, name }, vec![content], BTreeMap::new())
    }

    /// The documents of layers, with what says how the image's own are composed of them.
    pub(super) fn layers(&self, files: Vec<(String, Vec<u8>)>) -> anyhow::Result<Piece> {
        let (titles, blobs): (Vec<String>, Vec<Vec<u8>>) = files.into_iter().unzip();
        let contents = titles.iter().zip(blobs).map(|(title, blob)| Content {
            media_type: media_type(title),
            title,
            blob: blob.into(),
        });
        let label = Label { kind: COMPOSITION, name: LAYERS };
        self.make(label, contents.collect(), BTreeMap::new())
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
        let blob = bundle.json.into_bytes().into();
        let content = Content { media_type: BUNDLE_TYPE, title: &title, blob };
        self.make(Label { kind: BUNDLE_TYPE, name: bundle.name }, vec![content], annotations)
    }

    fn make(
        &self,
        Label { kind, name }: Label<'_>,
        contents: Vec<Content<'_>>,
        mut annotations: BTreeMap<&str, String>,
    ) -> anyhow::Result<Piece> {
        annotations.insert(KIND, name.to_owned());
        annotations.insert(VERSION, env!("CARGO_PKG_VERSION").to_owned());
        if let Some(created) = self.created {
            annotations.insert(CREATED, jiff::Timestamp::from_second(created)?.to_string());
        }
        let (subject_type, subject) = (self.subject.media_type().to_string(), self.subject);
        let empty = sha256(CONFIG);
        let digests: Vec<String> = contents.iter().map(|it| sha256(&it.blob)).collect();
        let manifest = Manifest {
            schema_version: 2,
            media_type: "application/vnd.oci.image.manifest.v1+json",
            artifact_type: kind,
            config: Entry::new(EMPTY, &empty, CONFIG.len() as u64),
            layers: contents.iter().zip(&digests).map(|(it, digest)| it.entry(digest)).collect(),
            subject: Entry::new(&subject_type, subject.digest().as_ref(), subject.size()),
            annotations: &annotations,
        };
        let referrer = Referrer {
            bytes: serde_json::to_vec(&manifest)?.into(),
            artifact_type: kind.to_owned(),
            annotations: serde_json::to_value(&annotations)?,
        };
        let blobs = contents.into_iter().map(|it| it.blob).collect();
        Ok(Piece { name: name.to_owned(), blobs, referrer })
    }
}

/// The media type of a document of a layer, by the name of its file.
fn media_type(title: &str) -> &'static str {
    let extension = |file: &'static str| file.split_once('.').map_or(file, |(_, rest)| rest);
    let artifact = ARTIFACTS.iter().find(|it| title.ends_with(extension(it.file)));
    artifact.filter(|_| title != FILE).map_or("application/json", |it| it.media_type)
}

impl Piece {
    /// Whether it has the documents of layers, which are the same in every image of those layers.
    pub(super) fn is_of_layers(&self) -> bool {
        self.name == LAYERS
    }

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
        let piece = maker.document(&ARTIFACTS[0], Bytes::from_static(b"{}")).unwrap();
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
        let dated = dated.document(&ARTIFACTS[0], Bytes::from_static(b"{}")).unwrap();
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
