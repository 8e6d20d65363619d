//! Which images of a layout are meant.

use std::collections::VecDeque;

use oci_spec::image::{Descriptor, ImageManifest};

use super::manifest::{Blobs, Manifest, is_image, parse};
use super::{INDEX, Reference, Request};
use crate::source::SourceError;
use crate::source::platform::{Platform, Platforms};

/// The annotation by which BuildKit marks what is about an image and none itself.
const ATTESTATION: &str = "vnd.docker.reference.type";
/// Annotations that hold an image's name: its tag by the specification, its whole name by containerd.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/// An image that may be meant.
pub(super) struct Candidate {
    pub(super) descriptor: Descriptor,
    pub(super) manifest: Box<ImageManifest>,
    pub(super) name: Option<String>,
    platform: Option<Platform>,
}

/// Finds the images of an index, and of indexes inside it, that are asked for.
pub(super) fn candidates(
    blobs: &Blobs<'_>,
    index: &[u8],
    request: &Request,
) -> Result<Vec<Candidate>, SourceError> {
    let Manifest::Index(index) = parse(index, INDEX)? else {
        return Err(SourceError::Unsupported(format!("{INDEX} is no image index")));
    };
    let mut found: Vec<Candidate> = Vec::new();
    let mut pending: VecDeque<(Descriptor, Option<String>, bool)> =
        index.manifests().iter().map(|it| (it.clone(), name(it, request), false)).collect();
    let mut looked_at = 0;
    while let Some((descriptor, name, meant)) = pending.pop_front() {
        looked_at += 1;
        if looked_at > blobs.limits.manifests {
            let limit = blobs.limits.manifests;
            return Err(SourceError::Unsupported(format!("the layout has over {limit} manifests")));
        }
        let meant = meant || is_meant(&descriptor, request);
        // An exported index may list platforms whose images were not exported with it.
        if is_attestation(&descriptor) && !meant {
            continue;
        }
        match blobs.manifest(&descriptor)? {
            Some(Manifest::Index(inner)) => pending.extend(
                inner
                    .manifests()
                    .iter()
                    .filter(|it| !is_attestation(it))
                    .map(|it| (it.clone(), name.clone(), meant)),
            ),
            Some(Manifest::Image(manifest)) if meant && is_image(&manifest) => {
                let platform = platform(&descriptor);
                found.push(Candidate { descriptor, manifest, name, platform });
            }
            None | Some(Manifest::Image(_)) => {}
        }
    }
    choose(found, index.manifests(), request)
}

/// Whether the user's reference means a descriptor; without a reference it means every one.
fn is_meant(descriptor: &Descriptor, request: &Request) -> bool {
    match &request.reference {
        None => true,
        Some(Reference::Digest(digest)) => descriptor.digest() == digest,
        Some(reference) => names(descriptor).any(|name| is_called(name, reference)),
    }
}

/// Whether an image of this name is called so: by its whole name, the name without registry, or the tag alone.
pub(in crate::source) fn is_called(name: &str, reference: &Reference) -> bool {
    let Reference::Name(wanted) = reference else { return false };
    let latest = format!("{wanted}:latest");
    let rest = name.strip_suffix(wanted.as_str()).or_else(|| name.strip_suffix(latest.as_str()));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', ':']))
}

fn names(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    let annotations = descriptor.annotations().as_ref();
    NAMES.iter().filter_map(move |key| annotations?.get(*key).map(String::as_str))
}

/// What to call an image: its name where it has a whole one, else the title with its tag.
fn name(descriptor: &Descriptor, request: &Request) -> Option<String> {
    let name = names(descriptor).next()?;
    Some(if name.contains(['/', ':']) {
        name.to_owned()
    } else {
        format!("{}:{name}", request.title)
    })
}

fn is_attestation(descriptor: &Descriptor) -> bool {
    let marked = descriptor.annotations().as_ref().is_some_and(|it| it.contains_key(ATTESTATION));
    let nowhere = descriptor.platform().as_ref().is_some_and(|it| it.os().to_string() == "unknown");
    marked || nowhere
}

fn platform(descriptor: &Descriptor) -> Option<Platform> {
    let it = descriptor.platform().as_ref()?;
    Some(Platform::new(
        &it.os().to_string(),
        &it.architecture().to_string(),
        it.variant().as_deref(),
    ))
}

/// Keeps the images of the platforms that are wanted.
fn choose(
    mut found: Vec<Candidate>,
    listed: &[Descriptor],
    request: &Request,
) -> Result<Vec<Candidate>, SourceError> {
    let mut digests: Vec<String> = Vec::new();
    found.retain(|it| {
        let digest = it.descriptor.digest().to_string();
        let new = !digests.contains(&digest);
        digests.push(digest);
        new
    });
    if found.is_empty() {
        let known: Vec<&str> = listed.iter().flat_map(names).collect();
        let known = if known.is_empty() { "none with a name".to_owned() } else { known.join(", ") };
        return Err(SourceError::NotFound(format!(
            "there is no such image here; there are {known}"
        )));
    }
    if request.platforms == Platforms::All {
        return Ok(found);
    }
    let single = found.len() == 1;
    let wanted = match &request.platforms {
        Platforms::One(platform) => platform.clone(),
        _ if single => return Ok(found),
        _ => Platform::host(),
    };
    let known: Vec<String> =
        found.iter().filter_map(|it| Some(it.platform.as_ref()?.to_string())).collect();
    if known.len() < found.len() && !single {
        let known: Vec<&str> = listed.iter().flat_map(names).collect();
        return Err(SourceError::NotFound(format!(
            "there are several images here; name one of {}",
            known.join(", ")
        )));
    }
    let serves = |it: &Candidate| {
        it.platform.as_ref().map_or(Some(String::new()), |it| it.serves(&wanted).map(str::to_owned))
    };
    let best = found.iter().filter_map(serves).max();
    found.retain(|it| best.is_some() && serves(it) == best);
    match found.len() {
        1 => Ok(found),
        0 => Err(SourceError::NotFound(format!(
            "there is no image for {wanted}; there are {}",
            known.join(", ")
        ))),
        _ => {
            let known: Vec<&str> = listed.iter().flat_map(names).collect();
            Err(SourceError::NotFound(format!(
                "there are several images here; name one of {}",
                known.join(", ")
            )))
        }
    }
}
