//! A package of SPDX 2 as a component.

use std::collections::BTreeMap;

use super::document::Package;
use crate::documents::assemble::Inventory;
use crate::documents::draft::{self, Draft};
use crate::documents::words;
use crate::model::{Component, Identity, Kind, Sha256, Source, Supplier};

/// Takes what is said of what was scanned.
pub(super) fn root(it: &Package, inventory: &mut Inventory) {
    inventory.stamp.supplier = words::supplier(&it.supplier).map(|it| match it {
        Supplier::Person(text) | Supplier::Organization(text) => text,
    });
    if inventory.is_own() {
        return;
    }
    inventory.whole.manifest(words::stated(&it.version_info));
    for checksum in it.checksums.iter().filter(|it| it.algorithm == "SHA256") {
        inventory.whole.manifest(&format!("sha256:{}", checksum.checksum_value));
    }
}

/// Makes a component; none of what is none here.
pub(super) fn draft(
    it: &Package,
    inventory: &mut Inventory,
    texts: &BTreeMap<&str, &str>,
) -> Option<Draft> {
    if it.name.is_empty() || it.primary_package_purpose == "FILE" {
        inventory.dropped.add("packages that are plain files or have no name", 1);
        return None;
    }
    let purl = purl(it, inventory);
    let kind = kind(it, purl);
    let version = words::stated(&it.version_info);
    let digest = it.checksums.iter().find(|it| it.algorithm == "SHA256");
    let digest = digest.and_then(|it| Sha256::parse(&it.checksum_value));
    let of_file = digest.filter(|_| purl.is_empty() && (kind != Kind::OperatingSystem));
    let identity = of_file.map(Identity::of_file);
    let identity = identity.unwrap_or_else(|| draft::identity(kind, purl, &it.name, version));
    inventory
        .dropped
        .add("packages[].checksums", it.checksums.len() - usize::from(of_file.is_some()));
    let mut component = Component::identified(kind, identity, it.name.as_str(), version);
    component.licenses = words::licenses(&it.license_declared, &|id| texts.get(id).copied());
    component.licenses.sort_unstable();
    component.supplier = words::supplier(&it.supplier);
    component.download =
        Some(words::stated(&it.download_location).to_owned()).filter(|it| !it.is_empty());
    component.source = source(&it.source_info);
    let lost = component.source.is_none() && !it.source_info.is_empty();
    inventory.dropped.add("packages[].sourceInfo", usize::from(lost));
    let concluded = !words::stated(&it.license_concluded).is_empty();
    inventory.dropped.add("packages[].licenseConcluded", usize::from(concluded));
    Some(facts(component, it, inventory))
}

/// Takes what our documents say of a package in words.
fn facts(component: Component, it: &Package, inventory: &mut Inventory) -> Draft {
    let mut draft = Draft::new(component);
    if !inventory.is_own() {
        inventory.dropped.add("packages[].comment", usize::from(!it.comment.is_empty()));
        return draft;
    }
    let layered = inventory.whole.layered();
    for line in it.comment.lines() {
        if let Some((key, value)) = words::fact(line) {
            draft.fact(key, value);
        } else if let Some(proof) = words::evidence(line, layered) {
            draft.component.evidence.push(proof);
        } else {
            inventory.dropped.add("lines of packages[].comment", 1);
        }
    }
    let layer = draft.component.properties.get("layer:diff-id");
    draft.component.layer = layer.and_then(|it| inventory.whole.layer_of(it)).unwrap_or(0);
    draft
}

/// The purl; the other references are counted.
fn purl<'a>(it: &'a Package, inventory: &mut Inventory) -> &'a str {
    let mut found = "";
    for reference in &it.external_refs {
        if reference.reference_type == "purl" && found.is_empty() {
            found = &reference.reference_locator;
        } else {
            inventory.dropped.add("packages[].externalRefs", 1);
        }
    }
    found
}

fn kind(it: &Package, purl: &str) -> Kind {
    match &*it.primary_package_purpose {
        "OPERATING-SYSTEM" | "OPERATING_SYSTEM" => Kind::OperatingSystem,
        "APPLICATION" | "CONTAINER" | "FIRMWARE" | "DEVICE" => Kind::Application,
        _ => draft::library(purl),
    }
}

fn source(text: &str) -> Option<Source> {
    let (name, version) = text.strip_prefix("built package from: ")?.split_once(' ')?;
    Some(Source { name: name.to_owned(), version: version.to_owned() })
}
