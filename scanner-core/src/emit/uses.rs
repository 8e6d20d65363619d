//! Which components each one uses, and whether those are all.

use crate::model::{Component, Relation, Relationship};

/// A component and what is stated about it.
pub(super) type Stated<'a> = (&'a Component, &'a [Relationship]);

/// The identities of what a component uses, in order, each once.
pub(super) fn uses<'a>(stated: &Stated<'a>) -> Vec<&'a str> {
    let mut to: Vec<&str> = used(stated).map(|it| it.to.as_str()).collect();
    to.sort_unstable();
    to.dedup();
    to
}

/// Whether it is known what a component uses: whoever does not say so has dependencies that are unknown, not none.
pub(super) fn is_known(stated: &Stated<'_>) -> bool {
    used(stated).next().is_some() || stated.0.is_dependency_list_complete().is_some()
}

fn used<'a>((_, relationships): &Stated<'a>) -> impl Iterator<Item = &'a Relationship> {
    relationships.iter().filter(|it| it.relation != Relation::OwnedBy)
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
