//! Which package brought which: a component whose evidence is files of other packages belongs to them,
//! and so does what lies in an archive to the component that the archive is.

use super::owners::Owners;
use crate::model::{Component, Evidence, Kind, Origin, Relation, Relationship};

/// Links components of languages to the packages whose files their evidence is, and to the archives that hold them.
/// A component that is also somewhere on its own stands on its own.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let languages = || components.iter().filter(|it| is_of_language(it));
    let owners =
        Owners::of(components, languages().flat_map(|it| it.evidence.iter().map(|it| &it.path)));
    let mut found = Vec::new();
    for component in languages() {
        let holders: Vec<&Component> =
            component.within.iter().filter_map(|it| Component::find(components, it)).collect();
        let whose = |proof| {
            let others = brought(component, proof, &owners).chain(held(proof, &holders));
            others.map(|owner| relationship(component, owner, proof)).collect()
        };
        let places: Vec<Vec<Relationship>> = component.evidence.iter().map(whose).collect();
        if places.iter().all(|owners| !owners.is_empty()) {
            found.extend(places.into_iter().flatten());
        }
    }
    found
}

/// Who brought a component to one place.
/// A file that proves both says nothing of that: a program's modules are not its packages.
fn brought<'a>(
    component: &Component,
    proof: &Evidence,
    owners: &Owners<'a>,
) -> impl Iterator<Item = &'a Component> {
    owners.owners(&proof.path).into_iter().filter(|owner| {
        owner.identity != component.identity
            && owner.evidence.iter().all(|it| it.path != proof.path)
    })
}

/// Which of the archives that hold a component do so at one place: a file that holds both.
fn held<'a>(proof: &Evidence, holders: &[&'a Component]) -> impl Iterator<Item = &'a Component> {
    let is_there = |it: &&&Component| {
        it.evidence.binary_search_by(|other| other.path.cmp(&proof.path)).is_ok()
    };
    holders.iter().filter(is_there).copied()
}

fn relationship(component: &Component, owner: &Component, proof: &Evidence) -> Relationship {
    Relationship {
        from: component.identity.clone(),
        relation: Relation::OwnedBy,
        to: owner.identity.clone(),
        proof: proof.path.clone(),
    }
}

fn is_of_language(component: &Component) -> bool {
    // What a file merely asks for did not come with it.
    component.identity.origin() == Origin::Installed
        && matches!(component.kind, Kind::Library | Kind::Application)
}
