//! From components as found to an inventory: pure passes in a fixed order.

mod dependencies;
mod files;
mod identity;
mod notices;
mod ownership;

use crate::limits::Limits;
use crate::model::{Component, Notice, Relationship};

pub use files::files;
pub use notices::notices;

/// Components, each once, and how they belong together.
pub struct Inventory {
    /// By identity.
    pub components: Vec<Component>,
    /// Sorted.
    pub relationships: Vec<Relationship>,
    /// What was left out on the way.
    pub notices: Vec<Notice>,
}

/// Runs the passes.
pub fn resolve(found: Vec<Component>, limits: &Limits) -> Inventory {
    let (components, notices) = identity::merge(found, limits);
    let mut relationships = ownership::owners(&components);
    relationships.extend(dependencies::edges(&components));
    relationships.sort();
    relationships.dedup();
    Inventory { components, relationships, notices }
}
