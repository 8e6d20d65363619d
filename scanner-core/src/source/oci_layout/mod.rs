//! An OCI image layout: a directory or tar archive with `index.json` and blobs by digest.
//! Specification: OCI image-spec, image-layout.md, image-index.md, manifest.md; Docker's manifest schema 2;
//! BuildKit, attestation-storage.md.

mod choose;
mod manifest;

use std::path::Path;
use std::sync::Arc;

use oci_spec::image::Digest;

use super::platform::Platforms;
use super::store::{Archive, Directory, Store, read};
use super::{Found, Reading, SourceError};

pub(super) use choose::is_called;

/// The file that every layout begins with.
pub(super) const INDEX: &str = "index.json";

/// Which images of a source are wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// One image by its name or digest; without it, the only one.
    pub reference: Option<Reference>,
    /// Images of which platforms.
    pub platforms: Platforms,
    /// What to call an image that has no name of its own.
    pub title: String,
}

/// How the user names an image of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A tag, or a name with a tag.
    Name(String),
    /// The digest of a manifest or index.
    Digest(Digest),
}

impl Reference {
    /// A reference by digest: `sha256:HEX`.
    ///
    /// # Errors
    /// When the text is no digest; the message says so.
    pub fn digest(text: &str) -> Result<Self, String> {
        text.parse().map(Self::Digest).map_err(|error| format!("{text} is no digest: {error}"))
    }
}

/// Finds the images of a layout that are asked for.
///
/// # Errors
/// When the layout cannot be read, or holds no such image.
pub fn find(
    path: &Path,
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    let store: Arc<dyn Store> = if path.is_dir() {
        Arc::new(Directory::open(path)?)
    } else {
        Arc::new(Archive::open(path, reading)?)
    };
    let index = read(store.as_ref(), INDEX, reading.limits)?;
    let index = index.ok_or_else(|| {
        SourceError::Unsupported(format!(
            "{} is no OCI image layout: it has no {INDEX}",
            path.display()
        ))
    })?;
    find_in(&store, &index, request, reading)
}

/// Finds images by the index of a layout.
pub(super) fn find_in(
    store: &Arc<dyn Store>,
    index: &[u8],
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    let blobs = manifest::Blobs { store: Arc::clone(store), limits: reading.limits };
    let candidates = choose::candidates(&blobs, index, request)?;
    let found = candidates.iter().map(|candidate| manifest::found(&blobs, candidate, request));
    found.map(|found| found?.for_platform(&request.platforms)).collect()
}
