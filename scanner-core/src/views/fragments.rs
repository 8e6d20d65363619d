//! One part of the inventory a layer: the components that it brought, and how they belong together.
//!
//! The image's inventory is the parts laid beside each other: each component is in the part of one layer,
//! and so is each relationship, in that of the layer from which on it holds.
//! What is only known of the image as a whole (its configuration, notices, counts, what is gone) stays with the image.

use crate::model::{Component, Identity, Relation, Relationship, Sbom, Usage};

/// The properties that tell of relationships across layers; documents of one layer cannot name the other end.
const ACROSS: [&str; 6] = [
    "across:depends-on",
    "across:linked-by",
    "across:links-to",
    "across:owned-by",
    "across:owns",
    "across:required-by",
];

/// The part of one layer.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The part, with the relationships among its own components.
    pub sbom: Sbom,
    /// The relationships that this layer completes with components of lower ones.
    pub across: Vec<Relationship>,
}

impl Fragment {
    /// The digest of the layer's content.
    pub fn diff_id(&self) -> &str {
        self.sbom.fragment.as_deref().unwrap_or_default()
    }

    fn relate(&mut self, relationship: &Relationship, within: bool) {
        if within {
            self.sbom.relationships.push(relationship.clone());
        } else {
            tell(&mut self.sbom.components, relationship);
            self.across.push(relationship.clone());
        }
    }
}

/// Takes an image's inventory apart, lowest layer first. An image may hold a layer twice; it has one part.
/// A directory has no layers, and no parts.
pub fn split(sbom: &Sbom) -> Vec<Fragment> {
    let Some(image) = &sbom.image else { return Vec::new() };
    let mut diff_ids: Vec<&str> = Vec::new();
    let parts: Vec<usize> =
        image.layers.iter().map(|layer| place(&mut diff_ids, &layer.diff_id)).collect();
    let part = |layer: usize| parts.get(layer).copied().unwrap_or_default();
    let mut fragments: Vec<Fragment> = diff_ids.iter().map(|it| empty(sbom, it)).collect();
    for component in &sbom.components {
        if let Some(fragment) = fragments.get_mut(part(component.layer)) {
            fragment.sbom.components.push(component.clone());
        }
    }
    for file in &sbom.files {
        if let Some(fragment) = fragments.get_mut(part(file.layer)) {
            fragment.sbom.files.push(file.clone());
        }
    }
    for fragment in &mut fragments {
        fragment.sbom.usage = sbom.usage.as_ref().map(|it| of(it, &fragment.sbom.components));
    }
    let layer = |it: &Identity| Component::find(&sbom.components, it).map_or(0, |it| it.layer);
    for relationship in &sbom.relationships {
        let (from, to) = (layer(&relationship.from), layer(&relationship.to));
        if let Some(fragment) = fragments.get_mut(part(from.max(to))) {
            fragment.relate(relationship, part(from) == part(to));
        }
    }
    fragments
}

/// Lays the parts beside each other again. `image` is what is known of the image as a whole.
#[must_use]
pub fn merge(image: Sbom, fragments: Vec<Fragment>) -> Sbom {
    let mut merged = Sbom { components: Vec::new(), relationships: Vec::new(), ..image };
    merged.files.clear();
    for fragment in fragments {
        merged.components.extend(fragment.sbom.components);
        merged.relationships.extend(fragment.sbom.relationships);
        merged.relationships.extend(fragment.across);
        merged.files.extend(fragment.sbom.files);
    }
    for component in &mut merged.components {
        component.properties.retain(|key, _| !ACROSS.contains(&key));
    }
    merged.components.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
    merged.relationships.sort_unstable();
    merged.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    merged
}

/// The part of a layer that a digest is of; a new one where there is none yet.
fn place<'a>(diff_ids: &mut Vec<&'a str>, diff_id: &'a str) -> usize {
    diff_ids.iter().position(|it| *it == diff_id).unwrap_or_else(|| {
        diff_ids.push(diff_id);
        diff_ids.len() - 1
    })
}

/// The part of a layer that brought nothing.
fn empty(sbom: &Sbom, diff_id: &str) -> Fragment {
    let sbom = Sbom {
        name: format!("layer {diff_id}"),
        fragment: Some(diff_id.to_owned()),
        distro: sbom.distro.clone(),
        view: sbom.view,
        file_detail: sbom.file_detail,
        ..Sbom::default()
    };
    Fragment { sbom, across: Vec::new() }
}

/// Tells of a relationship to a lower layer at the end of it that this layer brought.
fn tell(components: &mut [Component], relationship: &Relationship) {
    let (out, back) = match relationship.relation {
        Relation::OwnedBy => ("across:owned-by", "across:owns"),
        Relation::DependsOn => ("across:depends-on", "across:required-by"),
        Relation::LinksTo => ("across:links-to", "across:linked-by"),
        Relation::LinksStatically => ("across:includes", "across:included-by"),
    };
    for (own, key, other) in
        [(&relationship.from, out, &relationship.to), (&relationship.to, back, &relationship.from)]
    {
        let place = components.binary_search_by(|it| it.identity.cmp(own));
        let Some(component) = place.ok().and_then(|it| components.get_mut(it)) else { continue };
        let told = component.properties.entry(key).or_default();
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(other.as_str());
    }
}

/// What the entrypoint uses of these components.
fn of(usage: &Usage, components: &[Component]) -> Usage {
    let used = components.iter().filter_map(|it| usage.components.get_key_value(&it.identity));
    let components = used.map(|(identity, used)| (identity.clone(), used.clone())).collect();
    Usage { outcome: usage.outcome, entrypoints: usage.entrypoints.clone(), components }
}
