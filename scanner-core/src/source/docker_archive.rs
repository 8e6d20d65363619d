//! What `docker save` writes: a tar archive with `manifest.json`.
//! Archives of newer versions are OCI layouts as well, and are read as such: those name more digests.
//! Specification: Docker's image specification v1.2, "Combined Image JSON + Filesystem Changeset Format".

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use oci_spec::image::Digest;
use serde::Deserialize;

use super::blob::{Blob, Opened};
use super::config::Config;
use super::found::Part;
use super::oci_layout::{self, Request};
use super::store::{Archive, Store, read};
use super::verify::digest_of;
use super::{Found, Reading, SourceError, base};

/// An image of the archive.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// Finds the images of an archive that are asked for.
///
/// # Errors
/// When the archive cannot be read, or holds no such image.
pub fn find(
    path: &Path,
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    let store: Arc<dyn Store> = Arc::new(Archive::open(path, reading)?);
    find_in(&store, &path.display().to_string(), request, reading)
}

/// Finds the images of an archive that comes as a stream. The spill file holds it: what says what is in it comes last.
///
/// # Errors
/// When the archive cannot be read, or holds no such image.
pub fn find_in_stream(
    stream: &mut dyn Read,
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    let store: Arc<dyn Store> = Arc::new(Archive::receive(stream, &request.title, reading)?);
    find_in(&store, &request.title, request, reading)
}

fn find_in(
    store: &Arc<dyn Store>,
    shown: &str,
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    if let Some(index) = read(store.as_ref(), oci_layout::INDEX, reading.limits)? {
        return oci_layout::find_in(store, &index, request, reading);
    }
    let Some(manifest) = read(store.as_ref(), "manifest.json", reading.limits)? else {
        return Err(SourceError::Unsupported(format!(
            "{shown} is no archive of docker save: it has no manifest.json. \
             Versions before Docker 1.10 wrote none; load and save the image again"
        )));
    };
    let saved: Vec<Saved> = serde_json::from_slice(&manifest).map_err(|error| {
        SourceError::Unsupported(format!("manifest.json of {shown} is malformed: {error}"))
    })?;
    let saved = choose(saved, request)?;
    let found = image(store, &saved, request, reading)?;
    Ok(vec![found.for_platform(&request.platforms)?])
}

/// The image that is asked for, which may be left unsaid where there is one only.
fn choose(saved: Vec<Saved>, request: &Request) -> Result<Saved, SourceError> {
    let named = |it: &Saved| match &request.reference {
        None => true,
        Some(reference) => {
            it.repo_tags.iter().flatten().any(|tag| oci_layout::is_called(tag, reference))
        }
    };
    let tags = |saved: &[Saved]| -> String {
        let tags = saved.iter().flat_map(|it| it.repo_tags.iter().flatten());
        tags.cloned().collect::<Vec<_>>().join(", ")
    };
    let all = tags(&saved);
    let mut matching: Vec<Saved> = saved.into_iter().filter(named).collect();
    match (matching.pop(), matching.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(SourceError::NotFound(format!(
            "the archive holds several images; name one of {all}"
        ))),
        (None, _) => {
            Err(SourceError::NotFound(format!("the archive holds no such image, but {all}")))
        }
    }
}

fn image(
    store: &Arc<dyn Store>,
    saved: &Saved,
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Found, SourceError> {
    let bytes = read(store.as_ref(), &saved.config, reading.limits)?
        .ok_or_else(|| SourceError::corrupt(&saved.config, "is missing"))?;
    let digest = digest_of(&bytes);
    // The configuration is named after its digest: `HEX.json`.
    let hex = saved.config.trim_end_matches(".json").rsplit('/').next().unwrap_or_default();
    if hex.len() == 64 && format!("sha256:{hex}") != digest {
        return Err(SourceError::corrupt(&saved.config, format!("has the digest {digest}")));
    }
    let config = Config::read(&bytes, &saved.config, reading.limits)?;
    if config.diff_ids.len() != saved.layers.len() {
        let (listed, known) = (saved.layers.len(), config.diff_ids.len());
        let why = format!("lists {known} layers, where the archive has {listed}");
        return Err(SourceError::corrupt(&saved.config, why));
    }
    let layers = saved.layers.iter().zip(&config.diff_ids).map(|(member, diff_id)| {
        let (store, member) = (Arc::clone(store), member.clone());
        let open = move || {
            let file = store.open(&member)?;
            Ok(file.map(|file| Arc::new(Opened(file)) as Arc<dyn Blob>))
        };
        let (open, diff_id) = (Box::new(open), diff_id.clone());
        Part { size: None, digest: None, diff_id, may_be_missing: false, open }
    });
    let digests: Vec<String> = config.diff_ids.iter().map(Digest::to_string).collect();
    let mut facts = config.facts(digest, &digests);
    let named = base::Named::new(None, config.image.labels_of_config());
    facts.base = base::stated(named, None, &config.diff_ids, &config.image);
    let tag = saved.repo_tags.iter().flatten().next();
    Ok(Found {
        name: tag.cloned().unwrap_or_else(|| request.title.clone()),
        facts,
        layers: layers.collect(),
    })
}
