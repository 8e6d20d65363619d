//! Which package brought which: a component whose evidence is another package's file belongs to it.

use super::owners::Owners;
use crate::model::{Component, Kind, Relation, Relationship};
use crate::path::ImagePath;

/// Links components of languages to the packages whose files their evidence is.
/// A component that is also somewhere on its own stands on its own.
/// A file that proves both says nothing of who brought whom: a program's modules are not its packages.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let languages =
        || components.iter().filter(|it| matches!(it.kind, Kind::Library | Kind::Application));
    let proofs = languages().flat_map(|it| it.evidence.iter().map(|it| &it.path));
    let owners = Owners::of(components, proofs);
    let brought = |component: &Component, proof: &ImagePath| -> Vec<Relationship> {
        let others = owners.owners(proof).into_iter().filter(|owner| {
            owner.identity != component.identity
                && owner.evidence.iter().all(|it| it.path != *proof)
        });
        let relationship = |owner: &Component| Relationship {
            from: component.identity.clone(),
            relation: Relation::OwnedBy,
            to: owner.identity.clone(),
            proof: proof.clone(),
        };
        others.map(relationship).collect()
    };
    let mut found = Vec::new();
    for component in languages() {
        let places: Vec<_> =
            component.evidence.iter().map(|it| brought(component, &it.path)).collect();
        if places.iter().all(|owners| !owners.is_empty()) {
            found.extend(places.into_iter().flatten());
        }
    }
    found
}
