//! The model as an SPDX 3 graph.

use std::collections::BTreeMap;

use super::graph::{CREATION, Graph, id, ids};
use super::link::{BUILD, Link};
use super::package::{hash, package, root};
use super::shared::{license, named};
use crate::emit::local::{Local, Packages, Sort};
use crate::emit::spdx_licenses::References;
use crate::emit::uses::is_whole;
use crate::emit::{Lifecycle, Stamp, TOOL, json::Json, words};
use crate::model::{
    Component, FileRecord, Hex, License, Notice, Origin, Part, Relation, Relationship, Sbom,
    Supplier,
};
use crate::path::ImagePath;

/// The profile `extension` is left out: in the JSON-LD context its name means the property of that name.
const PROFILES: [&str; 3] = ["core", "software", "simpleLicensing"];

const DOCUMENT: Local = Local::Only(Sort::Document);
const ROOT: Local = Local::Only(Sort::Root);
const SBOM: Local = Local::Only(Sort::Sbom);
const THIS_TOOL: Local = Local::Only(Sort::Tool);

/// Builds the document.
pub(super) fn document(sbom: &Sbom, stamp: &Stamp) -> Graph {
    let mut graph = Graph::new(|json| head(json, stamp));
    named(&mut graph, THIS_TOOL, TOOL, "SoftwareAgent");
    let supplier = stamp.supplier.as_deref().and_then(Supplier::organization);
    root(&mut graph, ROOT, sbom, supplier.as_ref());
    let references = References::new(sbom.components.iter().flat_map(|it| &it.licenses));
    let packages = Packages::new(&sbom.components, |_| Sort::Package);
    let files = files(&mut graph, sbom);
    content(&mut graph, sbom, &packages);
    for ((component, stated), local) in sbom.with_relationships().zip(&packages.in_order) {
        package(&mut graph, *local, component, sbom, &references);
        relations(&mut graph, *local, component, stated, &packages);
        let proofs = component.evidence.iter().filter_map(|it| files.get(&it.path).copied());
        Link::new("hasEvidence").relate(&mut graph, *local, proofs);
    }
    for notice in &sbom.notices {
        annotate(&mut graph, notice);
    }
    let data_license =
        License::new("CC0-1.0").and_then(|it| license(&mut graph, &[it], &references));
    collections(&mut graph, sbom, stamp, data_license);
    graph
}

fn head(json: &mut Json, stamp: &Stamp) {
    json.open(b'{');
    json.key("@context").word("https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
    json.key("@graph").open(b'[');
    json.object(|json| {
        json.key("@id").word(CREATION);
        json.key("created").word(&stamp.timestamp());
        ids(json, "createdBy", &[THIS_TOOL]);
        json.key("specVersion").word("3.0.1");
        json.key("type").word("CreationInfo");
    });
}

/// What was scanned has its components in it, or they are said to be there, or it asks for them.
fn content(graph: &mut Graph, sbom: &Sbom, packages: &Packages<'_>) {
    let origins = sbom.components.iter().map(|it| it.identity.origin());
    let all: Vec<(Origin, Local)> = origins.zip(packages.in_order.iter().copied()).collect();
    let of = |origin| all.iter().filter(move |(it, _)| *it == origin).map(|(_, local)| *local);
    Link::new("contains").relate(graph, ROOT, of(Origin::Installed));
    Link::new("other").relate(graph, ROOT, of(Origin::Attested));
    Link::new("dependsOn").scope(BUILD).relate(graph, ROOT, of(Origin::Declared));
}

/// Adds what is stated of a component.
fn relations(
    graph: &mut Graph,
    from: Local,
    component: &Component,
    stated: &[Relationship],
    packages: &Packages<'_>,
) {
    let whole = is_whole(component, stated);
    // What a component is part of has a statement each, for its proof.
    let one = |a: &Relationship, b: &Relationship| {
        a.relation == b.relation && a.relation != Relation::OwnedBy
    };
    for alike in stated.chunk_by(one) {
        let Some(first) = alike.first() else { continue };
        let link = Link::of(first, whole);
        let to = alike.iter().filter_map(|it| packages.of(&it.to));
        match first.relation {
            Relation::OwnedBy => to.for_each(|owner| link.relate(graph, owner, [from])),
            _ => link.relate(graph, from, to),
        }
    }
}

/// Adds the listed files.
fn files<'a>(graph: &mut Graph, sbom: &'a Sbom) -> BTreeMap<&'a ImagePath, Local> {
    let mut files = BTreeMap::new();
    for it in &sbom.files {
        let local = Local::of(Sort::File, &*it.path.display());
        graph.add(local, |json| file(json, local, it, sbom));
        files.insert(&it.path, local);
    }
    files
}

fn file(json: &mut Json, local: Local, it: &FileRecord, sbom: &Sbom) {
    json.member("comment", |text| words::push_file(text, it, sbom));
    json.key("creationInfo").word(CREATION);
    json.key("name").text(&it.path.display());
    json.key("software_fileKind").word("file");
    id(json.key("spdxId"), local);
    json.key("type").word("software_File");
    json.key("verifiedUsing").list(|json| {
        hash(json, "sha1", Hex::of(&it.sha1).as_str());
        hash(json, "sha256", Hex::of(&it.sha256.0).as_str());
    });
}

fn annotate(graph: &mut Graph, notice: &Notice) {
    let statement = format!("notice {notice}");
    let local = Local::of(Sort::Annotation, &statement);
    graph.add(local, |json| {
        json.key("annotationType").word("other");
        json.key("creationInfo").word(CREATION);
        id(json.key("spdxId"), local);
        json.key("statement").text(&statement);
        id(json.key("subject"), ROOT);
        json.key("type").word("Annotation");
    });
}

/// Writes the document of a layer.
fn external(json: &mut Json, part: &Part) {
    json.object(|json| {
        json.key("externalSpdxId").text(&part.name);
        json.key("locationHint").text(&part.location);
        json.key("type").word("ExternalMap");
        let digest = Hex::of(&part.sha256.0);
        json.key("verifiedUsing").list(|json| hash(json, "sha256", digest.as_str()));
    });
}

/// The SBOM, and the document that holds it.
fn collections(graph: &mut Graph, sbom: &Sbom, stamp: &Stamp, data_license: Option<Local>) {
    let sbom_type = match stamp.lifecycle {
        Lifecycle::Build => "build",
        Lifecycle::PostBuild => "analyzed",
    };
    let elements = graph.sorted();
    graph.add(SBOM, |json| {
        json.key("creationInfo").word(CREATION);
        ids(json, "element", &elements);
        profiles(json);
        ids(json, "rootElement", &[ROOT]);
        json.key("software_sbomType").list(|json| json.word(sbom_type));
        id(json.key("spdxId"), SBOM);
        json.key("type").word("software_Sbom");
    });
    let elements = graph.sorted();
    graph.add(DOCUMENT, |json| {
        json.member("comment", |it| words::push_about(it, sbom));
        json.key("creationInfo").word(CREATION);
        if let Some(license) = data_license {
            id(json.key("dataLicense"), license);
        }
        ids(json, "element", &elements);
        let mut parts = sbom.composition.iter().flat_map(|it| &it.parts).peekable();
        if parts.peek().is_some() {
            json.key("import").list(|json| parts.for_each(|it| external(json, it)));
        }
        json.key("name").text(&sbom.name);
        profiles(json);
        ids(json, "rootElement", &[SBOM]);
        id(json.key("spdxId"), DOCUMENT);
        json.key("type").word("SpdxDocument");
    });
}

fn profiles(json: &mut Json) {
    json.key("profileConformance").list(|json| PROFILES.iter().for_each(|it| json.word(it)));
}
