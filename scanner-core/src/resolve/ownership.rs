//! Which package brought which: a component whose evidence is files of other packages belongs to them,
//! and so does what lies in an archive to the component that the archive is.

use super::owners::Owners;
use crate::model::{Component, Evidence, Kind, Origin, Relation, Relationship};
use crate::path::ImagePath;

/// Links components of languages to the packages whose files their evidence is.
/// A component that is also somewhere on its own stands on its own.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let languages = || components.iter().filter(|it| is_of_language(it));
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

/// Links components to the archives that hold them.
pub(super) fn holders(components: &[Component]) -> Vec<Relationship> {
    let place = |identity| components.binary_search_by(|it| it.identity.cmp(identity)).ok();
    let mut found = Vec::new();
    for inner in components {
        for identity in inner.within.iter().filter(|it| **it != inner.identity) {
            let Some(outer) = place(identity).and_then(|at| components.get(at)) else { continue };
            let is_archive =
                |path: &ImagePath| outer.evidence.binary_search_by(|it| it.path.cmp(path)).is_ok();
            let proof = inner.evidence.iter().map(|it| &it.path).find(|path| is_archive(path));
            found.extend(proof.map(|proof| Relationship {
                from: inner.identity.clone(),
                relation: Relation::OwnedBy,
                to: outer.identity.clone(),
                proof: proof.clone(),
            }));
        }
    }
    found
}

fn is_of_language(component: &Component) -> bool {
    // What a file merely asks for did not come with it.
    component.identity.origin() == Origin::Installed
        && matches!(component.kind, Kind::Library | Kind::Application)
}
