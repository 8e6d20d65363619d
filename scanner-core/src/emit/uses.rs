//! Which components each one uses, and whether those are all.

use crate::model::{Component, Relation, Relationship, Sbom};

/// What a component is known to use.
pub(super) struct Uses<'a> {
    pub(super) component: &'a Component,
    /// The identities, in order, each once.
    pub(super) to: Vec<&'a str>,
    /// Whether these are all that it depends on.
    pub(super) whole: bool,
}

/// The components of which it is known what they use. Whoever is missing has dependencies that are unknown, not none.
pub(super) fn uses(sbom: &Sbom) -> impl Iterator<Item = Uses<'_>> {
    sbom.with_relationships().filter_map(|(component, relationships)| {
        let used = relationships.iter().filter(|it| it.relation != Relation::OwnedBy);
        let mut to: Vec<&str> = used.map(|it| it.to.as_str()).collect();
        to.sort_unstable();
        to.dedup();
        let is_known = !to.is_empty() || component.is_dependency_list_complete().is_some();
        is_known.then(|| Uses { component, to, whole: is_whole(component, relationships) })
    })
}

/// Whether all that a component depends on is stated, known, and in the document.
///
/// Of an executable that nothing identifies some content may be known, never all; of a component of which only its
/// files say what they load, not all is known that it was made to use.
pub(super) fn is_whole(component: &Component, relationships: &[Relationship]) -> bool {
    let is_stated = || relationships.iter().any(|it| it.relation == Relation::DependsOn);
    let known = component.is_dependency_list_complete();
    known.unwrap_or_else(|| is_stated() && component.identity.file_digest().is_none())
        && !component.properties.contains_key("across:depends-on")
}
