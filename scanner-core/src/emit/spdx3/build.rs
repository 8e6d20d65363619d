//! The model as an SPDX 3 graph.

use rayon::prelude::*;

use super::graph::{CREATION, Elements, Graph, id, ids};
use super::link::{BUILD, Link};
use super::package::{Package, hash, package, root};
use super::shared::{Agent, Declared, agents, licenses, named};
use crate::emit::local::{Files, Local, Packages, Sort};
use crate::emit::spdx_licenses::References;
use crate::emit::{Lifecycle, Stamp, TOOL, json::Json, uses, words};
use crate::model::{
    FileRecord, Hex, License, Notice, Origin, Part, Relation, Relationship, Sbom, Supplier,
};

/// The profile `extension` is left out: in the JSON-LD context its name means the property of that name.
const PROFILES: [&str; 3] = ["core", "software", "simpleLicensing"];

const DOCUMENT: Local = Local::Only(Sort::Document);
const ROOT: Local = Local::Only(Sort::Root);
const SBOM: Local = Local::Only(Sort::Sbom);
const THIS_TOOL: Local = Local::Only(Sort::Tool);

/// Builds the document.
pub(super) fn document(sbom: &Sbom, stamp: &Stamp) -> Graph {
    let references = References::new(sbom.components.iter().flat_map(|it| &it.licenses));
    let locals = Packages::new(&sbom.components, |_| Sort::Package);
    let files = Files::new(&sbom.files, |_| true, |it| Local::of(Sort::File, &*it.path.display()));
    let stated = uses::all(sbom).into_par_iter().zip(&locals.in_order);
    let packages: Vec<Package<'_>> =
        stated.map(|(stated, (_, local))| Package::new(stated, *local, &references)).collect();
    let supplier = stamp.supplier.as_deref().and_then(Supplier::organization);
    let supplier = Agent::of(supplier.as_ref());
    let data_license = License::new("CC0-1.0");
    let data_license = Declared::of(data_license.as_slice(), &references);

    let mut graph = Graph::new(|json| head(json, stamp));
    graph.add(|elements| {
        named(elements, THIS_TOOL, TOOL, "SoftwareAgent");
        root(elements, ROOT, sbom, supplier.local);
        content(elements, &locals);
    });
    agents(&mut graph, packages.iter().map(|it| it.agent).chain([supplier]));
    let declared = packages.iter().filter_map(|it| it.declared).chain(data_license);
    licenses(&mut graph, declared, &references);
    graph.add_each(&files.by_path, |elements, (it, local)| {
        elements.add(*local, |json| file(json, *local, it, sbom));
    });
    graph.add_each(&packages, |elements, it| {
        package(elements, it, sbom);
        relations(elements, it, &locals);
        let proofs = it.stated.component.evidence.iter().filter_map(|it| files.get(&it.path));
        Link::new("hasEvidence").relate(elements, it.local, proofs.map(|(_, local)| *local));
    });
    graph.add_each(&sbom.notices, annotate);
    collections(&mut graph, sbom, stamp, data_license.map(|it| it.local));
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
fn content(elements: &mut Elements, packages: &Packages<'_>) {
    let of = |origin| {
        let of_origin =
            packages.in_order.iter().filter(move |(it, _)| it.identity.origin() == origin);
        of_origin.map(|(_, local)| *local)
    };
    Link::new("contains").relate(elements, ROOT, of(Origin::Installed));
    Link::new("other").relate(elements, ROOT, of(Origin::Attested));
    Link::new("dependsOn").scope(BUILD).relate(elements, ROOT, of(Origin::Declared));
}

/// Adds what is stated of a component.
fn relations(elements: &mut Elements, package: &Package<'_>, packages: &Packages<'_>) {
    let Package { stated, local: from, .. } = package;
    // What a component is part of has a statement each, for its proof.
    let one = |a: &Relationship, b: &Relationship| {
        a.relation == b.relation && a.relation != Relation::OwnedBy
    };
    for alike in stated.relationships.chunk_by(one) {
        let Some(first) = alike.first() else { continue };
        let link = Link::of(first, stated.is_whole);
        let to = alike.iter().filter_map(|it| packages.of(&it.to));
        match first.relation {
            Relation::OwnedBy => to.for_each(|owner| link.relate(elements, owner, [*from])),
            _ => link.relate(elements, *from, to),
        }
    }
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

fn annotate(elements: &mut Elements, notice: &Notice) {
    let statement = format!("notice {notice}");
    let local = Local::of(Sort::Annotation, &statement);
    elements.add(local, |json| {
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

/// Adds the SBOM, and the document that holds it: all elements so far, and in the document the SBOM as well.
fn collections(graph: &mut Graph, sbom: &Sbom, stamp: &Stamp, data_license: Option<Local>) {
    let of_sbom = graph.sorted();
    let mut of_document = of_sbom.clone();
    of_document.insert(of_document.partition_point(|it| *it < SBOM), SBOM);
    let of_sbom = |elements: &mut Elements| {
        elements.add(SBOM, |json| inventory(json, stamp, &of_sbom));
    };
    graph.add_both(of_sbom, |elements| {
        elements.add(DOCUMENT, |json| about(json, sbom, &of_document, data_license));
    });
}

/// Writes what the SBOM says of itself.
fn inventory(json: &mut Json, stamp: &Stamp, elements: &[Local]) {
    let sbom_type = match stamp.lifecycle {
        Lifecycle::Build => "build",
        Lifecycle::PostBuild => "analyzed",
    };
    json.key("creationInfo").word(CREATION);
    ids(json, "element", elements);
    profiles(json);
    ids(json, "rootElement", &[ROOT]);
    json.key("software_sbomType").list(|json| json.word(sbom_type));
    id(json.key("spdxId"), SBOM);
    json.key("type").word("software_Sbom");
}

/// Writes what the document says of itself.
fn about(json: &mut Json, sbom: &Sbom, elements: &[Local], data_license: Option<Local>) {
    json.member("comment", |it| words::push_about(it, sbom));
    json.key("creationInfo").word(CREATION);
    if let Some(license) = data_license {
        id(json.key("dataLicense"), license);
    }
    ids(json, "element", elements);
    let mut parts = sbom.composition.iter().flat_map(|it| &it.parts).peekable();
    if parts.peek().is_some() {
        json.key("import").list(|json| parts.for_each(|it| external(json, it)));
    }
    json.key("name").text(&sbom.name);
    profiles(json);
    ids(json, "rootElement", &[SBOM]);
    id(json.key("spdxId"), DOCUMENT);
    json.key("type").word("SpdxDocument");
}

fn profiles(json: &mut Json) {
    json.key("profileConformance").list(|json| PROFILES.iter().for_each(|it| json.word(it)));
}
