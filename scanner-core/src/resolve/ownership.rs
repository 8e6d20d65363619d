//! Which package brought which: a component whose evidence is in another package's file list belongs to it.

use std::collections::BTreeMap;

use crate::model::{Component, Kind, Relation, Relationship};
use crate::path::ImagePath;

/// Links components of languages to the packages that list their evidence as a file of their own.
pub(super) fn owners(components: &[Component]) -> Vec<Relationship> {
    let mut proofs: BTreeMap<&ImagePath, Vec<&Component>> = BTreeMap::new();
    for component in
        components.iter().filter(|it| matches!(it.kind, Kind::Library | Kind::Application))
    {
        for evidence in &component.evidence {
            proofs.entry(&evidence.path).or_default().push(component);
        }
    }
    let mut found = Vec::new();
    for owner in components {
        for path in &owner.owns {
            let owned =
                proofs.get(path).into_iter().flatten().filter(|it| it.identity != owner.identity);
            found.extend(owned.map(|it| Relationship {
                from: it.identity.clone(),
                relation: Relation::OwnedBy,
                to: owner.identity.clone(),
                proof: path.clone(),
            }));
        }
    }
    found
}
