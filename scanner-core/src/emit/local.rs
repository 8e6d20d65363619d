//! What tells the elements of one SPDX document apart.

use crate::model::{Sha256, hex};

/// The part of an element's identifier that is its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Local {
    /// The only element of its sort.
    Only(&'static str),
    /// One of a sort: a digest of what makes it itself.
    One(&'static str, u64),
}

impl Local {
    /// The element of a sort that this text makes itself.
    pub(super) fn of(word: &'static str, text: &str) -> Self {
        Self::One(word, digest(text.as_bytes()))
    }

    /// Adds it to a text.
    pub(super) fn push_to(self, text: &mut String) {
        match self {
            Self::Only(word) => text.push_str(word),
            Self::One(word, digest) => text.extend([word, "-", &hex(&digest.to_be_bytes())]),
        }
    }
}

/// The first bits of a digest.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    Sha256::of(bytes).0.first_chunk().map_or(0, |it| u64::from_be_bytes(*it))
}
