//! An image that a source holds, not yet read.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::blob::Blob;
use super::platform::{Platform, Platforms};
use super::tar_layer::{Stored, TarLayer};
use super::{Reading, SourceError};
use crate::image::{Entry, Image, Layer};
use crate::model::{Code, ImageFacts, Notice};
use crate::parallel::largest_first;
use crate::path::ImagePath;
use crate::read::ReadAt;
use oci_spec::image::Digest;

/// An image of which manifest and configuration are known.
pub struct Found {
    /// What the documents call it.
    pub name: String,
    /// What manifest and configuration say.
    pub facts: ImageFacts,
    pub(super) layers: Vec<Part>,
}

/// A layer that is not yet read.
pub(super) struct Part {
    /// The size that its blob must have, where something states it.
    pub(super) size: Option<u64>,
    /// The digest that its blob must have, where something states it.
    pub(super) digest: Option<Digest>,
    /// The digest that its content must have.
    pub(super) diff_id: Digest,
    /// Whether it may be missing because it may not be distributed.
    pub(super) may_be_missing: bool,
    /// Gets the blob; none if it is not there.
    pub(super) open: Box<Open>,
}

type Open = dyn Fn() -> io::Result<Option<Arc<dyn Blob>>> + Send + Sync;

/// Reads every layer of these images once, side by side, and verifies it. What several of them have is read once.
///
/// # Errors
/// When a layer is missing or not what its digests say: nothing that is said of such an image could be trusted.
pub fn read_all(found: &[Found], reading: &Reading<'_>) -> Result<Vec<Image>, SourceError> {
    let parts = found.iter().flat_map(|it| &it.layers);
    let distinct: BTreeMap<String, &Part> = parts.map(|part| (part.key(), part)).collect();
    let distinct: Vec<(String, &Part)> = distinct.into_iter().collect();
    let read = |(_, part): &(String, &Part)| part.read(reading);
    let layers = largest_first(&distinct, |(_, part)| part.size.unwrap_or_default(), read);
    let layers = distinct.iter().zip(layers).map(|((key, _), layer)| Ok((key, layer?)));
    let layers = layers.collect::<Result<BTreeMap<&String, Arc<dyn Layer>>, SourceError>>()?;
    let image = |found: &Found| Image {
        name: found.name.clone(),
        facts: Some(found.facts.clone()),
        layers: found.layers.iter().filter_map(|it| layers.get(&it.key()).cloned()).collect(),
    };
    Ok(found.iter().map(image).collect())
}

impl Found {
    /// This image, if its own configuration is for the platform that is wanted.
    pub(super) fn for_platform(self, wanted: &Platforms) -> Result<Self, SourceError> {
        let Platforms::One(wanted) = wanted else { return Ok(self) };
        let own = self.facts.platform.parse::<Platform>();
        if own.is_ok_and(|own| own.serves(wanted).is_some()) {
            return Ok(self);
        }
        Err(SourceError::NotFound(format!(
            "{} is for {}, not {wanted}",
            self.name, self.facts.platform
        )))
    }
}

impl Part {
    /// By what two layers are the same.
    fn key(&self) -> String {
        let digest = self.digest.as_ref().map(Digest::to_string).unwrap_or_default();
        format!("{} {digest}", self.diff_id)
    }

    fn read(&self, reading: &Reading<'_>) -> Result<Arc<dyn Layer>, SourceError> {
        match self.stored(reading) {
            Err(SourceError::Unreadable { error, .. })
                if error.kind() == io::ErrorKind::NotFound =>
            {
                if self.may_be_missing {
                    return Ok(Arc::new(Missing::new(&self.diff_id)));
                }
                let name = self.digest.as_ref().unwrap_or(&self.diff_id);
                Err(SourceError::corrupt(name, "is missing"))
            }
            layer => Ok(Arc::new(layer?)),
        }
    }

    fn stored(&self, reading: &Reading<'_>) -> Result<TarLayer, SourceError> {
        let name = self.digest.as_ref().unwrap_or(&self.diff_id);
        let blob =
            (self.open)().and_then(|blob| blob.ok_or_else(|| io::ErrorKind::NotFound.into()));
        let stored = Stored {
            blob: blob.map_err(SourceError::unreadable(name))?,
            size: self.size,
            digest: self.digest.clone(),
            diff_id: self.diff_id.clone(),
        };
        // A layer that may be missing is looked for in the image itself: that it is not there is told of.
        let cache = reading.cache.clone().filter(|_| !self.may_be_missing);
        TarLayer::read(stored, &Reading { cache, ..reading.clone() })
    }
}

/// A layer that is not in the image because its licence forbids to distribute it.
struct Missing {
    id: String,
    notices: [Notice; 1],
}

impl Missing {
    fn new(diff_id: &Digest) -> Self {
        let message = format!(
            "the layer {diff_id} may not be distributed and is missing; its content is unknown"
        );
        let notice = Notice { path: ImagePath::root(), code: Code::LayerMissing, message };
        Self { id: diff_id.to_string(), notices: [notice] }
    }
}

impl Layer for Missing {
    fn id(&self) -> &str {
        &self.id
    }

    fn entries(&self) -> &[Entry] {
        &[]
    }

    fn open(&self, _path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
