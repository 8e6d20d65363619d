//! What an image's manifest and configuration say.

use super::{Code, Notice, RunConfig};
use crate::path::ImagePath;

/// Facts of an image as its manifest and configuration state them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// The digest of the manifest; archives of older Docker versions have none.
    pub manifest: Option<String>,
    /// The digest of the configuration, which Docker calls the image's ID.
    pub config: String,
    /// What it runs on: `linux/arm/v7`.
    pub platform: String,
    /// When it was made, in seconds since the Unix epoch, as far as it says so.
    pub created: Option<i64>,
    /// The layers, lowest first.
    pub layers: Vec<LayerFacts>,
    /// The image that it was built on, as far as that is known.
    pub base: Option<Base>,
    /// How it is run.
    pub run: RunConfig,
}

impl ImageFacts {
    /// The facts, keyed as properties are.
    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let stated = [("image:config", &self.config), ("image:platform", &self.platform)];
        let stated = stated.into_iter().filter(|(_, it)| !it.is_empty());
        let mut found: Vec<(&'static str, String)> =
            stated.map(|(key, value)| (key, value.clone())).collect();
        found.extend(self.created.iter().map(|it| ("image:created", it.to_string())));
        found.extend(self.manifest.iter().map(|it| ("image:manifest", it.clone())));
        let layers = self.layers.iter().enumerate();
        found.extend(layers.map(|(index, it)| {
            ("image:layer", format!("{index} {} stored as {}", it.diff_id, it.digest))
        }));
        let history = self.layers.iter().enumerate();
        found.extend(history.filter_map(|(index, it)| {
            Some(("image:history", format!("{index} {}", it.created_by.as_ref()?)))
        }));
        if let Some(base) = &self.base {
            let layers = base
                .layers
                .map(|it| ("image:base-layers", format!("{it} by {}", base.method.as_str())));
            found.extend(layers);
            found.extend(base.name.iter().map(|it| ("image:base-name", it.clone())));
            found.extend(base.digest.iter().map(|it| ("image:base-digest", it.clone())));
        }
        found
    }

    /// What a reader must know of what the image says of itself.
    pub fn notice(&self) -> Option<Notice> {
        let base = self.base.as_ref().filter(|it| it.contradicted)?;
        let digest = base.digest.as_deref().unwrap_or_default();
        let named = match &base.name {
            Some(name) => format!("{name} ({digest})"),
            None => digest.to_owned(),
        };
        let message = format!(
            "annotations or labels say that the image was built on {named}, whose layers are not its lowest ones"
        );
        Some(Notice { path: ImagePath::root(), code: Code::BaseMismatch, message })
    }

    /// Whether a layer is the base's or the application's own; none if that is not known.
    pub fn part(&self, layer: usize) -> Option<&'static str> {
        let base = self.base.as_ref()?.layers?;
        Some(if layer < base { "base" } else { "app" })
    }
}

/// One layer as manifest and configuration describe it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerFacts {
    /// The digest of the layer as it is stored, compressed or not.
    pub digest: String,
    /// The digest of its content.
    pub diff_id: String,
    /// The instruction that made it, as the history of the configuration gives it.
    pub created_by: Option<String>,
}

/// The image that another one was built on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// How many of the lowest layers are its own; unknown where only its name is known.
    pub layers: Option<usize>,
    /// What says so.
    pub method: BaseMethod,
    /// Its name, as annotations or the user give it.
    pub name: Option<String>,
    /// The digest of its manifest, as annotations give it.
    pub digest: Option<String>,
    /// Whether the image that annotations name is at hand and its layers are not the lowest ones here.
    pub contradicted: bool,
}

/// What tells where the base ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BaseMethod {
    /// The user named an image whose layers are the lowest ones here.
    Given,
    /// The manifest's annotations name an image that is at hand, and its layers are the lowest ones here.
    Annotations,
    /// The history shows where the instructions of another Dockerfile end.
    #[default]
    History,
}

impl BaseMethod {
    /// The name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Annotations => "annotations",
            Self::History => "history",
        }
    }
}
