//! What an image's configuration says of its layers.
//! Specification: OCI image-spec, config.md; Docker's image specification v1.2.

use oci_spec::image::{Digest, ImageConfiguration};

use super::SourceError;
use super::platform::Platform;
use crate::limits::Limits;
use crate::model::{ImageFacts, LayerFacts, RunConfig, RunOrigin};

/// A configuration, and the diff IDs of its layers.
pub(super) struct Config {
    pub(super) image: ImageConfiguration,
    pub(super) diff_ids: Vec<Digest>,
}

impl Config {
    pub(super) fn read(bytes: &[u8], name: &str, limits: &Limits) -> Result<Self, SourceError> {
        let wrong =
            |why: String| SourceError::corrupt(name, format!("is no image configuration: {why}"));
        let image: ImageConfiguration =
            serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        let listed = image.rootfs().diff_ids();
        if listed.len() > limits.layers {
            return Err(SourceError::Unsupported(format!(
                "the image has {} layers, over the limit of {}",
                listed.len(),
                limits.layers
            )));
        }
        let diff_ids = listed
            .iter()
            .map(|text| text.parse().map_err(|_| wrong(format!("{text} is no digest"))));
        Ok(Self { diff_ids: diff_ids.collect::<Result<_, _>>()?, image })
    }

    pub(super) fn platform(&self) -> Platform {
        let (os, architecture) =
            (self.image.os().to_string(), self.image.architecture().to_string());
        Platform::new(&os, &architecture, self.image.variant().as_deref())
    }

    /// The facts; `digests` are those of the layers as they are stored.
    pub(super) fn facts(&self, digest: String, digests: &[String]) -> ImageFacts {
        let history = self.image.history().as_deref().unwrap_or_default();
        let made: Vec<_> = history.iter().filter(|it| !it.empty_layer().unwrap_or(false)).collect();
        // A history that skips layers says nothing about which is which.
        let made = if made.len() == self.diff_ids.len() { made } else { Vec::new() };
        let layers = self.diff_ids.iter().zip(digests).enumerate();
        let layers = layers.map(|(index, (diff_id, digest))| LayerFacts {
            digest: digest.clone(),
            diff_id: diff_id.to_string(),
            created_by: made.get(index).and_then(|it| it.created_by().clone()),
        });
        let created = self.image.created().as_ref();
        let created = created.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        ImageFacts {
            manifest: None,
            config: digest,
            platform: self.platform().to_string(),
            created: created.map(jiff::Timestamp::as_second),
            layers: layers.collect(),
            base: None,
            run: self.run(),
        }
    }

    /// What it says of running the image. A variable without `=` has no value.
    fn run(&self) -> RunConfig {
        let Some(config) = self.image.config() else { return RunConfig::default() };
        let words = |words: &Option<Vec<String>>| words.clone().unwrap_or_default();
        let variables = config.env().iter().flatten();
        let variables = variables.filter_map(|it| it.split_once('='));
        RunConfig {
            entrypoint: words(config.entrypoint()),
            cmd: words(config.cmd()),
            env: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            working_dir: config.working_dir().clone().unwrap_or_default(),
            user: config.user().clone().unwrap_or_default(),
            shell: Vec::new(),
            volumes: words(config.volumes()),
            origin: RunOrigin::Configuration,
        }
    }
}
