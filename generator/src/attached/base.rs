//! Where the base of an image is, as its manifest says.
//! Specification: OCI image-spec, annotations.md.

use oci_spec::image::{ANNOTATION_BASE_IMAGE_NAME, Digest, ImageManifest};
use registry::{Reference, Repository};

/// The repository of an image's base, where that is another one of the same registry.
pub(crate) async fn base(
    repository: &Repository,
    image: &Digest,
) -> registry::Result<Option<String>> {
    let manifest = repository.manifest(image.as_ref()).await?;
    let parsed = serde_json::from_slice::<ImageManifest>(&manifest.bytes).ok();
    let annotations = parsed.and_then(|it| it.annotations().clone()).unwrap_or_default();
    let reference =
        annotations.get(ANNOTATION_BASE_IMAGE_NAME).and_then(|it| it.parse::<Reference>().ok());
    Ok(reference.and_then(|it| repository.neighbour(&it).map(str::to_owned)))
}
