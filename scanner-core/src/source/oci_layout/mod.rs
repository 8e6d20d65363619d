//! An OCI image layout: a directory or tar archive with `index.json` and blobs by digest.
//! Specification: OCI image-spec, image-layout.md, image-index.md, manifest.md; Docker's manifest schema 2;
//! BuildKit, attestation-storage.md.

mod choose;
mod manifest;

use std::io;
use std::path::Path;
use std::sync::Arc;

use oci_spec::image::{Descriptor, Digest};

use super::blob::{Blob, Contents, Opened, read_small};
use super::platform::Platforms;
use super::store::{Archive, Directory, Store, read};
use super::{Found, Reading, SourceError};
use manifest::Manifest;

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
    let Manifest::Index(index) = manifest::parse(index, INDEX)? else {
        return Err(SourceError::Unsupported(format!("{INDEX} is no image index")));
    };
    let contents = Arc::new(Layout(Arc::clone(store)));
    find_among(contents, index.manifests(), request, reading)
}

/// Finds the images that are asked for among these, which are manifests of images or indexes.
///
/// # Errors
/// When something cannot be read, is not what its digest says, or there is no such image.
pub fn find_among(
    contents: Arc<dyn Contents>,
    listed: &[Descriptor],
    request: &Request,
    reading: &Reading<'_>,
) -> Result<Vec<Found>, SourceError> {
    let blobs = manifest::Blobs { contents, limits: reading.limits };
    let candidates = choose::candidates(&blobs, listed, request)?;
    let found = candidates.iter().map(|candidate| manifest::found(&blobs, candidate, request));
    found.map(|found| found?.for_platform(&request.platforms)).collect()
}

/// The blobs of a layout, each a file named after its digest.
struct Layout(Arc<dyn Store>);

impl Contents for Layout {
    fn manifest(&self, digest: &Digest, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = self.0.open(&member(digest))?;
        file.map(|file| read_small(&Opened(file), limit)).transpose()
    }

    fn blob(&self, digest: &Digest, _size: u64) -> io::Result<Option<Arc<dyn Blob>>> {
        let file = self.0.open(&member(digest))?;
        Ok(file.map(|file| Arc::new(Opened(file)) as Arc<dyn Blob>))
    }
}

/// Where a layout keeps a blob.
fn member(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.digest())
}
