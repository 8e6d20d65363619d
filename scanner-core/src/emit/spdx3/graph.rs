//! The graph under construction: elements by identifier, each once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::element::{DictionaryEntry, Element, Node, Relationship};
use super::id::Id;
use crate::emit::local::Local;
use crate::emit::named::Name;
use crate::emit::spdx_licenses::{expression, references};
use crate::model::{License, Supplier};

/// The blank node that every element gives as its creation.
pub(super) const CREATION: &str = "_:creation";

/// What a relationship says beside its ends.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    relationship_type: &'static str,
    completeness: &'static str,
    scope: Option<&'static str>,
    comment: Option<String>,
}

impl Link {
    /// A relationship of which nothing says whether it is all.
    pub(super) fn new(relationship_type: &'static str) -> Self {
        Self { relationship_type, completeness: "noAssertion", scope: None, comment: None }
    }

    /// The same with a word on whether it is all: `complete` or `incomplete`.
    pub(super) fn completeness(self, completeness: &'static str) -> Self {
        Self { completeness, ..self }
    }

    /// The same in one phase of the life of what it is about: `build`, `runtime`.
    pub(super) fn scope(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    pub(super) fn comment(self, comment: String) -> Self {
        Self { comment: Some(comment), ..self }
    }
}

/// Elements in the order of their identifiers.
pub(super) struct Graph<'a> {
    document: &'a Name,
    elements: BTreeMap<Local, Node<'a>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(document: &'a Name) -> Self {
        Self { document, elements: BTreeMap::new() }
    }

    /// Adds an element and gives its identifier.
    pub(super) fn add(&mut self, local: Local, element: Element<'a>) -> Id<'a> {
        let id = Id::new(self.document, local);
        let element = Element { spdx_id: Some(id), creation_info: CREATION, ..element };
        self.elements.insert(local, Node::Element(Box::new(element)));
        id
    }

    /// Adds a relationship to all of these; none where there is none.
    pub(super) fn relate(&mut self, from: Id<'a>, link: Link, mut to: Vec<Id<'a>>) {
        let Link { relationship_type, completeness, scope, comment } = link;
        to.sort_by_key(|it| it.local);
        to.dedup_by_key(|it| it.local);
        if to.is_empty() {
            return;
        }
        // Two relations of one kind from one element differ in what they lead to.
        let mut key = String::new();
        from.local.push_to(&mut key);
        key.extend([" ", relationship_type]);
        for it in &to {
            key.push(' ');
            it.local.push_to(&mut key);
        }
        let local = Local::of("Relationship", &key);
        let relationship = Relationship {
            comment,
            completeness,
            creation_info: CREATION,
            from,
            relationship_type,
            scope,
            spdx_id: Id::new(self.document, local),
            to,
            kind: if scope.is_some() { "LifecycleScopedRelationship" } else { "Relationship" },
        };
        self.elements.insert(local, Node::Relationship(Box::new(relationship)));
    }

    /// Adds whoever supplies something.
    pub(super) fn agent(&mut self, supplier: Option<&'a Supplier>) -> Id<'a> {
        let (kind, text) = match supplier {
            Some(Supplier::Person(text)) => ("Person", text.as_str()),
            Some(Supplier::Organization(text)) => ("Organization", text.as_str()),
            None => ("Organization", "unknown"),
        };
        let local = Local::of(kind, text);
        self.find(local).unwrap_or_else(|| {
            let name = Some(Cow::Borrowed(text));
            self.add(local, Element { name, kind, ..Element::default() })
        })
    }

    /// Adds the licence that a component declares; none where none is declared.
    pub(super) fn license(&mut self, licenses: &[License]) -> Option<Id<'a>> {
        let expression = expression(licenses)?;
        let local = Local::of("License", &expression);
        if let Some(known) = self.find(local) {
            return Some(known);
        }
        let mut custom_ids = Vec::new();
        for (key, text) in references(licenses.iter()) {
            let kind = "simplelicensing_SimpleLicensingText";
            let license_text = Some(text.to_owned());
            let element = Element { license_text, kind, ..Element::default() };
            let value = self.add(Local::of("LicenseText", &key), element);
            custom_ids.push(DictionaryEntry { key, kind: "DictionaryEntry", value });
        }
        let element = Element {
            kind: "simplelicensing_LicenseExpression",
            license_expression: Some(expression),
            license_list_version: Some(three_numbers(spdx::license_version())),
            custom_ids,
            ..Element::default()
        };
        Some(self.add(local, element))
    }

    /// The identifier of an element that was added before.
    pub(super) fn find(&self, local: Local) -> Option<Id<'a>> {
        self.elements.contains_key(&local).then(|| Id::new(self.document, local))
    }

    /// The identifiers so far.
    pub(super) fn ids(&self) -> Vec<Id<'a>> {
        self.elements.keys().map(|it| Id::new(self.document, *it)).collect()
    }

    pub(super) fn into_nodes(self) -> impl Iterator<Item = Node<'a>> {
        self.elements.into_values()
    }
}

/// A version as the specification wants it here: `3.27.0`.
fn three_numbers(version: &str) -> String {
    let mut numbers: Vec<&str> = version.split('.').chain(["0", "0"]).take(3).collect();
    numbers.retain(|it| !it.is_empty());
    numbers.join(".")
}
