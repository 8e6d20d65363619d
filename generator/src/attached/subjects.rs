//! What things are attached to: an index and the images of its platforms, or one image.

use std::collections::VecDeque;

use oci_spec::image::{Descriptor, Digest, ImageIndex, MediaType};
use registry::{Manifest, Reference, Repository};

use super::annotation;

/// The annotation by which BuildKit names the image that an attestation is of.
const OF: &str = "vnd.docker.reference.digest";

/// Indexes inside an index that are looked into: some clients push what they read one level deeper.
const INDEXES: usize = 16;

/// An index and its images, or one image.
pub(crate) struct Subjects {
    /// What the reference led to.
    pub(crate) top: Manifest,
    /// The images of an index; none if it is an image itself.
    pub(crate) images: Vec<Image>,
    /// BuildKit's manifests in the index, each with what it is about.
    statements: Vec<(Digest, Digest)>,
}

/// An image of an index.
pub(crate) struct Image {
    /// `linux/arm/v7`; empty where the index does not say.
    pub(crate) platform: String,
    /// What points to its manifest: no more than that.
    pub(crate) descriptor: Descriptor,
}

impl Subjects {
    /// Asks for what a reference leads to, and for indexes in it.
    pub(crate) async fn of(
        repository: &Repository,
        reference: &Reference,
    ) -> registry::Result<Self> {
        let top = repository.manifest(reference.target()).await?;
        let (mut images, mut statements) = (Vec::new(), Vec::new());
        let mut waiting: VecDeque<Descriptor> = entries(&top).into();
        let mut inner = 0;
        while let Some(entry) = waiting.pop_front() {
            if let Some(of) = annotation(&entry, OF).and_then(|it| it.parse().ok()) {
                statements.push((entry.digest().clone(), of));
            } else if is_index(&entry) && inner < INDEXES {
                inner += 1;
                waiting.extend(entries(&repository.manifest(entry.digest().as_ref()).await?));
            } else {
                images.push(Image { platform: platform(&entry), descriptor: bare(&entry) });
            }
        }
        images.retain(|it| !it.platform.starts_with("unknown"));
        Ok(Self { top, images, statements })
    }

    /// Whether it is an index.
    pub(crate) fn is_index(&self) -> bool {
        !self.images.is_empty()
    }

    /// What has this digest: the index, or an image.
    pub(crate) fn descriptor(&self, digest: &str) -> Option<Descriptor> {
        let top = Some(self.top.descriptor()).filter(|it| it.digest().as_ref() == digest);
        let image = || self.images.iter().find(|it| it.descriptor.digest().as_ref() == digest);
        top.or_else(|| image().map(|it| it.descriptor.clone()))
    }

    /// Every digest that things may be attached to, with its platform if it is an image of an index.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Option<&str>, &Digest)> {
        let images =
            self.images.iter().map(|it| (Some(it.platform.as_str()), it.descriptor.digest()));
        std::iter::once((None, &self.top.digest)).chain(images)
    }

    /// Whether BuildKit left statements about any image.
    pub(crate) fn have_statements(&self) -> bool {
        !self.statements.is_empty()
    }

    /// BuildKit's manifests of statements about an image.
    pub(super) fn statements_about(&self, subject: &Digest) -> impl Iterator<Item = &Digest> {
        self.statements.iter().filter(move |(_, of)| of == subject).map(|(digest, _)| digest)
    }
}

/// What an index lists; nothing if it is none.
fn entries(manifest: &Manifest) -> Vec<Descriptor> {
    let index = serde_json::from_slice::<ImageIndex>(&manifest.bytes);
    index.map(|it| it.manifests().clone()).unwrap_or_default()
}

fn is_index(entry: &Descriptor) -> bool {
    let docker = "application/vnd.docker.distribution.manifest.list.v2+json";
    *entry.media_type() == MediaType::ImageIndex || entry.media_type().as_ref() == docker
}

fn platform(entry: &Descriptor) -> String {
    let Some(it) = entry.platform().as_ref() else { return String::new() };
    let variant = it.variant().as_ref().map(|it| format!("/{it}")).unwrap_or_default();
    format!("{}/{}{variant}", it.os(), it.architecture())
}

/// A descriptor as the subject of a manifest is written.
fn bare(entry: &Descriptor) -> Descriptor {
    Descriptor::new(entry.media_type().clone(), entry.size(), entry.digest().clone())
}
