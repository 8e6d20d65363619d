//! A CycloneDX document as an inventory.

use std::collections::BTreeMap;

use super::Bom;
use super::bom::{Component, Dependency, Metadata, Supplier};
use super::component::{self, Reading};
use crate::documents::Document;
use crate::documents::assemble::Inventory;
use crate::documents::dropped::Dropped;
use crate::documents::words;
use crate::emit::{Lifecycle, Stamp, TOOL_NAME};
use crate::limits::Limits;
use crate::model::{Counter, Identity, Relation};
use crate::path::ImagePath;

/// Makes the inventory.
pub(super) fn document(bom: Bom, format: String, dropped: Dropped, limits: &Limits) -> Document {
    let Bom { metadata, components, dependencies, compositions, annotations, .. } = bom;
    let root = metadata.component.clone().unwrap_or_default();
    let tools = metadata.tools.components.iter().map(tool).collect();
    let stamp = stamp(&metadata, &root);
    let mut inventory = Inventory::new(root.name.to_string(), tools, stamp, dropped);
    whole(&mut inventory, &metadata, &root, limits);
    let mut identities = BTreeMap::new();
    for it in flat(components, &mut inventory.dropped) {
        let reference = it.bom_ref.to_string();
        let reading = Reading { own: inventory.is_own(), whole: &inventory.whole };
        if let Some(draft) = component::draft(it, &reading, &mut inventory.dropped) {
            let identity = inventory.add(draft);
            identities.insert(reference, identity);
        }
    }
    for it in dependencies {
        relate(&mut inventory, &it, &identities, &root.bom_ref);
    }
    if !inventory.is_own() {
        inventory.dropped.add("compositions", compositions.len());
    }
    for it in annotations {
        match words::notice(&it.text).filter(|_| inventory.is_own()) {
            Some(notice) => inventory.notices.push(notice),
            None => inventory.dropped.add("annotations", 1),
        }
    }
    inventory.finish(format, limits)
}

fn tool(it: &Component) -> String {
    let separator = if it.name == TOOL_NAME { "-" } else { " " };
    format!("{}{separator}{}", it.name, it.version).trim_end().to_owned()
}

fn stamp(metadata: &Metadata, root: &Component) -> Stamp {
    let in_build = metadata.lifecycles.iter().any(|it| it.phase == Lifecycle::Build.as_str());
    Stamp {
        created: Stamp::seconds(&metadata.timestamp),
        supplier: root.supplier.as_ref().map(organization),
        lifecycle: if in_build { Lifecycle::Build } else { Lifecycle::PostBuild },
    }
}

fn organization(it: &Supplier) -> String {
    let email = it.contact.iter().map(|it| &*it.email).find(|it| !it.is_empty());
    match email {
        Some(email) if email != it.name => format!("{} <{email}>", it.name),
        _ => it.name.to_string(),
    }
}

/// What is said of the image as a whole.
fn whole(inventory: &mut Inventory, metadata: &Metadata, root: &Component, limits: &Limits) {
    if !inventory.is_own() {
        inventory.whole.manifest(&root.version);
        inventory.dropped.add("metadata.component.properties", root.properties.len());
        inventory.dropped.add("metadata.properties", metadata.properties.len());
        return;
    }
    inventory.dropped.add("documents of layers", root.external_references.len());
    for it in &root.properties {
        let fact = it.name.strip_prefix(words::PREFIX);
        let taken = fact.and_then(|key| inventory.whole.fact(key, it.value.to_string(), limits));
        inventory.dropped.add(&it.name, usize::from(taken.is_none()));
    }
    for it in &metadata.properties {
        let counter = it.name.strip_prefix(words::PREFIX).and_then(|it| it.strip_prefix("count:"));
        match counter.zip(it.value.parse().ok()) {
            Some((counter, count)) => inventory.whole.counts.add(Counter::parse(counter), count),
            None => inventory.dropped.add(&it.name, 1),
        }
    }
}

/// All components, those inside others after these.
fn flat(components: Vec<Component>, dropped: &mut Dropped) -> Vec<Component> {
    let mut found = Vec::with_capacity(components.len());
    let mut pending = components;
    while !pending.is_empty() {
        let mut inner = Vec::new();
        for it in &mut pending {
            inner.append(&mut it.components);
        }
        found.append(&mut pending);
        dropped.add("that components are inside others", inner.len());
        pending = inner;
    }
    found
}

fn relate(
    inventory: &mut Inventory,
    it: &Dependency,
    identities: &BTreeMap<String, Identity>,
    root: &str,
) {
    let Some(from) = identities.get(&*it.from) else {
        let of_root = it.from == root;
        let what = if of_root { "dependencies of what was scanned" } else { "dependencies" };
        inventory.dropped.add(what, it.depends_on.len());
        return;
    };
    for to in &it.depends_on {
        match identities.get(&**to) {
            Some(to) => inventory.relate(from, Relation::DependsOn, to, ImagePath::root()),
            None => inventory.dropped.add("dependencies on what is no component", 1),
        }
    }
}
