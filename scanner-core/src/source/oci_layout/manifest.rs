//! Manifests and what they lead to.

use std::sync::Arc;

use oci_spec::image::{Descriptor, Digest, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Request;
use super::choose::{Candidate, platform as platform_of};
use crate::limits::Limits;
use crate::source::blob::{Contents, read_small};
use crate::source::config::Config;
use crate::source::found::Part;
use crate::source::platform::Platform;
use crate::source::verify::{Digester, digest_of};
use crate::source::{Found, SourceError, base};

/// Configurations of images; everything else is an artifact of another kind.
const CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// Manifests and blobs, read and verified.
pub(super) struct Blobs<'a> {
    pub(super) contents: Arc<dyn Contents>,
    pub(super) limits: &'a Limits,
}

/// What a manifest blob is.
pub(super) enum Manifest {
    Index(Box<ImageIndex>),
    Image(Box<ImageManifest>),
}

/// As much as tells the kinds of manifest from one another. Not all say what they are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    schema_version: u64,
    manifests: Option<IgnoredAny>,
}

impl Blobs<'_> {
    /// Reads a manifest or index; none if it is not there.
    pub(super) fn manifest(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Manifest>, SourceError> {
        let digest = descriptor.digest();
        let bytes = self.contents.manifest(digest, self.limits.manifest_bytes);
        let Some(bytes) = bytes.map_err(SourceError::unreadable(digest))? else { return Ok(None) };
        verify(&bytes, descriptor)?;
        parse(&bytes, digest.as_ref()).map(Some)
    }

    /// The configuration of an image.
    fn config(&self, manifest: &ImageManifest) -> Result<Config, SourceError> {
        let descriptor = manifest.config();
        let digest = descriptor.digest();
        let blob = self.contents.blob(digest, descriptor.size());
        let blob = blob.map_err(SourceError::unreadable(digest))?;
        let blob = blob.ok_or_else(|| SourceError::corrupt(digest, "is missing"))?;
        let bytes = read_small(blob.as_ref(), self.limits.manifest_bytes);
        let bytes = bytes.map_err(SourceError::unreadable(digest))?;
        verify(&bytes, descriptor)?;
        Config::read(&bytes, digest.as_ref(), self.limits)
    }

    /// The diff IDs of the image of this digest, if it is here and as it should be; of an index that for the platform.
    fn diff_ids(&self, digest: &Digest, platform: &Platform) -> Option<Vec<Digest>> {
        let bytes = self.contents.manifest(digest, self.limits.manifest_bytes).ok()??;
        if digest_of(&bytes) != digest.as_ref() {
            return None;
        }
        let manifest = match parse(&bytes, digest.as_ref()).ok()? {
            Manifest::Index(index) => {
                let mut listed = index.manifests().iter();
                let inner = listed.find(|it| platform_of(it).as_ref() == Some(platform))?;
                self.manifest(inner).ok()??
            }
            image @ Manifest::Image(_) => image,
        };
        match manifest {
            Manifest::Image(manifest) => Some(self.config(&manifest).ok()?.diff_ids),
            Manifest::Index(_) => None,
        }
    }
}

/// Whether bytes are those that a descriptor means.
fn verify(bytes: &[u8], descriptor: &Descriptor) -> Result<(), SourceError> {
    let digest = descriptor.digest();
    if bytes.len() as u64 != descriptor.size() {
        let (found, stated) = (bytes.len(), descriptor.size());
        let why = format!("has {found} bytes, not {stated} as its descriptor says");
        return Err(SourceError::corrupt(digest, why));
    }
    let mut digester = Digester::new(digest)
        .ok_or_else(|| SourceError::Unsupported(format!("cannot verify digests like {digest}")))?;
    digester.update(bytes);
    let found = digester.finish();
    if digest.as_ref() != found {
        return Err(SourceError::corrupt(digest, format!("has the digest {found}")));
    }
    Ok(())
}

/// Reads a manifest of any kind but the first, whose layers nothing verifies.
pub(super) fn parse(bytes: &[u8], name: &str) -> Result<Manifest, SourceError> {
    let wrong =
        |error: serde_json::Error| SourceError::corrupt(name, format!("is no manifest: {error}"));
    let probe: Probe = serde_json::from_slice(bytes).map_err(wrong)?;
    if probe.schema_version == 1 {
        return Err(SourceError::Unsupported(format!(
            "{name} is a Docker manifest of schema 1, which is not read: it has no digests that prove its layers. \
             Push or save the image again with a Docker version of this decade"
        )));
    }
    Ok(match probe.manifests {
        Some(_) => Manifest::Index(serde_json::from_slice(bytes).map_err(wrong)?),
        None => Manifest::Image(Box::new(serde_json::from_slice(bytes).map_err(wrong)?)),
    })
}

/// Whether a manifest is that of an image, and not of an attestation, a signature, a chart.
pub(super) fn is_image(manifest: &ImageManifest) -> bool {
    CONFIGS.contains(&manifest.config().media_type().as_ref())
}

/// Finds everything of an image but its layers' content.
pub(super) fn found(
    blobs: &Blobs<'_>,
    candidate: &Candidate,
    request: &Request,
) -> Result<Found, SourceError> {
    let (manifest, digest) = (&candidate.manifest, candidate.descriptor.digest());
    let config = blobs.config(manifest)?;
    let (listed, known) = (manifest.layers().len(), config.diff_ids.len());
    if listed != known {
        let why = format!("lists {listed} layers, where its configuration has {known}");
        return Err(SourceError::corrupt(digest, why));
    }
    let layers = manifest.layers().iter().zip(&config.diff_ids);
    let layers = layers
        .map(|(descriptor, diff_id)| part(&blobs.contents, descriptor, diff_id))
        .collect::<Result<_, _>>()?;
    let digests: Vec<String> = manifest.layers().iter().map(|it| it.digest().to_string()).collect();
    let mut facts = config.facts(manifest.config().digest().to_string(), &digests);
    facts.manifest = Some(digest.to_string());
    let named = base::Named::new(manifest.annotations().as_ref(), config.image.labels_of_config());
    let at_hand = named.digest.as_ref();
    let at_hand = at_hand.and_then(|digest| blobs.diff_ids(digest, &config.platform()));
    facts.base = base::stated(named, at_hand.as_deref(), &config.diff_ids, &config.image);
    let name = candidate.name.clone().unwrap_or_else(|| request.title.clone());
    Ok(Found { name, facts, layers })
}

fn part(
    contents: &Arc<dyn Contents>,
    descriptor: &Descriptor,
    diff_id: &Digest,
) -> Result<Part, SourceError> {
    let kind = descriptor.media_type();
    if kind.as_ref().ends_with("+encrypted") {
        let message =
            format!("the layer {} is encrypted; decrypt the image first", descriptor.digest());
        return Err(SourceError::Unsupported(message));
    }
    let (contents, digest, size) =
        (Arc::clone(contents), descriptor.digest().clone(), descriptor.size());
    Ok(Part {
        size: Some(size),
        digest: Some(digest.clone()),
        open: Box::new(move || contents.blob(&digest, size)),
        diff_id: diff_id.clone(),
        may_be_missing: is_foreign(kind),
    })
}

/// Whether a layer may not be distributed, which is why most images do not hold it.
fn is_foreign(kind: &MediaType) -> bool {
    kind.as_ref().contains(".nondistributable.") || kind.as_ref().contains(".foreign.")
}
