//! The model as an SPDX 3 graph.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::element::{
    CreationInfo, Document, Element, Extension, ExternalIdentifier, ExternalMap, Hash, Node,
    Property,
};
use super::graph::{CREATION, Graph, Link};
use super::id::Id;
use crate::emit::facts::facts_with_stack;
use crate::emit::local::Local;
use crate::emit::named::Name;
use crate::emit::uses::is_whole;
use crate::emit::{Lifecycle, Stamp, TOOL, image_purl, words};
use crate::model::{
    Component, Identity, Kind, License, Notice, Origin, Part, Relation, Relationship, Sbom,
    Supplier, hex,
};
use crate::path::ImagePath;

/// The profile `extension` is left out: in the JSON-LD context its name means the property of that name.
const PROFILES: [&str; 3] = ["core", "software", "simpleLicensing"];

/// The phases in which relationships are so. A linker links and a lockfile is read while something is built; libraries
/// are loaded while it runs.
const BUILD: &str = "build";
const RUNTIME: &str = "runtime";

/// Builds the document with identifiers that begin with its name.
pub(super) fn document<'a>(
    sbom: &'a Sbom,
    stamp: &Stamp,
    supplier: Option<&'a Supplier>,
    name: &'a Name,
) -> Document<'a> {
    let mut graph = Graph::new(name);
    let tool = graph.add(
        Local::Only("Tool"),
        Element { kind: "SoftwareAgent", name: Some(TOOL.into()), ..Element::default() },
    );
    let root = root(&mut graph, sbom, supplier);
    let packages: Vec<Id<'a>> =
        sbom.components.iter().map(|it| package(&mut graph, it, sbom)).collect();
    let of = |origin| {
        let all = sbom.components.iter().zip(&packages);
        all.filter(|(it, _)| it.identity.origin() == origin).map(|(_, id)| *id).collect()
    };
    graph.relate(root, Link::new("contains"), of(Origin::Installed));
    graph.relate(root, Link::new("other"), of(Origin::Attested));
    graph.relate(root, Link::new("dependsOn").scope(BUILD), of(Origin::Declared));
    relations(&mut graph, sbom, &packages);
    evidence(&mut graph, sbom, &packages);
    for notice in &sbom.notices {
        annotate(&mut graph, root, notice);
    }
    collections(&mut graph, sbom, stamp, root);
    let creation = Node::CreationInfo(CreationInfo {
        id: CREATION,
        created: stamp.timestamp(),
        created_by: [tool],
        spec_version: "3.0.1",
        kind: "CreationInfo",
    });
    Document {
        context: "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        graph: std::iter::once(creation).chain(graph.into_nodes()).collect(),
    }
}

fn root<'a>(graph: &mut Graph<'a>, sbom: &'a Sbom, supplier: Option<&'a Supplier>) -> Id<'a> {
    let supplied_by = graph.agent(supplier);
    let manifest = sbom.image.as_ref().and_then(|it| it.manifest.as_deref());
    let digest = manifest.and_then(|it| it.strip_prefix("sha256:"));
    let purl = image_purl(sbom).map(Cow::Owned);
    graph.add(
        Local::Only("Root"),
        Element {
            kind: "software_Package",
            name: Some(Cow::Borrowed(&sbom.name)),
            package_version: Some(Cow::Owned(sbom.digest())),
            external_identifier: purl.clone().map(identifier).into_iter().collect(),
            package_url: purl,
            primary_purpose: Some("container"),
            supplied_by: Some(supplied_by),
            verified_using: digest.map(sha256).into_iter().collect(),
            ..Element::default()
        },
    )
}

fn identifier(identifier: Cow<'_, str>) -> ExternalIdentifier<'_> {
    ExternalIdentifier {
        external_identifier_type: "packageUrl",
        identifier,
        kind: "ExternalIdentifier",
    }
}

fn package<'a>(graph: &mut Graph<'a>, it: &'a Component, sbom: &'a Sbom) -> Id<'a> {
    let supplied_by = graph.agent(it.supplier.as_ref());
    let license = graph.license(&it.licenses);
    let element = Element {
        kind: "software_Package",
        name: Some(Cow::Borrowed(&it.name)),
        package_version: (!it.version.is_empty()).then_some(Cow::Borrowed(&it.version)),
        package_url: it.purl().map(Cow::Borrowed),
        external_identifier: it.purl().map(|it| identifier(it.into())).into_iter().collect(),
        primary_purpose: Some(match it.kind {
            Kind::OperatingSystem => "operatingSystem",
            Kind::Application => "application",
            Kind::OsPackage | Kind::Library => "library",
        }),
        download_location: it.download.as_deref(),
        source_info: it
            .source
            .as_ref()
            .map(|it| format!("built package from: {} {}", it.name, it.version)),
        supplied_by: Some(supplied_by),
        extension: extension(it, sbom),
        verified_using: it.identity.file_digest().map(sha256).into_iter().collect(),
        ..Element::default()
    };
    let package = graph.add(local(&it.identity), element);
    let declares = Link::new("hasDeclaredLicense").completeness("complete");
    graph.relate(package, declares, license.into_iter().collect());
    package
}

fn extension(it: &Component, sbom: &Sbom) -> Vec<Extension> {
    let proofs = it.evidence.iter().map(|it| ("evidence", words::evidence(it, sbom)));
    let facts =
        facts_with_stack(it, sbom).into_iter().map(|(key, value)| (key, value.into_owned()));
    let property = |(key, value)| Property {
        name: format!("stellaops:{key}"),
        value,
        kind: "extension_CdxPropertyEntry",
    };
    let properties = proofs.chain(facts).map(property).collect();
    vec![Extension { properties, kind: "extension_CdxPropertiesExtension" }]
}

fn relations<'a>(graph: &mut Graph<'a>, sbom: &Sbom, packages: &[Id<'a>]) {
    for ((component, stated), from) in sbom.with_relationships().zip(packages) {
        let whole = is_whole(component, stated);
        // What a component is part of has a statement each, for its proof.
        let one = |a: &Relationship, b: &Relationship| {
            a.relation == b.relation && a.relation != Relation::OwnedBy
        };
        for alike in stated.chunk_by(one) {
            let Some(first) = alike.first() else { continue };
            let to: Vec<Id<'_>> = alike.iter().filter_map(|it| graph.find(local(&it.to))).collect();
            match (first.relation, to.first()) {
                (Relation::OwnedBy, Some(owner)) => {
                    graph.relate(*owner, link(first, whole), vec![*from]);
                }
                _ => graph.relate(*from, link(first, whole), to),
            }
        }
    }
}

/// The own part of the identifier of a component's package.
fn local(identity: &Identity) -> Local {
    Local::of("Package", identity.as_str())
}

fn link(it: &Relationship, all: bool) -> Link {
    let whole = if all { "complete" } else { "incomplete" };
    match it.relation {
        Relation::DependsOn if it.from.origin() == Origin::Declared => {
            Link::new("dependsOn").completeness(whole).scope(BUILD)
        }
        Relation::DependsOn => Link::new("dependsOn").completeness(whole),
        // What is loaded on demand leaves no trace in a file.
        Relation::LinksTo => Link::new("hasDynamicLink").scope(RUNTIME),
        // What of C was linked in is not listed.
        Relation::LinksStatically => Link::new("hasStaticLink").scope(BUILD),
        Relation::OwnedBy => Link::new("contains")
            .comment(format!("owned-by: {} is a file of both", it.proof.display())),
    }
}

fn sha256(digest: &str) -> Hash {
    Hash { algorithm: "sha256", hash_value: digest.to_owned(), kind: "Hash" }
}

/// The listed files, and which packages they prove.
fn evidence<'a>(graph: &mut Graph<'a>, sbom: &'a Sbom, packages: &[Id<'a>]) {
    let layers = sbom.image.as_ref().map(|it| it.layers.as_slice()).unwrap_or_default();
    let mut files: BTreeMap<&ImagePath, Id<'a>> = BTreeMap::new();
    for file in &sbom.files {
        let path = file.path.display();
        let local = Local::of("File", &path);
        let element = Element {
            kind: "software_File",
            name: Some(path),
            file_kind: Some("file"),
            comment: words::file(file, layers),
            verified_using: vec![
                Hash { algorithm: "sha1", hash_value: hex(&file.sha1), kind: "Hash" },
                sha256(&file.sha256.to_string()),
            ],
            ..Element::default()
        };
        files.insert(&file.path, graph.add(local, element));
    }
    for (it, package) in sbom.components.iter().zip(packages) {
        let proofs = it.evidence.iter().filter_map(|it| files.get(&it.path).copied()).collect();
        graph.relate(*package, Link::new("hasEvidence"), proofs);
    }
}

fn annotate<'a>(graph: &mut Graph<'a>, root: Id<'a>, notice: &Notice) {
    let statement = format!("notice {notice}");
    let local = Local::of("Annotation", &statement);
    let element = Element {
        kind: "Annotation",
        annotation_type: Some("other"),
        subject: Some(root),
        statement: Some(statement),
        ..Element::default()
    };
    graph.add(local, element);
}

/// The document of a layer.
fn external(part: &Part) -> ExternalMap<'_> {
    ExternalMap {
        external_spdx_id: &part.name,
        location_hint: &part.location,
        kind: "ExternalMap",
        verified_using: [sha256(&part.sha256.to_string())],
    }
}

/// The SBOM, and the document that holds it.
fn collections<'a>(graph: &mut Graph<'a>, sbom: &'a Sbom, stamp: &Stamp, root: Id<'a>) {
    let data_license = License::new("CC0-1.0").and_then(|it| graph.license(&[it]));
    let collection = |graph: &Graph<'a>| Element {
        profile_conformance: PROFILES.to_vec(),
        element: graph.ids(),
        ..Element::default()
    };
    let sbom_type = match stamp.lifecycle {
        Lifecycle::Build => "build",
        Lifecycle::PostBuild => "analyzed",
    };
    let element = Element {
        kind: "software_Sbom",
        sbom_type: vec![sbom_type],
        root_element: vec![root],
        ..collection(graph)
    };
    let sbom_id = graph.add(Local::Only("Sbom"), element);
    let document = Element {
        kind: "SpdxDocument",
        name: Some(Cow::Borrowed(&sbom.name)),
        comment: Some(words::about(sbom)).filter(|it| !it.is_empty()),
        data_license,
        imports: sbom.composition.iter().flat_map(|it| &it.parts).map(external).collect(),
        root_element: vec![sbom_id],
        ..collection(graph)
    };
    graph.add(Local::Only("Document"), document);
}
