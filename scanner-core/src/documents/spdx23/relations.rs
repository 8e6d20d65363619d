//! The relationships of an SPDX 2 document.

use std::collections::BTreeMap;

use super::document::Relationship;
use crate::documents::assemble::Inventory;
use crate::documents::words;
use crate::model::{Identity, Relation};
use crate::path::ImagePath;

/// What the identifiers of a document stand for.
pub(super) struct Places<'a> {
    pub(super) identities: BTreeMap<&'a str, Identity>,
    pub(super) paths: BTreeMap<&'a str, ImagePath>,
    pub(super) root: Option<&'a str>,
}

/// Takes a relationship, or counts it.
pub(super) fn take(it: &Relationship, places: &Places<'_>, inventory: &mut Inventory) {
    let Relationship { from, relation, to, comment } = it;
    // That a document describes its root, and what was scanned contains everything, is so of every inventory.
    if relation == "DESCRIBES" || places.root == Some(&**from) {
        return;
    }
    if let (Some(from), Some(to)) = (places.identities.get(&**from), places.identities.get(&**to)) {
        return between(from, relation, to, comment, inventory);
    }
    if let (Some(owner), Some(path)) = (places.identities.get(&**from), places.paths.get(&**to))
        && relation == "CONTAINS"
        && let Some(owner) = inventory.component(owner)
    {
        owner.owns.push(path.clone());
        return;
    }
    // Our evidence says which files prove a package.
    if relation != "METAFILE_OF" || !inventory.is_own() {
        inventory.dropped.add(&format!("relationships of type {relation}"), 1);
    }
}

fn between(
    from: &Identity,
    relation: &str,
    to: &Identity,
    comment: &str,
    inventory: &mut Inventory,
) {
    let root = ImagePath::root;
    match (relation, words::shared_file(comment)) {
        ("DEPENDS_ON", _) => inventory.relate(from, Relation::DependsOn, to, root()),
        ("DYNAMIC_LINK", _) => inventory.relate(from, Relation::LinksTo, to, root()),
        ("STATIC_LINK", _) => inventory.relate(from, Relation::LinksStatically, to, root()),
        // The same from the other end.
        ("DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF", _) => {
            inventory.relate(to, Relation::DependsOn, from, root());
        }
        ("CONTAINS", Some(proof)) => inventory.relate(to, Relation::OwnedBy, from, proof),
        _ => inventory.dropped.add(&format!("relationships of type {relation}"), 1),
    }
}
