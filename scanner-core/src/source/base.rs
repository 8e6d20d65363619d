//! Where the layers of the image end that another one was built on.

use oci_spec::image::{
    ANNOTATION_BASE_IMAGE_DIGEST, ANNOTATION_BASE_IMAGE_NAME, Digest, ImageConfiguration,
};

use super::{Found, SourceError};
use crate::model::{Base, BaseMethod};

/// What annotations and labels say of a base.
pub(super) struct Named {
    pub(super) name: Option<String>,
    pub(super) digest: Option<Digest>,
}

impl Named {
    /// Annotations of the manifest; labels of the configuration where there are none.
    #[expect(
        clippy::disallowed_types,
        reason = "oci-spec's own type; only looked up, never iterated"
    )]
    pub(super) fn new(
        annotations: Option<&std::collections::HashMap<String, String>>,
        labels: Option<&std::collections::HashMap<String, String>>,
    ) -> Self {
        let get =
            |key| [annotations, labels].into_iter().flatten().find_map(|it| it.get(key)).cloned();
        let digest = get(ANNOTATION_BASE_IMAGE_DIGEST).and_then(|text| text.parse().ok());
        Self { name: get(ANNOTATION_BASE_IMAGE_NAME), digest }
    }
}

/// The base of an image, as far as it says so itself. `at_hand` has the diff IDs of the base that annotations name.
pub(super) fn stated(
    named: Named,
    at_hand: Option<&[Digest]>,
    diff_ids: &[Digest],
    config: &ImageConfiguration,
) -> Option<Base> {
    let annotated =
        at_hand.filter(|base| !base.is_empty() && diff_ids.starts_with(base)).map(<[Digest]>::len);
    let contradicted = at_hand.is_some() && annotated.is_none();
    let layers = annotated.or_else(|| by_history(config, diff_ids.len()));
    let (name, digest) = (named.name, named.digest.map(|it| it.to_string()));
    let method = match layers {
        Some(_) if annotated.is_none() => BaseMethod::History,
        _ => BaseMethod::Annotations,
    };
    (layers.is_some() || name.is_some() || digest.is_some()).then_some(Base {
        layers,
        method,
        name,
        digest,
        contradicted,
    })
}

/// Marks an image's lowest layers as those of a base that the user names.
///
/// # Errors
/// When the base's layers are not the lowest ones of the image.
pub fn give(image: &mut Found, base: &Found) -> Result<(), SourceError> {
    let diff_ids = |it: &Found| -> Vec<String> {
        it.facts.layers.iter().map(|layer| layer.diff_id.clone()).collect()
    };
    let (own, other) = (diff_ids(image), diff_ids(base));
    if !own.starts_with(&other) {
        let same = own.iter().zip(&other).take_while(|(own, other)| own == other).count();
        return Err(SourceError::NotFound(format!(
            "{} was not built on {}: of its {} layers, {same} are the lowest of the image",
            image.name,
            base.name,
            other.len()
        )));
    }
    image.facts.base = Some(Base {
        layers: Some(other.len()),
        method: BaseMethod::Given,
        name: Some(base.name.clone()),
        digest: base.facts.manifest.clone(),
        contradicted: false,
    });
    Ok(())
}

/// The layers before the last `CMD` or `ENTRYPOINT` that more layers follow:
/// it ends the Dockerfile of the image that this one was built on.
fn by_history(config: &ImageConfiguration, layers: usize) -> Option<usize> {
    let history = config.history().as_deref()?;
    let made = |it: &&oci_spec::image::History| !it.empty_layer().unwrap_or(false);
    if history.iter().filter(made).count() != layers {
        return None;
    }
    let last_layer = history.iter().rposition(|it| made(&it))?;
    let ends = |it: &oci_spec::image::History| {
        let words = it.created_by().as_deref().unwrap_or_default();
        let words = words.split_once("#(nop)").map_or(words, |(_, words)| words).trim_start();
        !made(&it) && ["CMD ", "ENTRYPOINT "].iter().any(|word| words.starts_with(word))
    };
    let end = history.get(..last_layer)?.iter().rposition(ends)?;
    let base = history.get(..end)?.iter().filter(made).count();
    (base > 0).then_some(base)
}
