//! The bundles that are attached to an image: referrers of its index and of the manifests of its platforms.
//! Specification: OCI distribution-spec v1.1, "Listing referrers"; cosign's bundle specification.

use anyhow::Context as _;
use attest::{BUNDLE_TYPE, Bundle};
use oci_spec::image::{Descriptor, Digest, ImageIndex, ImageManifest, MediaType};
use registry::{Reference, Repository};

use super::LARGEST;
use crate::remote::Remote;

/// What stands for the type of a referrer in lists of some clients and registries, which take it from the manifest's
/// configuration.
const UNSAID: &str = "application/vnd.oci.empty.v1+json";

/// A bundle, and the manifest or index that it is attached to.
pub(super) struct Attached {
    pub(super) subject: Digest,
    /// What is in the place of a bundle.
    pub(super) bundle: anyhow::Result<Bundle>,
}

/// Fetches every bundle that is attached to what a reference means, in the order of the registry.
pub(super) fn fetch(remote: &Remote, reference: &Reference) -> anyhow::Result<Vec<Attached>> {
    let repository = remote.repository(reference)?;
    let top = remote.wait(repository.manifest(reference.target()))?;
    let mut subjects = vec![top.digest.clone()];
    if let Ok(index) = serde_json::from_slice::<ImageIndex>(&top.bytes) {
        let images = index.manifests().iter().filter(|it| is_image(it));
        subjects.extend(images.map(|it| it.digest().clone()));
    }
    let mut found = Vec::new();
    for subject in subjects {
        for referrer in remote.wait(repository.referrers(&subject))? {
            let said = referrer.artifact_type().as_ref().map(ToString::to_string);
            if said.is_none_or(|it| it == BUNDLE_TYPE || it == UNSAID)
                && let Some(bundle) = bundle(remote, &repository, &referrer)?
            {
                found.push(Attached { subject: subject.clone(), bundle });
            }
        }
    }
    Ok(found)
}

/// Whether an entry of an index is an image, and not what BuildKit says about one.
fn is_image(entry: &Descriptor) -> bool {
    let platform = entry.platform().as_ref();
    platform.is_none_or(|it| it.os().to_string() != "unknown")
}

/// The bundle of a referrer; none if it is something else.
fn bundle(
    remote: &Remote,
    repository: &Repository,
    referrer: &Descriptor,
) -> anyhow::Result<Option<anyhow::Result<Bundle>>> {
    let manifest = remote.wait(repository.manifest(referrer.digest().as_ref()))?;
    let Ok(manifest) = serde_json::from_slice::<ImageManifest>(&manifest.bytes) else {
        return Ok(None);
    };
    let wanted = MediaType::from(BUNDLE_TYPE);
    let Some(layer) = manifest.layers().iter().find(|it| *it.media_type() == wanted) else {
        return Ok(None);
    };
    Ok(Some(read(remote, repository, layer)))
}

fn read(remote: &Remote, repository: &Repository, layer: &Descriptor) -> anyhow::Result<Bundle> {
    let digest = layer.digest();
    anyhow::ensure!(layer.size() <= LARGEST, "{digest} has {} bytes, too many", layer.size());
    let bytes = remote.wait(repository.small_blob(digest, layer.size()))?;
    let text = std::str::from_utf8(&bytes).with_context(|| format!("{digest} is no bundle"))?;
    Bundle::from_json(text).with_context(|| format!("{digest} is no bundle"))
}
