//! The model as an SPDX 3 graph.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::element::{
    CreationInfo, Document, Element, Extension, ExternalIdentifier, ExternalMap, Hash, Node,
    Property,
};
use super::graph::{CREATION, Graph};
use crate::emit::{Lifecycle, Stamp, TOOL, words};
use crate::model::{
    Component, Identity, Kind, License, Notice, Origin, Part, Relation, Sbom, Supplier,
};
use crate::path::ImagePath;

/// The profile `extension` is left out: in the JSON-LD context its name means the property of that name.
const PROFILES: [&str; 3] = ["core", "software", "simpleLicensing"];

/// Builds the document with identifiers in a namespace.
pub(super) fn document<'a>(sbom: &'a Sbom, stamp: &Stamp, namespace: &'a str) -> Document<'a> {
    let mut graph = Graph::new(namespace);
    let tool = graph.add(Element {
        spdx_id: format!("{namespace}#Tool"),
        kind: "SoftwareAgent",
        name: Some(TOOL.into()),
        ..Element::default()
    });
    let root = root(&mut graph, sbom, stamp, namespace);
    let packages: BTreeMap<&Identity, String> =
        sbom.components.iter().map(|it| (&it.identity, package(&mut graph, it))).collect();
    let of = |origin| {
        let packages = packages.iter().filter(move |(identity, _)| identity.origin() == origin);
        packages.map(|(_, id)| id.clone()).collect()
    };
    graph.relate(&root, "contains", of(Origin::Installed), ("noAssertion", None));
    graph.relate(&root, "other", of(Origin::Attested), ("noAssertion", None));
    graph.relate(&root, "dependsOn", of(Origin::Declared), ("noAssertion", None));
    relations(&mut graph, sbom, &packages);
    evidence(&mut graph, sbom, &packages);
    for notice in &sbom.notices {
        annotate(&mut graph, &root, notice);
    }
    collections(&mut graph, sbom, stamp, namespace, root);
    let creation = Node::CreationInfo(CreationInfo {
        id: CREATION,
        created: stamp.timestamp(),
        created_by: [tool],
        spec_version: "3.0.1",
        kind: "CreationInfo",
    });
    let elements = graph.into_elements().map(|it| Node::Element(Box::new(it)));
    Document {
        context: "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        graph: std::iter::once(creation).chain(elements).collect(),
    }
}

fn root<'a>(graph: &mut Graph<'a>, sbom: &'a Sbom, stamp: &Stamp, namespace: &str) -> String {
    let supplier = stamp.supplier.as_deref().and_then(Supplier::organization);
    let supplied_by = graph.agent(supplier.as_ref());
    graph.add(Element {
        spdx_id: format!("{namespace}#Root"),
        kind: "software_Package",
        name: Some(Cow::Borrowed(&sbom.name)),
        package_version: Some(Cow::Owned(sbom.digest())),
        primary_purpose: Some("container"),
        supplied_by: Some(supplied_by),
        ..Element::default()
    })
}

fn package<'a>(graph: &mut Graph<'a>, it: &'a Component) -> String {
    let identifier = |identifier| ExternalIdentifier {
        external_identifier_type: "packageUrl",
        identifier,
        kind: "ExternalIdentifier",
    };
    let supplied_by = graph.agent(it.supplier.as_ref());
    let license = graph.license(&it.licenses);
    let package = graph.add(Element {
        spdx_id: graph.id("Package", it.identity.as_str()),
        kind: "software_Package",
        name: Some(Cow::Borrowed(&it.name)),
        package_version: (!it.version.is_empty()).then_some(Cow::Borrowed(&it.version)),
        package_url: it.purl(),
        external_identifier: it.purl().map(identifier).into_iter().collect(),
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
        extension: extension(it),
        verified_using: it.identity.file_digest().map(sha256).into_iter().collect(),
        ..Element::default()
    });
    graph.relate(&package, "hasDeclaredLicense", license.into_iter().collect(), ("complete", None));
    package
}

fn extension(it: &Component) -> Vec<Extension> {
    let proofs = it.evidence.iter().map(|it| ("evidence".to_owned(), words::evidence(it)));
    let facts = it.properties.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
    let property = |(key, value)| Property {
        name: format!("stellaops:{key}"),
        value,
        kind: "extension_CdxPropertyEntry",
    };
    let properties = proofs.chain(facts).map(property).collect();
    vec![Extension { properties, kind: "extension_CdxPropertiesExtension" }]
}

fn relations(graph: &mut Graph<'_>, sbom: &Sbom, packages: &BTreeMap<&Identity, String>) {
    let mut depends: BTreeMap<(&String, &str), Vec<String>> = BTreeMap::new();
    for it in &sbom.relationships {
        let (Some(from), Some(to)) = (packages.get(&it.from), packages.get(&it.to)) else {
            continue;
        };
        match it.relation {
            Relation::DependsOn => {
                // Of an executable that nothing identifies some content may be known, never all.
                let whole = it.from.file_digest().is_none();
                let completeness = if whole { "complete" } else { "incomplete" };
                depends.entry((from, completeness)).or_default().push(to.clone());
            }
            Relation::OwnedBy => {
                let comment = format!("owned-by: {} is a file of both", it.proof.display());
                graph.relate(to, "contains", vec![from.clone()], ("noAssertion", Some(comment)));
            }
        }
    }
    for ((from, completeness), to) in depends {
        graph.relate(from, "dependsOn", to, (completeness, None));
    }
}

fn sha256(digest: &str) -> Hash {
    Hash { algorithm: "sha256", hash_value: digest.to_owned(), kind: "Hash" }
}

/// The listed files, and which packages they prove.
fn evidence<'a>(graph: &mut Graph<'a>, sbom: &'a Sbom, packages: &BTreeMap<&Identity, String>) {
    let mut files: BTreeMap<&ImagePath, String> = BTreeMap::new();
    for file in &sbom.files {
        let path = file.path.display();
        let id = graph.add(Element {
            spdx_id: graph.id("File", &path),
            kind: "software_File",
            name: Some(path),
            file_kind: Some("file"),
            verified_using: vec![sha256(&file.sha256.to_string())],
            ..Element::default()
        });
        files.insert(&file.path, id);
    }
    for it in &sbom.components {
        let Some(package) = packages.get(&it.identity) else { continue };
        let proofs = it.evidence.iter().filter_map(|it| files.get(&it.path).cloned()).collect();
        graph.relate(package, "hasEvidence", proofs, ("noAssertion", None));
    }
}

fn annotate(graph: &mut Graph<'_>, root: &str, notice: &Notice) {
    let statement = format!("notice {notice}");
    graph.add(Element {
        spdx_id: graph.id("Annotation", &statement),
        kind: "Annotation",
        annotation_type: Some("other"),
        subject: Some(root.to_owned()),
        statement: Some(statement),
        ..Element::default()
    });
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
fn collections<'a>(
    graph: &mut Graph<'a>,
    sbom: &'a Sbom,
    stamp: &Stamp,
    namespace: &str,
    root: String,
) {
    let data_license = License::new("CC0-1.0").and_then(|it| graph.license(&[it]));
    let collection = |graph: &Graph<'_>| Element {
        profile_conformance: PROFILES.to_vec(),
        element: graph.ids(),
        ..Element::default()
    };
    let sbom_id = graph.add(Element {
        spdx_id: format!("{namespace}#Sbom"),
        kind: "software_Sbom",
        sbom_type: vec![match stamp.lifecycle {
            Lifecycle::Build => "build",
            Lifecycle::PostBuild => "analyzed",
        }],
        root_element: vec![root],
        ..collection(graph)
    });
    graph.add(Element {
        spdx_id: format!("{namespace}#Document"),
        kind: "SpdxDocument",
        name: Some(Cow::Borrowed(&sbom.name)),
        comment: Some(words::about(sbom)).filter(|it| !it.is_empty()),
        data_license,
        imports: sbom.composition.iter().flat_map(|it| &it.parts).map(external).collect(),
        root_element: vec![sbom_id],
        ..collection(graph)
    });
}
