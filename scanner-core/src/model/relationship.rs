//! How two components belong together.

use super::Identity;
use crate::path::ImagePath;

/// A directed statement about two components of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relationship {
    /// The component that the statement is about.
    pub from: Identity,
    /// What is stated.
    pub relation: Relation,
    /// The other component.
    pub to: Identity,
    /// The file that proves it.
    pub proof: ImagePath,
}

/// What a relationship states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// `from` was installed as part of `to`: the proof is a file of `from` that `to` lists as its own,
    /// or that is the archive `to`.
    OwnedBy,
    /// `from` was built or installed to use `to`.
    DependsOn,
    /// A program or library of `from`, the proof, loads a library of `to`.
    LinksTo,
    /// The linker put the code of `to` into a program of `from`, the proof. Both stand beside a [`Self::DependsOn`].
    LinksStatically,
}
