//! What components were built or installed to use, as far as it is in the inventory.

use std::collections::BTreeSet;

use crate::model::{Component, Identity, Relation, Relationship};

/// The edges to required components that are there.
pub(super) fn edges(components: &[Component]) -> Vec<Relationship> {
    let known: BTreeSet<&Identity> = components.iter().map(|it| &it.identity).collect();
    let edge = |from: &Component, to: &Identity| {
        let proof = from.evidence.first()?.path.clone();
        Some(Relationship {
            from: from.identity.clone(),
            relation: Relation::DependsOn,
            to: to.clone(),
            proof,
        })
    };
    let edges = |from: &Component| -> Vec<Relationship> {
        let required =
            from.requires.iter().filter(|to| known.contains(to) && **to != from.identity);
        required.filter_map(|to| edge(from, to)).collect()
    };
    components.iter().flat_map(edges).collect()
}
