//! What components were built or installed to use, and what of that is linked into them, as far as it is in the inventory.

use std::collections::BTreeSet;

use crate::model::{Component, Identity, Relation, Relationship};

/// The edges to required components that are there.
pub(super) fn edges(components: &[Component]) -> Vec<Relationship> {
    let known: BTreeSet<&Identity> = components.iter().map(|it| &it.identity).collect();
    let edge = |from: &Component, relation: Relation, to: &Identity| {
        let proof = from.evidence.first()?.path.clone();
        let (from, to) = (from.identity.clone(), to.clone());
        Some(Relationship { from, relation, to, proof })
    };
    let edges = |from: &Component| -> Vec<Relationship> {
        let required = from.requires.iter().map(|it| (Relation::DependsOn, it));
        let linked = from.linked.iter().map(|it| (Relation::LinksStatically, it));
        let other = |to: &Identity| known.contains(to) && *to != from.identity;
        let edges = required.chain(linked).filter(|(_, to)| other(to));
        edges.filter_map(|(relation, to)| edge(from, relation, to)).collect()
    };
    components.iter().flat_map(edges).collect()
}
