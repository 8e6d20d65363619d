//! Relationships.

use super::graph::{CREATION, Elements, id, ids};
use crate::emit::local::{Local, Sort};
use crate::emit::words;
use crate::model::{Origin, Relation, Relationship};

/// The phases in which relationships are so. A linker links and a lockfile is read while something is built; libraries
/// are loaded while it runs.
pub(super) const BUILD: &str = "build";
const RUNTIME: &str = "runtime";

/// What a relationship says beside its ends.
pub(super) struct Link {
    relationship_type: &'static str,
    completeness: &'static str,
    scope: Option<&'static str>,
    comment: String,
}

impl Link {
    /// A relationship of which nothing says whether it is all.
    pub(super) fn new(relationship_type: &'static str) -> Self {
        let comment = String::new();
        Self { relationship_type, completeness: "noAssertion", scope: None, comment }
    }

    /// What a relationship between components says, of which these are all that it has, or not.
    pub(super) fn of(it: &Relationship, all: bool) -> Self {
        let whole = if all { "complete" } else { "incomplete" };
        match it.relation {
            Relation::DependsOn if it.from.origin() == Origin::Declared => {
                Self::new("dependsOn").completeness(whole).scope(BUILD)
            }
            Relation::DependsOn => Self::new("dependsOn").completeness(whole),
            // What is loaded on demand leaves no trace in a file.
            Relation::LinksTo => Self::new("hasDynamicLink").scope(RUNTIME),
            // What of C was linked in is not listed.
            Relation::LinksStatically => Self::new("hasStaticLink").scope(BUILD),
            Relation::OwnedBy => {
                Self { comment: words::shared_file(&it.proof), ..Self::new("contains") }
            }
        }
    }

    /// The same with a word on whether it is all: `complete` or `incomplete`.
    pub(super) fn completeness(self, completeness: &'static str) -> Self {
        Self { completeness, ..self }
    }

    /// The same in one phase of the life of what it is about: `build`, `runtime`.
    pub(super) fn scope(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Relates an element to others, if there are any.
    pub(super) fn relate(
        &self,
        elements: &mut Elements,
        from: Local,
        to: impl IntoIterator<Item = Local>,
    ) {
        let mut to: Vec<Local> = to.into_iter().collect();
        to.sort_unstable();
        to.dedup();
        if to.is_empty() {
            return;
        }
        let local = self.local(from, &to);
        elements.add(local, |json| {
            if !self.comment.is_empty() {
                json.key("comment").text(&self.comment);
            }
            json.key("completeness").word(self.completeness);
            json.key("creationInfo").word(CREATION);
            id(json.key("from"), from);
            json.key("relationshipType").word(self.relationship_type);
            if let Some(scope) = self.scope {
                json.key("scope").word(scope);
            }
            id(json.key("spdxId"), local);
            ids(json, "to", &to);
            let scoped = self.scope.is_some();
            json.key("type").word(if scoped {
                "LifecycleScopedRelationship"
            } else {
                "Relationship"
            });
        });
    }

    /// Two relationships of one type from one element differ in what they lead to, or in what is said of them.
    fn local(&self, from: Local, to: &[Local]) -> Local {
        let mut key = Vec::with_capacity(128);
        from.push_to(&mut key);
        key.push(b' ');
        key.extend_from_slice(self.relationship_type.as_bytes());
        for it in to {
            key.push(b' ');
            it.push_to(&mut key);
        }
        key.extend_from_slice(self.comment.as_bytes());
        Local::of(Sort::Relationship, key)
    }
}
