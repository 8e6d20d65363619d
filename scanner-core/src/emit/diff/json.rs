//! `diff.json`. Its schema is docs/schemas/diff.schema.json.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::{DiffEmitter, Summary, remarks};
use crate::diff::{Change, Diff, Kind, LayerPair};
use crate::emit::Stamp;
use crate::model::{Component, LayerFacts, Sbom};

/// The format `json`.
pub(super) struct Json;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    generated_at: String,
    view: &'static str,
    old: Side<'a>,
    new: Side<'a>,
    summary: Summary,
    remarks: Vec<&'static str>,
    layers: Vec<Layer<'a>>,
    changes: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Side<'a> {
    name: &'a str,
    digest: String,
    components: usize,
    has_layers: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layer<'a> {
    #[serde(rename = "match")]
    is: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<LayerSide<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<LayerSide<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<&'a str>,
    summary: Summary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LayerSide<'a> {
    index: usize,
    digest: &'a str,
    diff_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<&'a str, Values<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    one_of_several: bool,
}

#[derive(Serialize)]
struct Thing<'a> {
    identity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
    version: &'a str,
}

#[derive(Serialize)]
struct Values<'a> {
    old: &'a [String],
    new: &'a [String],
}

impl DiffEmitter for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn emit(&self, diff: &Diff<'_>, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &document(diff, stamp))?;
        out.write_all(b"\n")
    }
}

fn document<'a>(diff: &'a Diff<'_>, stamp: &Stamp) -> Document<'a> {
    Document {
        schema_version: "1",
        generated_at: stamp.timestamp(),
        view: diff.new.view.as_str(),
        old: side(diff.old),
        new: side(diff.new),
        summary: Summary::of(diff.changes.iter()),
        remarks: remarks(diff),
        layers: layers(diff),
        changes: diff.changes.iter().map(entry).collect(),
    }
}

fn side(sbom: &Sbom) -> Side<'_> {
    Side {
        name: &sbom.name,
        digest: sbom.digest(),
        components: sbom.components.len(),
        has_layers: sbom.image.is_some(),
    }
}

fn layers<'a>(diff: &'a Diff<'_>) -> Vec<Layer<'a>> {
    let mut changes: Vec<Vec<&Change<'_>>> = vec![Vec::new(); diff.layers.len()];
    for change in &diff.changes {
        if let Some(of_layer) = change.layer.and_then(|it| changes.get_mut(it)) {
            of_layer.push(change);
        }
    }
    let layer = |(pair, changes): (&LayerPair, Vec<&Change<'_>>)| {
        let old = facts(diff.old, pair.old);
        let new = facts(diff.new, pair.new);
        let created_by = new.or(old).and_then(|(_, it)| it.created_by.as_deref());
        Layer {
            is: pair.is.as_str(),
            old: old.map(layer_side),
            new: new.map(layer_side),
            created_by,
            summary: Summary::of(changes.into_iter()),
        }
    };
    diff.layers.iter().zip(changes).map(layer).collect()
}

fn facts(sbom: &Sbom, index: Option<usize>) -> Option<(usize, &LayerFacts)> {
    let index = index?;
    Some((index, sbom.image.as_ref()?.layers.get(index)?))
}

fn layer_side((index, facts): (usize, &LayerFacts)) -> LayerSide<'_> {
    LayerSide { index, digest: &facts.digest, diff_id: &facts.diff_id }
}

fn entry<'a>(change: &'a Change<'_>) -> Entry<'a> {
    let fields = change.fields.iter().map(|it| (&*it.name, Values { old: &it.old, new: &it.new }));
    Entry {
        kind: change.kind.as_str(),
        direction: match change.kind {
            Kind::VersionChanged(direction) => Some(direction.as_str()),
            Kind::Added | Kind::Removed | Kind::MetadataChanged => None,
        },
        name: change.new.or(change.old).map_or("", |it| &it.name),
        old: change.old.map(thing),
        new: change.new.map(thing),
        layer: change.layer,
        usage: change.usage.map(crate::diff::Usage::as_str),
        fields: fields.collect(),
        one_of_several: change.is_one_of_several,
    }
}

fn thing(component: &Component) -> Thing<'_> {
    Thing {
        identity: component.identity.as_str(),
        purl: component.identity.purl(),
        version: &component.version,
    }
}
