//! What a document says of the image as a whole.

use crate::limits::Limits;
use crate::model::{
    Base, BaseMethod, Counts, Identity, ImageFacts, LayerFacts, Outcome, Past, View,
};

/// The facts of the whole so far.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) image: Option<ImageFacts>,
    pub(super) fragment: Option<String>,
    pub(super) gone: Vec<Past>,
    pub(super) outcome: Option<Outcome>,
    pub(super) entrypoints: Vec<String>,
    pub(super) view: View,
    pub(super) counts: Counts,
}

impl Whole {
    /// Takes a fact; none means that it was taken.
    pub(super) fn fact(&mut self, key: &str, value: String, limits: &Limits) -> Option<()> {
        match key {
            "view" => self.view = pick([View::Inventory, View::Usage], View::as_str, &value)?,
            "usage:outcome" => {
                use Outcome::{PartiallyResolved, Resolved, Unresolved};
                let all = [Resolved, PartiallyResolved, Unresolved];
                self.outcome = pick(all, Outcome::as_str, &value);
            }
            "usage:entrypoint" => self.entrypoints.push(value),
            "fragment" => self.fragment = Some(value),
            "image:gone" => self.gone.push(gone(&value)?),
            _ => self.image_fact(key.strip_prefix("image:")?, value, limits)?,
        }
        Some(())
    }

    fn image_fact(&mut self, key: &str, value: String, limits: &Limits) -> Option<()> {
        let image = self.image.get_or_insert_default();
        match key {
            "config" => image.config = value,
            "platform" => image.platform = value,
            "manifest" => image.manifest = Some(value),
            "created" => image.created = Some(value.parse().ok()?),
            "layer" => {
                let (index, rest) = value.split_once(' ')?;
                let (diff_id, digest) = rest.split_once(" stored as ")?;
                let layer = layer(image, index, limits)?;
                diff_id.clone_into(&mut layer.diff_id);
                digest.clone_into(&mut layer.digest);
            }
            "history" => {
                let (index, instruction) = value.split_once(' ')?;
                layer(image, index, limits)?.created_by = Some(instruction.to_owned());
            }
            "base-layers" => {
                let (layers, method) = value.split_once(" by ")?;
                let all = [BaseMethod::Given, BaseMethod::Annotations, BaseMethod::History];
                let base = image.base.get_or_insert_default();
                base.layers = Some(layers.parse().ok()?);
                base.method = pick(all, BaseMethod::as_str, method)?;
            }
            "base-name" => base(image).name = Some(value),
            "base-digest" => base(image).digest = Some(value),
            _ => return None,
        }
        Some(())
    }

    /// Whether what was scanned has layers that are known.
    pub(super) fn layered(&self) -> bool {
        self.image.as_ref().is_some_and(|it| !it.layers.is_empty())
    }

    /// The number of the layer with this content.
    pub(super) fn layer_of(&self, diff_id: &str) -> Option<usize> {
        self.image.as_ref()?.layers.iter().position(|it| it.diff_id == diff_id)
    }

    /// Takes the digest that another tool's document has for the image.
    pub(super) fn manifest(&mut self, digest: &str) {
        if digest
            .strip_prefix("sha256:")
            .is_some_and(|it| crate::model::Sha256::parse(it).is_some())
        {
            self.image.get_or_insert_default().manifest = Some(digest.to_owned());
        }
    }
}

fn base(image: &mut ImageFacts) -> &mut Base {
    image.base.get_or_insert_default()
}

/// The layer of a number, with all below it.
fn layer<'a>(
    image: &'a mut ImageFacts,
    index: &str,
    limits: &Limits,
) -> Option<&'a mut LayerFacts> {
    let index: usize = index.parse().ok().filter(|it| *it < limits.layers)?;
    while image.layers.len() <= index {
        image.layers.push(LayerFacts::default());
    }
    image.layers.get_mut(index)
}

fn gone(text: &str) -> Option<Past> {
    let (rest, until) = text.rsplit_once(", gone in layer ")?;
    let (identity, layer) = rest.rsplit_once(" from layer ")?;
    let (name, version) = name_and_version(identity);
    Some(Past {
        identity: Identity::new(identity),
        name,
        version,
        layer: layer.parse().ok()?,
        until: until.parse().ok()?,
    })
}

/// The last part of a purl's name, and its version.
fn name_and_version(identity: &str) -> (String, String) {
    let plain =
        |it: &str| percent_encoding::percent_decode_str(it).decode_utf8_lossy().into_owned();
    let base = identity.split('?').next().unwrap_or_default();
    let (name, version) = base.rsplit_once('@').unwrap_or((base, ""));
    (plain(name.rsplit('/').next().unwrap_or_default()), plain(version))
}

/// The value of this name.
fn pick<T: Copy, const N: usize>(all: [T; N], name: fn(T) -> &'static str, of: &str) -> Option<T> {
    all.into_iter().find(|it| name(*it) == of)
}
