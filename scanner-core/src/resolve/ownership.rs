//! Which package brought which: a component whose evidence is in other packages' file lists belongs to them.

use std::collections::BTreeMap;

use crate::model::{Component, Identity, Kind, Relation, Relationship};
use crate::path::ImagePath;

/// Links components of languages to the packages that list their evidence as a file of their own.
/// A component that is also somewhere on its own stands on its own.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let mut owners: BTreeMap<&ImagePath, Vec<&Identity>> = BTreeMap::new();
    for component in components.iter().filter(|it| is_of_language(it)) {
        owners.extend(component.evidence.iter().map(|it| (&it.path, Vec::new())));
    }
    for owner in components {
        for path in &owner.owns {
            owners.entry(path).and_modify(|found| found.push(&owner.identity));
        }
    }
    let brought = |component: &Component, proof: &ImagePath| -> Vec<Relationship> {
        let others =
            owners.get(proof).into_iter().flatten().filter(|owner| **owner != &component.identity);
        let relationship = |owner: &&Identity| Relationship {
            from: component.identity.clone(),
            relation: Relation::OwnedBy,
            to: (*owner).clone(),
            proof: proof.clone(),
        };
        others.map(relationship).collect()
    };
    let mut found = Vec::new();
    for component in components.iter().filter(|it| is_of_language(it)) {
        let places: Vec<_> =
            component.evidence.iter().map(|it| brought(component, &it.path)).collect();
        if places.iter().all(|owners| !owners.is_empty()) {
            found.extend(places.into_iter().flatten());
        }
    }
    found
}

fn is_of_language(component: &Component) -> bool {
    matches!(component.kind, Kind::Library | Kind::Application)
}
