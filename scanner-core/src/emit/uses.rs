//! Which components each one uses, and whether those are all.

use rayon::prelude::*;

use super::AT_ONCE;
use crate::model::{Component, Relation, Relationship, Sbom};

/// A component and what is stated about it.
pub(super) struct Stated<'a> {
    pub(super) component: &'a Component,
    pub(super) relationships: &'a [Relationship],
    /// Whether it is known what it uses: whoever does not say so has dependencies that are unknown, not none.
    pub(super) is_known: bool,
    /// Whether all that it depends on is stated, known, and in the document.
    pub(super) is_whole: bool,
}

/// Every component with what is stated about it, in order.
pub(super) fn all(sbom: &Sbom) -> Vec<Stated<'_>> {
    let parts = sbom.components.par_chunks(AT_ONCE);
    parts.flat_map_iter(|part| sbom.relationships_of(part).map(Stated::of)).collect()
}

impl<'a> Stated<'a> {
    fn of((component, relationships): (&'a Component, &'a [Relationship])) -> Self {
        let complete = component.is_dependency_list_complete();
        let uses = relationships.iter().any(|it| it.relation != Relation::OwnedBy);
        let depends = || relationships.iter().any(|it| it.relation == Relation::DependsOn);
        // Of an executable that nothing identifies some content may be known, never all; of a component of which only
        // its files say what they load, not all is known that it was made to use.
        let is_whole = complete
            .unwrap_or_else(|| depends() && component.identity.file_digest().is_none())
            && !component.properties.contains_key("across:depends-on");
        Self { component, relationships, is_known: uses || complete.is_some(), is_whole }
    }

    /// The identities of what it uses, in order, each once.
    pub(super) fn uses(&self) -> impl Iterator<Item = &'a str> {
        let owned = self.relationships.partition_point(|it| it.relation == Relation::OwnedBy);
        let used = self.relationships.get(owned..).unwrap_or_default();
        let is_in_order = used.first().map(|it| it.relation) == used.last().map(|it| it.relation);
        let (in_order, mixed) = if is_in_order { (used, &[][..]) } else { (&[][..], used) };
        let mut mixed: Vec<&str> = mixed.iter().map(|it| it.to.as_str()).collect();
        mixed.sort_unstable();
        let mut last = None;
        let all = in_order.iter().map(|it| it.to.as_str()).chain(mixed);
        all.filter(move |it| last.replace(*it) != Some(*it))
    }
}
