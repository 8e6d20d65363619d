//! An image that a source holds, not yet read.

use std::sync::Arc;

use oci_spec::image::Digest;
use rayon::prelude::*;

use super::platform::{Platform, Platforms};
use super::store::Store;
use super::tar_layer::{Stored, TarLayer};
use super::{Reading, SourceError};
use crate::image::{Entry, Image, Layer};
use crate::model::{Code, ImageFacts, Notice};
use crate::path::ImagePath;
use crate::read::ReadAt;

/// An image of which manifest and configuration are known.
pub struct Found {
    /// What the documents call it.
    pub name: String,
    /// What manifest and configuration say.
    pub facts: ImageFacts,
    pub(super) store: Arc<dyn Store>,
    pub(super) layers: Vec<Part>,
}

/// A layer that is not yet read.
pub(super) struct Part {
    /// Its name in the store.
    pub(super) member: String,
    /// The size that its blob must have, where something states it.
    pub(super) size: Option<u64>,
    /// The digest that its blob must have, where something states it.
    pub(super) digest: Option<Digest>,
    /// The digest that its content must have.
    pub(super) diff_id: Digest,
    /// Whether it may be missing because it may not be distributed.
    pub(super) may_be_missing: bool,
}

impl Found {
    /// Reads every layer once, side by side, and verifies it.
    ///
    /// # Errors
    /// When a layer is missing or not what its digests say: nothing that is said of such an image could be trusted.
    pub fn read(&self, reading: &Reading<'_>) -> Result<Image, SourceError> {
        let layers = self.layers.par_iter().map(|part| self.layer(part, reading));
        let layers = layers.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Image { name: self.name.clone(), facts: Some(self.facts.clone()), layers })
    }

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

    fn layer(&self, part: &Part, reading: &Reading<'_>) -> Result<Box<dyn Layer>, SourceError> {
        let name = part.digest.as_ref().unwrap_or(&part.diff_id);
        let opened =
            self.store.open(&part.member).map_err(SourceError::unreadable(&part.member))?;
        let Some(blob) = opened else {
            if part.may_be_missing {
                return Ok(Box::new(Missing::new(&part.diff_id)));
            }
            return Err(SourceError::corrupt(name, "is missing"));
        };
        if let Some(size) = part.size.filter(|size| *size != blob.size()) {
            let why = format!("has {} bytes, not {size} as its manifest says", blob.size());
            return Err(SourceError::corrupt(name, why));
        }
        let stored = Stored { blob, digest: part.digest.clone(), diff_id: part.diff_id.clone() };
        Ok(Box::new(TarLayer::read(stored, reading)?))
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

    fn open(&self, _path: &ImagePath) -> std::io::Result<Box<dyn ReadAt + '_>> {
        Err(std::io::ErrorKind::NotFound.into())
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
