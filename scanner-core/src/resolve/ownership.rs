//! Which package brought which: a component whose evidence is another package's file belongs to it.

use super::owners::Owners;
use crate::model::{Component, Kind, Relation, Relationship};

/// Links components of languages to the packages whose files their evidence is.
/// A file that proves both says nothing of who brought whom: a program's modules are not its packages.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let languages =
        || components.iter().filter(|it| matches!(it.kind, Kind::Library | Kind::Application));
    let proofs = languages().flat_map(|it| it.evidence.iter().map(|it| &it.path));
    let owners = Owners::of(components, proofs);
    let mut found = Vec::new();
    for component in languages() {
        for evidence in &component.evidence {
            let others = owners.owners(&evidence.path).into_iter().filter(|owner| {
                owner.identity != component.identity
                    && owner.evidence.iter().all(|it| it.path != evidence.path)
            });
            found.extend(others.map(|owner| Relationship {
                from: component.identity.clone(),
                relation: Relation::OwnedBy,
                to: owner.identity.clone(),
                proof: evidence.path.clone(),
            }));
        }
    }
    found
}
