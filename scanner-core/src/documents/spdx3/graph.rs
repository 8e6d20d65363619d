//! The elements of a document by class and by identifier.

use std::collections::BTreeMap;

use super::element::Element;

/// Elements, each found by its identifier.
pub(super) struct Graph<'a> {
    elements: &'a [Element],
    by_id: BTreeMap<&'a str, &'a Element>,
    by_kind: BTreeMap<&'a str, Vec<&'a Element>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(elements: &'a [Element]) -> Self {
        let by_id = elements.iter().map(|it| (&*it.spdx_id, it)).collect();
        let mut by_kind: BTreeMap<&str, Vec<&Element>> = BTreeMap::new();
        for it in elements {
            by_kind.entry(&it.kind).or_default().push(it);
        }
        Self { elements, by_id, by_kind }
    }

    /// The elements of a class.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'a Element> {
        self.by_kind.get(kind).into_iter().flatten().copied()
    }

    pub(super) fn get(&self, id: &str) -> Option<&'a Element> {
        self.by_id.get(id).copied()
    }

    /// Who made the document, and when.
    pub(super) fn creation(&self) -> Option<&'a Element> {
        self.elements.iter().find(|it| it.kind == "CreationInfo")
    }

    /// The package that stands for what was scanned: the one root of the SBOM. Where another tool's document has no package
    /// but that one, it is a component.
    pub(super) fn root(&self, is_own: bool) -> Option<&'a str> {
        let sboms: Vec<&Element> = self.of_kind("software_Sbom").collect();
        let [sbom] = sboms.as_slice() else { return None };
        let [root] = sbom.root_element.as_slice() else { return None };
        let more = self.of_kind("software_Package").nth(1).is_some();
        Some(root.as_str()).filter(|_| is_own || more)
    }

    /// Relationships, with a scope or without.
    pub(super) fn relationships(&self) -> impl Iterator<Item = &'a Element> {
        self.of_kind("Relationship").chain(self.of_kind("LifecycleScopedRelationship"))
    }
}
