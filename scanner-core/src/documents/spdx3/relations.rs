//! The relationships of an SPDX 3 document.

use std::collections::BTreeMap;

use super::element::Element;
use super::graph::Graph;
use crate::documents::assemble::Inventory;
use crate::documents::words;
use crate::model::{Identity, License, Relation};
use crate::path::ImagePath;

/// What stands for something that there is not, or that is not known.
const INDIVIDUALS: &str = "https://spdx.org/rdf/3.0.1/terms/Core/";

/// The licences that each package declares.
pub(super) fn licenses<'a>(graph: &Graph<'a>) -> BTreeMap<&'a str, Vec<License>> {
    let mut found: BTreeMap<&str, Vec<License>> = BTreeMap::new();
    for it in graph.relationships().filter(|it| it.relationship_type == "hasDeclaredLicense") {
        let licenses = it.to.iter().filter_map(|id| graph.get(id));
        let licenses = licenses.flat_map(|it| expression(it, graph));
        let known = found.entry(&it.from).or_default();
        known.extend(licenses);
        known.sort_unstable();
        known.dedup();
    }
    found
}

fn expression(license: &Element, graph: &Graph<'_>) -> Vec<License> {
    let text = |id: &str| {
        let entry = license.custom_ids.iter().find(|it| it.key == id)?;
        graph.get(&entry.value).map(|it| it.license_text.as_str()).filter(|it| !it.is_empty())
    };
    words::licenses(&license.license_expression, &text)
}

/// Takes the relationships between components, and counts what they are not.
pub(super) fn take(graph: &Graph<'_>, root: Option<&str>, inventory: &mut Inventory) {
    for it in graph.relationships().filter(|it| root != Some(&*it.from)) {
        let proven = it.relationship_type == "hasEvidence" && inventory.is_own();
        if it.relationship_type == "hasDeclaredLicense" || proven {
            continue;
        }
        // Ours follow from what is related to what.
        let foreign = !it.scope.is_empty() && !inventory.is_own();
        inventory.dropped.add("scopes of relationships", usize::from(foreign));
        let to = it.to.iter().filter(|it| !it.starts_with(INDIVIDUALS));
        for to in to {
            let ends = inventory.element(&it.from).zip(inventory.element(to));
            if !ends.is_some_and(|(from, to)| relate(it, &from, &to, inventory)) {
                let what = format!("relationships of type {}", it.relationship_type);
                inventory.dropped.add(&what, 1);
            }
        }
    }
}

/// Adds a relationship. Tells whether it is one here.
fn relate(it: &Element, from: &Identity, to: &Identity, inventory: &mut Inventory) -> bool {
    match &*it.relationship_type {
        "dependsOn" => inventory.relate(from, Relation::DependsOn, to, ImagePath::root()),
        "hasDynamicLink" => inventory.relate(from, Relation::LinksTo, to, ImagePath::root()),
        "hasStaticLink" => inventory.relate(from, Relation::LinksStatically, to, ImagePath::root()),
        "contains" => match words::shared_file(&it.comment) {
            Some(proof) => inventory.relate(to, Relation::OwnedBy, from, proof),
            None => return false,
        },
        _ => return false,
    }
    true
}
