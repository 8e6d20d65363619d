//! Which images of a layout are meant.

use std::collections::VecDeque;

use oci_spec::image::{Descriptor, ImageManifest, MediaType};

use super::manifest::{Blobs, Manifest, is_image};
use super::{Reference, Request};
use crate::source::SourceError;
use crate::source::platform::{Platform, Platforms};

/// The annotation by which BuildKit marks what is about an image and none itself.
const ATTESTATION: &str = "vnd.docker.reference.type";
/// What Docker's manifest lists call an image's manifest.
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Annotations that hold an image's name: its tag by the specification, its whole name by containerd.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/// An image that may be meant.
pub(super) struct Candidate {
    pub(super) descriptor: Descriptor,
    pub(super) manifest: Box<ImageManifest>,
    pub(super) name: Option<String>,
    platform: Option<Platform>,
}

/// Finds the images among these, and of indexes among them, that are asked for.
pub(super) fn candidates(
    blobs: &Blobs<'_>,
    listed: &[Descriptor],
    request: &Request,
) -> Result<Vec<Candidate>, SourceError> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut pending: VecDeque<(Descriptor, Option<String>, bool)> =
        listed.iter().map(|it| (it.clone(), name(it, request), false)).collect();
    // Images for other platforms are looked at only where there is none for the one that is wanted:
    // registries count what is asked of them.
    let mut wanted = wanted(request);
    let mut others = VecDeque::new();
    let mut looked_at = 0;
    loop {
        let Some((descriptor, name, meant)) = pending.pop_front() else {
            if found.is_empty() && !others.is_empty() {
                wanted = None;
                pending = std::mem::take(&mut others);
                continue;
            }
            break;
        };
        if wanted.as_ref().is_some_and(|wanted| is_for_another(&descriptor, wanted)) {
            others.push_back((descriptor, name, meant));
            continue;
        }
        looked_at += 1;
        if looked_at > blobs.limits.manifests {
            let limit = blobs.limits.manifests;
            return Err(SourceError::Unsupported(format!("there are over {limit} manifests")));
        }
        let meant = meant || is_meant(&descriptor, request);
        if is_attestation(&descriptor) && !(meant && request.reference.is_some()) {
            continue;
        }
        // An exported index may list platforms whose images were not exported with it.
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
    choose(found, listed, request)
}

/// The platform that is wanted; none if every one is.
fn wanted(request: &Request) -> Option<Platform> {
    match &request.platforms {
        Platforms::One(platform) => Some(platform.clone()),
        Platforms::Default => Some(Platform::host()),
        Platforms::All => None,
    }
}

/// Whether a descriptor says that it is of an image for a platform that does not serve.
fn is_for_another(descriptor: &Descriptor, wanted: &Platform) -> bool {
    let image = matches!(descriptor.media_type(), MediaType::ImageManifest)
        || descriptor.media_type().as_ref() == DOCKER_MANIFEST;
    image && platform(descriptor).is_some_and(|own| own.serves(wanted).is_none())
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

pub(super) fn platform(descriptor: &Descriptor) -> Option<Platform> {
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
    let Some(wanted) = wanted(request) else { return Ok(found) };
    let single = found.len() == 1;
    if single && request.platforms == Platforms::Default {
        return Ok(found);
    }
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
