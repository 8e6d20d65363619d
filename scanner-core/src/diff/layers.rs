//! Which layer of one image is which of the other: by content, then by the instruction that made it.

use crate::model::{LayerFacts, Sbom};

/// A layer before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerPair {
    /// Its number in the old image, from below.
    pub old: Option<usize>,
    /// Its number in the new image.
    pub new: Option<usize>,
    /// How the two belong together.
    pub is: Match,
}

/// How layers of two images belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// They have the same content.
    Same,
    /// The same instruction made both, with other content.
    Rebuilt,
    /// The new image alone has it.
    Added,
    /// The old image alone has it.
    Removed,
}

impl Match {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Rebuilt => "rebuilt",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Pairs the layers in order.
pub(super) fn pair(old: &Sbom, new: &Sbom) -> Vec<LayerPair> {
    let [old, new] = [old, new].map(|it| it.image.as_ref().map_or(&[][..], |it| &it.layers));
    pair_layers(old, new)
}

fn pair_layers(old: &[LayerFacts], new: &[LayerFacts]) -> Vec<LayerPair> {
    let mut pairs = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    let ends = std::iter::once((old.len(), new.len()));
    let by_content = |it: &LayerFacts| Some(it.diff_id.clone()).filter(|it| !it.is_empty());
    let same = longest_common(&keys(old, by_content), &keys(new, by_content));
    for (at_old, at_new) in same.into_iter().chain(ends) {
        between(old, new, (from_old, at_old), (from_new, at_new), &mut pairs);
        if at_old < old.len() {
            pairs.push(LayerPair { old: Some(at_old), new: Some(at_new), is: Match::Same });
        }
        (from_old, from_new) = (at_old + 1, at_new + 1);
    }
    pairs
}

/// Pairs layers between two that are the same by their instructions.
fn between(
    old: &[LayerFacts],
    new: &[LayerFacts],
    (mut from_old, to_old): (usize, usize),
    (mut from_new, to_new): (usize, usize),
    pairs: &mut Vec<LayerPair>,
) {
    let part = |of: &[LayerFacts], from, to| {
        keys(of.get(from..to).unwrap_or_default(), |it| it.created_by.clone())
    };
    let shared = longest_common(&part(old, from_old, to_old), &part(new, from_new, to_new));
    let (start_old, start_new) = (from_old, from_new);
    let shared = shared.into_iter().map(|(a, b)| (start_old + a, start_new + b));
    for (at_old, at_new) in shared.chain([(to_old, to_new)]) {
        let gone = (from_old..at_old).map(|it| (Some(it), None, Match::Removed));
        let come = (from_new..at_new).map(|it| (None, Some(it), Match::Added));
        pairs.extend(gone.chain(come).map(|(old, new, is)| LayerPair { old, new, is }));
        if at_old < to_old {
            pairs.push(LayerPair { old: Some(at_old), new: Some(at_new), is: Match::Rebuilt });
        }
        (from_old, from_new) = (at_old + 1, at_new + 1);
    }
}

fn keys(layers: &[LayerFacts], key: impl Fn(&LayerFacts) -> Option<String>) -> Vec<Option<String>> {
    layers.iter().map(key).collect()
}

/// The longest common subsequence, as places in both. An image has a thousand layers at most.
fn longest_common(a: &[Option<String>], b: &[Option<String>]) -> Vec<(usize, usize)> {
    let equal = |i: usize, j: usize| match (a.get(i), b.get(j)) {
        (Some(Some(a)), Some(Some(b))) => a == b,
        _ => false,
    };
    let width = b.len() + 1;
    let mut lengths = vec![0_usize; (a.len() + 1) * width];
    let at = |lengths: &[usize], i: usize, j: usize| {
        lengths.get(i * width + j).copied().unwrap_or_default()
    };
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let length = if equal(i, j) {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i * width + j) {
                *cell = length;
            }
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if equal(i, j) {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(old: &str, new: &str) -> String {
        let image = |text: &str| {
            let layer = |it: &str| {
                let (content, instruction) = it.split_at(1);
                LayerFacts {
                    diff_id: content.to_owned(),
                    created_by: (!instruction.is_empty()).then(|| instruction.to_owned()),
                    ..LayerFacts::default()
                }
            };
            text.split_whitespace().map(layer).collect::<Vec<_>>()
        };
        let found = pair_layers(&image(old), &image(new));
        let word = |it: &LayerPair| {
            let number = |it: Option<usize>| it.map_or("-".to_owned(), |it| it.to_string());
            format!("{}{}{}", number(it.old), &it.is.as_str()[..3], number(it.new))
        };
        found.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn layers_are_the_same_by_content_and_rebuilt_by_instruction() {
        assert_eq!(pairs("a b c", "a b c"), "0sam0 1sam1 2sam2");
        assert_eq!(pairs("aX bY cZ", "aX dY eZ"), "0sam0 1reb1 2reb2");
        assert_eq!(pairs("aX bY", "aX cW bY"), "0sam0 -add1 1sam2");
        assert_eq!(pairs("aX bY cZ", "aX dZ"), "0sam0 1rem- 2reb1");
        assert_eq!(pairs("a b", "c d"), "0rem- 1rem- -add0 -add1");
        assert_eq!(pairs("", "aX"), "-add0");
    }
}
