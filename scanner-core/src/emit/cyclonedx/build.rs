//! The model as a CycloneDX document.

use std::collections::BTreeMap;
use std::io;

use super::bom::{
    Annotation, Annotator, Bom, Component, Composition, Dependency, ExternalReference, Hash,
    Lifecycle, Metadata, Property, Tools,
};
use super::component::{component, supplier};
use crate::emit::Stamp;
use crate::model::{self, Counter, Relation, Sbom, Sha256};

/// What the document calls this program.
pub(super) const TOOL_REF: &str = "tool:sbom-indexer";

/// What the document calls the thing that was scanned.
const ROOT: &str = "root";

/// Builds the document. Its serial number is a UUID of version 5 over everything else in it.
pub fn bom(sbom: &Sbom, stamp: &Stamp) -> io::Result<Bom> {
    let mut bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: None,
        version: 1,
        metadata: metadata(sbom, stamp),
        components: sbom.components.iter().map(|it| component(it, sbom)).collect(),
        dependencies: dependencies(sbom),
        compositions: compositions(sbom),
        annotations: sbom.notices.iter().map(|it| annotation(it, stamp)).collect(),
    };
    let content = Sha256::of(&serde_json::to_vec(&bom)?);
    bom.serial_number =
        Some(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &content.0).urn().to_string());
    Ok(bom)
}

fn metadata(sbom: &Sbom, stamp: &Stamp) -> Metadata {
    let who = stamp.supplier.clone().map(model::Supplier::Organization);
    Metadata {
        timestamp: stamp.timestamp(),
        lifecycles: vec![Lifecycle { phase: stamp.lifecycle.as_str() }],
        tools: Tools {
            components: vec![Component { bom_ref: Some(TOOL_REF.to_owned()), ..tool() }],
        },
        component: Component {
            kind: "container",
            bom_ref: Some(ROOT.to_owned()),
            supplier: who.as_ref().map(supplier),
            name: sbom.name.clone(),
            version: sbom.digest(),
            external_references: sbom
                .composition
                .iter()
                .flat_map(|it| &it.parts)
                .map(part)
                .collect(),
            properties: sbom.facts().into_iter().map(fact).collect(),
            ..Component::default()
        },
        properties: sbom.counts.iter().map(count).collect(),
    }
}

/// The document of a layer, by BOM-Link.
fn part(it: &model::Part) -> ExternalReference {
    let uuid = it.name.trim_start_matches("urn:uuid:");
    ExternalReference {
        url: format!("urn:cdx:{uuid}/1"),
        kind: "bom",
        hashes: vec![Hash { alg: "SHA-256", content: it.sha256.to_string() }],
    }
}

fn fact((key, value): (&str, String)) -> Property {
    Property { name: format!("stellaops:{key}"), value }
}

/// Something that was counted. CycloneDX has no other place for it.
fn count((counter, count): (&Counter, u64)) -> Property {
    Property { name: format!("stellaops:count:{counter}"), value: count.to_string() }
}

fn tool() -> Component {
    Component {
        kind: "application",
        name: "sbom-indexer".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Component::default()
    }
}

/// The known edges. A component that is missing here has dependencies that are unknown, not none.
fn dependencies(sbom: &Sbom) -> Vec<Dependency> {
    let mut edges: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for it in sbom.relationships.iter().filter(|it| it.relation == Relation::DependsOn) {
        edges.entry(it.from.as_str()).or_default().push(it.to.as_str().to_owned());
    }
    edges
        .into_iter()
        .map(|(from, mut depends_on)| {
            depends_on.sort();
            depends_on.dedup();
            Dependency { from: from.to_owned(), depends_on }
        })
        .collect()
}

/// What is known to be whole: of an executable that nothing identifies some content may be known, never all;
/// an inventory with lost content is incomplete, and no scan can prove that one is complete.
fn compositions(sbom: &Sbom) -> Vec<Composition> {
    let lost = sbom.notices.iter().any(|it| it.code.loses_content());
    let whole = |it: &String| model::Identity::new(it).file_digest().is_none();
    let known: Vec<String> =
        dependencies(sbom).into_iter().map(|it| it.from).filter(whole).collect();
    let root = Composition {
        aggregate: if lost { "incomplete" } else { "unknown" },
        assemblies: vec![ROOT.to_owned()],
        dependencies: Vec::new(),
    };
    let edges = Composition { aggregate: "complete", assemblies: Vec::new(), dependencies: known };
    [root, edges].into_iter().filter(|it| it.assemblies.len() + it.dependencies.len() > 0).collect()
}

fn annotation(notice: &model::Notice, stamp: &Stamp) -> Annotation {
    Annotation {
        subjects: vec![ROOT.to_owned()],
        annotator: Annotator { component: tool() },
        timestamp: stamp.timestamp(),
        text: format!("notice {notice}"),
    }
}
