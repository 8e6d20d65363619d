//! A component as layers below the uppermost one had it.

use super::Identity;

/// A component that a layer put into the image and a later one took away or changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Past {
    /// What it was called.
    pub identity: Identity,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The layer that brought it, counted from the lowest.
    pub layer: usize,
    /// The first layer without it.
    pub until: usize,
}
