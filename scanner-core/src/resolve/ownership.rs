//! Which package brought which: a component whose evidence is files of other packages belongs to them.

use super::owners::Owners;
use crate::model::{Component, Evidence, Kind, Relation, Relationship};

/// Links components of languages to the packages whose files their evidence is.
/// A component that is also somewhere on its own stands on its own.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let languages =
        || components.iter().filter(|it| matches!(it.kind, Kind::Library | Kind::Application));
    let owners =
        Owners::of(components, languages().flat_map(|it| it.evidence.iter().map(|it| &it.path)));
    let mut found = Vec::new();
    for component in languages() {
        let places: Vec<Vec<Relationship>> =
            component.evidence.iter().map(|it| brought(component, it, &owners)).collect();
        if places.iter().all(|owners| !owners.is_empty()) {
            found.extend(places.into_iter().flatten());
        }
    }
    found
}

/// Who brought a component to one place.
/// A file that proves both says nothing of that: a program's modules are not its packages.
fn brought(component: &Component, proof: &Evidence, owners: &Owners<'_>) -> Vec<Relationship> {
    let others = owners.owners(&proof.path).into_iter().filter(|owner| {
        owner.identity != component.identity
            && owner.evidence.iter().all(|it| it.path != proof.path)
    });
    let relationship = |owner: &Component| Relationship {
        from: component.identity.clone(),
        relation: Relation::OwnedBy,
        to: owner.identity.clone(),
        proof: proof.path.clone(),
    };
    others.map(relationship).collect()
}
