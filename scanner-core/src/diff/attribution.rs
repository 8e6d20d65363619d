//! The layer that brought a change about.

use std::collections::BTreeMap;

use super::key::Key;
use super::layers::{LayerPair, Match};
use super::pairs::Pair;
use crate::model::{Component, Sbom};

/// What tells the layers of changes.
pub(super) struct Attribution<'a> {
    /// The place of the pair for each layer of the old and of the new image.
    of_old: BTreeMap<usize, usize>,
    of_new: BTreeMap<usize, usize>,
    pairs: &'a [LayerPair],
    /// The first layer of the new image without a thing that a lower one brought.
    gone: BTreeMap<Key<'a>, usize>,
}

impl<'a> Attribution<'a> {
    pub(super) fn new(pairs: &'a [LayerPair], new: &'a Sbom) -> Self {
        let numbered = || pairs.iter().enumerate();
        Self {
            of_old: numbered().filter_map(|(place, it)| Some((it.old?, place))).collect(),
            of_new: numbered().filter_map(|(place, it)| Some((it.new?, place))).collect(),
            pairs,
            gone: new.gone.iter().map(|it| (Key::of_identity(&it.identity), it.until)).collect(),
        }
    }

    /// The layer that brought what is there now, or took away what is gone.
    pub(super) fn layer(&self, pair: &Pair<'a>) -> Option<usize> {
        match (pair.old, pair.new) {
            (_, Some(new)) => self.of_new.get(&new.layer).copied(),
            (Some(old), None) => self.removal(old),
            (None, None) => None,
        }
    }

    /// A layer of the new image that took it away; else the layer that had brought it, if that is not there any more
    /// or has other content.
    fn removal(&self, old: &'a Component) -> Option<usize> {
        if let Some(until) = self.gone.get(&Key::of(old)) {
            return self.of_new.get(until).copied();
        }
        let place = *self.of_old.get(&old.layer)?;
        let is_other = self.pairs.get(place).is_some_and(|it| it.is != Match::Same);
        is_other.then_some(place)
    }
}
