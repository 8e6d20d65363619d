//! What is attached to an image, wherever a registry keeps it.
//! Specifications: OCI distribution-spec v1.1, "Listing Referrers"; BuildKit, attestation-storage.md; cosign's tag scheme
//! and its bundle specification.

mod base;
mod subjects;

use attest::{BUNDLE_TYPE, Bundle, PAYLOAD_TYPE};
use oci_spec::image::{Descriptor, Digest, ImageManifest};
use registry::{Error, Manifest, Repository, fallback_tag};

pub(crate) use base::base;
pub(crate) use subjects::Subjects;

/// The annotation by which BuildKit and others name what a statement says.
const PREDICATE: &str = "in-toto.io/predicate-type";
/// The same of bundles, and of cosign's old tags.
const OTHER_PREDICATES: [&str; 2] = ["dev.sigstore.bundle.predicateType", "predicateType"];
/// The annotation that marks what an attach made, with what kind of artifact it is.
pub(crate) const KIND: &str = "org.stella-ops.sbom-indexer.artifact";
/// The annotation that names a file (OCI image-spec, annotations.md).
pub(crate) const TITLE: &str = "org.opencontainers.image.title";
/// What stands for the type of a referrer in lists of some clients and registries, which take it from the manifest's
/// configuration.
pub(crate) const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// What older versions of cosign add to the tag of an image.
const SUFFIXES: [&str; 3] = ["sig", "att", "sbom"];
/// Referrers of one subject that are looked at.
const MOST: usize = 1000;
/// Bytes of what is fetched whole at most: twice what a registry takes as one blob of text.
pub(crate) const LARGEST: u64 = 256 << 20;

/// How something is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road {
    /// By naming its subject.
    Referrer,
    /// Beside its subject in an index, as BuildKit does.
    BuildKit,
    /// Under a tag that is named after its subject, as older versions of cosign do.
    Cosign,
}

impl Road {
    /// Its name in output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Referrer => "referrer",
            Self::BuildKit => "buildkit",
            Self::Cosign => "cosign",
        }
    }
}

/// One attached thing.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    pub(crate) road: Road,
    /// What it is attached to.
    pub(crate) subject: Digest,
    /// The manifest that has it.
    pub(crate) manifest: Digest,
    /// What the manifest says it is.
    pub(crate) artifact_type: String,
    /// What the content is.
    pub(crate) media_type: String,
    /// The content.
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    /// The name of its file.
    pub(crate) title: Option<String>,
    /// What it says, if it is a statement.
    pub(crate) predicate_type: Option<String>,
    /// Whether this program attached it.
    pub(crate) is_ours: bool,
}

impl Attached {
    /// Whether it is a Sigstore bundle.
    pub(crate) fn is_bundle(&self) -> bool {
        self.media_type == BUNDLE_TYPE
    }

    /// The content.
    pub(crate) async fn content(&self, repository: &Repository) -> anyhow::Result<Vec<u8>> {
        let (digest, size) = (&self.digest, self.size);
        anyhow::ensure!(size <= LARGEST, "{digest} has {size} bytes, over {LARGEST}");
        Ok(repository.small_blob(digest, size).await?)
    }

    /// The content as a bundle.
    pub(crate) async fn bundle(&self, repository: &Repository) -> anyhow::Result<Bundle> {
        let bytes = self.content(repository).await?;
        let bundle = std::str::from_utf8(&bytes).map_err(anyhow::Error::from);
        let bundle = bundle.and_then(|text| Ok(Bundle::from_json(text)?));
        bundle.map_err(|error| anyhow::anyhow!("{} is no Sigstore bundle: {error}", self.digest))
    }
}

/// The referrers of a manifest or index that are wanted by their entries in the list.
pub(crate) async fn referrers(
    repository: &Repository,
    subject: &Digest,
    wanted: impl Fn(&Descriptor) -> bool,
) -> registry::Result<Vec<Attached>> {
    let listed = repository.referrers(subject).await?;
    of_entries(repository, subject, listed.iter().filter(|it| wanted(it))).await
}

/// What entries of the list of a manifest's or index's referrers lead to.
pub(crate) async fn of_entries(
    repository: &Repository,
    subject: &Digest,
    entries: impl Iterator<Item = &Descriptor>,
) -> registry::Result<Vec<Attached>> {
    let mut found = Vec::new();
    for entry in entries.take(MOST) {
        match repository.manifest(entry.digest().as_ref()).await {
            Ok(manifest) => found.extend(contents(&manifest, Road::Referrer, subject)),
            // Lists outlive what they list.
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The list of a subject's referrers. Some registries leave annotations out and take types from configurations, which
/// are empty: then the manifests say what they are.
pub(crate) async fn listed(
    repository: &Repository,
    subject: &Digest,
) -> registry::Result<Vec<Descriptor>> {
    let mut listed = repository.referrers(subject).await?;
    let bare = |it: &&mut Descriptor| {
        let kind = it.artifact_type().as_ref().map(ToString::to_string);
        it.annotations().is_none() && kind.is_none_or(|it| it == EMPTY)
    };
    for entry in listed.iter_mut().filter(bare).take(MOST) {
        let manifest = match repository.manifest(entry.digest().as_ref()).await {
            Err(Error::NotFound { .. }) => continue,
            result => result?,
        };
        if let Ok(manifest) = serde_json::from_slice::<ImageManifest>(&manifest.bytes) {
            entry.set_artifact_type(manifest.artifact_type().clone());
            entry.set_annotations(manifest.annotations().clone());
        }
    }
    Ok(listed)
}

/// Whether a list leaves it open that an entry is a bundle.
pub(crate) fn may_be_bundle(entry: &Descriptor) -> bool {
    let said = entry.artifact_type().as_ref().map(ToString::to_string);
    said.is_none_or(|it| it == BUNDLE_TYPE || it == EMPTY)
}

/// What BuildKit put beside an image into its index.
pub(crate) async fn of_build(
    repository: &Repository,
    subject: &Digest,
    subjects: &Subjects,
) -> registry::Result<Vec<Attached>> {
    let mut found = Vec::new();
    for digest in subjects.statements_about(subject) {
        let manifest = repository.manifest(digest.as_ref()).await?;
        found.extend(contents(&manifest, Road::BuildKit, subject));
    }
    Ok(found)
}

/// Statements about an image that this program did not attach: bundles, and what the build stated.
pub(crate) async fn of_others(
    repository: &Repository,
    subject: &Digest,
    subjects: &Subjects,
) -> registry::Result<Vec<Attached>> {
    let mut found = of_build(repository, subject, subjects).await?;
    found.extend(referrers(repository, subject, may_be_bundle).await?);
    let statement = |it: &Attached| it.is_bundle() || it.media_type == PAYLOAD_TYPE;
    found.retain(|it| !it.is_ours && statement(it));
    Ok(found)
}

/// Everything that is attached to an image or index, whichever way, in the order of the registry.
pub(crate) async fn all(
    repository: &Repository,
    subject: &Digest,
    subjects: &Subjects,
) -> registry::Result<Vec<Attached>> {
    let mut found = of_build(repository, subject, subjects).await?;
    // BuildKit's newer manifests are both: in the index, and referrers.
    let known = |it: &Descriptor| subjects.statements_about(subject).any(|own| own == it.digest());
    found.extend(referrers(repository, subject, |it| !known(it)).await?);
    for suffix in SUFFIXES {
        match repository.manifest(&format!("{}.{suffix}", fallback_tag(subject))).await {
            Ok(manifest) => found.extend(contents(&manifest, Road::Cosign, subject)),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// What a manifest holds; nothing if it is of something else than the list says.
fn contents(manifest: &Manifest, road: Road, subject: &Digest) -> Vec<Attached> {
    let Ok(parsed) = serde_json::from_slice::<ImageManifest>(&manifest.bytes) else {
        return Vec::new();
    };
    let other = parsed.subject().as_ref().is_some_and(|it| it.digest() != subject);
    if other || (road == Road::Referrer && parsed.subject().is_none()) {
        return Vec::new();
    }
    let said = parsed.artifact_type().as_ref().unwrap_or(parsed.config().media_type()).to_string();
    let of_manifest = |key: &str| parsed.annotations().as_ref()?.get(key).cloned();
    let is_ours = of_manifest(KIND).is_some();
    let attached = |it: &Descriptor| {
        let predicate = annotation(it, PREDICATE).map(str::to_owned);
        let predicate = predicate.or_else(|| {
            OTHER_PREDICATES
                .iter()
                .find_map(|key| annotation(it, key).map(str::to_owned).or_else(|| of_manifest(key)))
        });
        Attached {
            road,
            subject: subject.clone(),
            manifest: manifest.digest.clone(),
            artifact_type: said.clone(),
            media_type: it.media_type().to_string(),
            digest: it.digest().clone(),
            size: it.size(),
            title: annotation(it, TITLE).map(str::to_owned),
            predicate_type: predicate,
            is_ours,
        }
    };
    parsed.layers().iter().map(attached).collect()
}

/// An annotation of an entry.
pub(crate) fn annotation<'a>(entry: &'a Descriptor, key: &str) -> Option<&'a str> {
    entry.annotations().as_ref()?.get(key).map(String::as_str)
}
