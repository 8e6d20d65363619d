//! Which components have all their dependencies in a document.

use std::collections::BTreeSet;

use crate::model::{Component, Identity, Relation, Sbom};

/// The components whose dependencies are stated, known, and all in the document.
///
/// Of an executable that nothing identifies some content may be known, never all; of a component of which only its
/// files say what they load, not all is known that it was made to use.
pub(super) fn whole_lists(sbom: &Sbom) -> BTreeSet<&Identity> {
    let stated = sbom.relationships.iter().filter(|it| it.relation == Relation::DependsOn);
    let stated: BTreeSet<&Identity> = stated.map(|it| &it.from).collect();
    let is_whole = |it: &&Component| {
        let identity = &it.identity;
        let known = it.is_dependency_list_complete();
        known.unwrap_or(stated.contains(identity) && identity.file_digest().is_none())
            && !it.properties.contains_key("across:depends-on")
    };
    sbom.components.iter().filter(is_whole).map(|it| &it.identity).collect()
}
