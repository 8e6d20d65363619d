//! A package of SPDX 3 as a component.

use std::collections::BTreeMap;

use super::element::Element;
use super::graph::Graph;
use crate::documents::assemble::Inventory;
use crate::documents::draft::{self, Draft};
use crate::documents::words;
use crate::model::{Component, Identity, Kind, License, Sha256, Source, Supplier};

/// Takes what is said of what was scanned.
pub(super) fn root(it: &Element, graph: &Graph<'_>, inventory: &mut Inventory) {
    inventory.stamp.supplier = supplier(it, graph).map(|it| match it {
        Supplier::Person(text) | Supplier::Organization(text) => text,
    });
    if !inventory.is_own() {
        inventory.whole.manifest(&it.package_version);
    }
}

/// Makes a component of a package.
pub(super) fn take(
    it: &Element,
    graph: &Graph<'_>,
    licenses: &BTreeMap<&str, Vec<License>>,
    inventory: &mut Inventory,
) {
    if it.name.is_empty() {
        inventory.dropped.add("packages without a name", 1);
        return;
    }
    let version = words::stated(&it.package_version);
    let purl = purl(it, inventory);
    let kind = kind(it, purl);
    let digest = it.verified_using.iter().find(|it| it.algorithm == "sha256");
    let digest = digest.and_then(|it| Sha256::parse(&it.hash_value));
    let of_file = digest.filter(|_| purl.is_empty()).map(Identity::of_file);
    inventory.dropped.add(
        "software_Package.verifiedUsing",
        it.verified_using.len() - usize::from(of_file.is_some()),
    );
    let identity = of_file.unwrap_or_else(|| draft::identity(kind, purl, &it.name, version));
    let mut component = Component::identified(kind, identity, it.name.as_str(), version);
    component.licenses = licenses.get(&*it.spdx_id).cloned().unwrap_or_default();
    component.supplier = supplier(it, graph);
    component.download = Some(it.download_location.clone()).filter(|it| !it.is_empty());
    component.source = source(&it.source_info);
    let lost = component.source.is_none() && !it.source_info.is_empty();
    inventory.dropped.add("software_Package.software_sourceInfo", usize::from(lost));
    let draft = facts(component, it, inventory);
    let identity = inventory.add(draft);
    inventory.name_element(&it.spdx_id, identity);
}

/// Takes what our documents say of a package in properties.
fn facts(component: Component, it: &Element, inventory: &mut Inventory) -> Draft {
    let mut draft = Draft::new(component);
    let layered = inventory.whole.layered();
    for property in it.extension.iter().flat_map(|it| &it.properties) {
        let key = property.name.strip_prefix(words::PREFIX).filter(|_| inventory.is_own());
        match (key, key.and_then(|_| words::evidence(&property.value, layered))) {
            (Some("evidence"), Some(proof)) => draft.component.evidence.push(proof),
            (Some(key), _) if key != "evidence" => draft.fact(key, property.value.clone()),
            _ => inventory.dropped.add("software_Package.extension", 1),
        }
    }
    let layer = draft.component.properties.get("layer:diff-id");
    draft.component.layer = layer.and_then(|it| inventory.whole.layer_of(it)).unwrap_or(0);
    draft
}

/// The purl, wherever it is; other identifiers are counted.
fn purl<'a>(it: &'a Element, inventory: &mut Inventory) -> &'a str {
    let purls = it.external_identifier.iter();
    let (purls, others): (Vec<_>, Vec<_>) =
        purls.partition(|it| it.external_identifier_type == "packageUrl");
    inventory.dropped.add("software_Package.externalIdentifier", others.len());
    let first = purls.first().map_or("", |it| &it.identifier);
    if it.package_url.is_empty() { first } else { &it.package_url }
}

fn kind(it: &Element, purl: &str) -> Kind {
    match &*it.primary_purpose {
        "operatingSystem" => Kind::OperatingSystem,
        "application" | "container" | "executable" | "firmware" | "device" => Kind::Application,
        _ => draft::library(purl),
    }
}

fn supplier(it: &Element, graph: &Graph<'_>) -> Option<Supplier> {
    let agent = graph.get(&it.supplied_by)?;
    match &*agent.kind {
        "Person" => Supplier::person(&agent.name),
        _ if agent.name == "unknown" => None,
        _ => Supplier::organization(&agent.name),
    }
}

fn source(text: &str) -> Option<Source> {
    let (name, version) = text.strip_prefix("built package from: ")?.split_once(' ')?;
    Some(Source { name: name.to_owned(), version: version.to_owned() })
}
