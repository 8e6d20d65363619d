//! The graph under construction: elements by identifier, each once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::element::{DictionaryEntry, Element};
use crate::emit::spdx_licenses::References;
use crate::model::{License, Sha256, Supplier};

/// The blank node that every element gives as its creation.
pub(super) const CREATION: &str = "_:creation";

/// Elements in the order of their identifiers.
pub(super) struct Graph<'a> {
    namespace: &'a str,
    elements: BTreeMap<String, Element<'a>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(namespace: &'a str) -> Self {
        Self { namespace, elements: BTreeMap::new() }
    }

    /// An identifier in the document's namespace: a word, and a digest of what makes the element itself.
    pub(super) fn id(&self, word: &str, of: &str) -> String {
        let digest = Sha256::of(of.as_bytes()).to_string();
        format!("{}#{word}-{}", self.namespace, digest.get(..16).unwrap_or_default())
    }

    /// Adds an element and gives its identifier.
    pub(super) fn add(&mut self, element: Element<'a>) -> String {
        let id = element.spdx_id.clone();
        self.elements.insert(id.clone(), Element { creation_info: CREATION, ..element });
        id
    }

    /// Adds a relationship to all of these; none where there is none.
    pub(super) fn relate(
        &mut self,
        from: &str,
        relation: &'static str,
        mut to: Vec<String>,
        (completeness, comment): (&'static str, Option<String>),
    ) {
        to.sort();
        to.dedup();
        if to.is_empty() {
            return;
        }
        // Two relations of one kind from one element differ in what they lead to, as far as it is named here.
        let local = |id: &str| id.rsplit('#').next().unwrap_or_default().to_owned();
        let key = format!(
            "{} {relation} {}",
            local(from),
            to.iter().map(|it| local(it)).collect::<Vec<_>>().join(" ")
        );
        self.add(Element {
            spdx_id: self.id("Relationship", &key),
            kind: "Relationship",
            from: Some(from.to_owned()),
            relationship_type: Some(relation),
            to,
            completeness: Some(completeness),
            comment,
            ..Element::default()
        });
    }

    /// Adds whoever supplies something.
    pub(super) fn agent(&mut self, supplier: Option<&Supplier>) -> String {
        let (kind, text) = match supplier {
            Some(Supplier::Person(text)) => ("Person", text.as_str()),
            Some(Supplier::Organization(text)) => ("Organization", text.as_str()),
            None => ("Organization", "unknown"),
        };
        let spdx_id = self.id(kind, text);
        self.add(Element {
            spdx_id,
            kind,
            name: Some(Cow::Owned(text.to_owned())),
            ..Element::default()
        })
    }

    /// Adds the licence that a component declares; none where none is declared.
    pub(super) fn license(&mut self, licenses: &[License]) -> Option<String> {
        let mut references = References::default();
        let expression = references.expression(licenses)?;
        let mut custom_ids = Vec::new();
        for (key, text) in references.into_texts() {
            let spdx_id = self.id("LicenseText", &key);
            let kind = "simplelicensing_SimpleLicensingText";
            let value =
                self.add(Element { spdx_id, kind, license_text: Some(text), ..Element::default() });
            custom_ids.push(DictionaryEntry { key, kind: "DictionaryEntry", value });
        }
        Some(self.add(Element {
            spdx_id: self.id("License", &expression),
            kind: "simplelicensing_LicenseExpression",
            license_expression: Some(expression),
            license_list_version: Some(three_numbers(spdx::license_version())),
            custom_ids,
            ..Element::default()
        }))
    }

    /// The identifiers so far.
    pub(super) fn ids(&self) -> Vec<String> {
        self.elements.keys().cloned().collect()
    }

    pub(super) fn into_elements(self) -> impl Iterator<Item = Element<'a>> {
        self.elements.into_values()
    }
}

/// A version as the specification wants it here: `3.27.0`.
fn three_numbers(version: &str) -> String {
    let mut numbers: Vec<&str> = version.split('.').chain(["0", "0"]).take(3).collect();
    numbers.retain(|it| !it.is_empty());
    numbers.join(".")
}
