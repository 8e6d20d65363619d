//! The model as a CycloneDX document.

use super::SpecVersion;
use super::bom::{
    Annotation, Annotator, Component, Composition, Dependency, ExternalReference, Hash, Lifecycle,
    Metadata, Property, Text, Tools,
};
use super::component::{component, named, sha256};
use crate::emit::uses::uses;
use crate::emit::{Stamp, TOOL_NAME, image_purl};
use crate::model::{self, Sbom, View};

/// What the document calls this program.
pub const TOOL_REF: &str = "tool:sbom-indexer";

/// What the document calls the thing that was scanned.
pub const ROOT: &str = "root";

/// What the names of our properties begin with.
pub const PREFIX: &str = "stellaops:";

/// A document whose parts are made when they are written, so that no two of its components are held at a time.
pub(super) struct Source<'a> {
    pub(super) sbom: &'a Sbom,
    pub(super) stamp: &'a Stamp,
    pub(super) spec: SpecVersion,
}

impl<'a> Source<'a> {
    pub(super) fn metadata(&self) -> Metadata<'a> {
        Metadata {
            timestamp: self.stamp.timestamp().into(),
            lifecycles: vec![Lifecycle { phase: self.stamp.lifecycle.as_str().into() }],
            tools: Tools { components: vec![Component { bom_ref: TOOL_REF.into(), ..tool() }] },
            component: Some(root(self.sbom, self.stamp)),
            properties: self.sbom.counts.iter().map(count).collect(),
        }
    }

    pub(super) fn components(&self) -> impl Iterator<Item = Component<'a>> {
        let (sbom, spec) = (self.sbom, self.spec);
        sbom.with_relationships().map(move |it| component(it, sbom, spec))
    }

    pub(super) fn dependencies(&self) -> impl Iterator<Item = Dependency<'a>> {
        uses(self.sbom).map(|it| Dependency {
            from: it.component.identity.as_str().into(),
            depends_on: it.to.into_iter().map(Text::from).collect(),
        })
    }

    /// What is known to be whole. An inventory with lost content is incomplete, as is what is used alone, and no scan
    /// can prove that one is complete.
    pub(super) fn compositions(&self) -> Vec<Composition<'a>> {
        let cut = self.sbom.view == View::Usage;
        let lost = cut || self.sbom.notices.iter().any(|it| it.code.loses_content());
        let known = uses(self.sbom).map(|it| (it.whole, it.component.identity.as_str()));
        let (whole, part): (Vec<_>, Vec<_>) = known.partition(|(whole, _)| *whole);
        let root = Composition {
            aggregate: if lost { "incomplete" } else { "unknown" }.into(),
            assemblies: vec![ROOT.into()],
            dependencies: Vec::new(),
        };
        let edges = |aggregate: &'static str, from: Vec<(bool, &'a str)>| Composition {
            aggregate: aggregate.into(),
            assemblies: Vec::new(),
            dependencies: from.into_iter().map(|(_, it)| it.into()).collect(),
        };
        let all = [root, edges("complete", whole), edges("incomplete", part)];
        all.into_iter().filter(|it| it.assemblies.len() + it.dependencies.len() > 0).collect()
    }

    pub(super) fn annotations(&self) -> impl Iterator<Item = Annotation<'a>> {
        let timestamp = self.stamp.timestamp();
        self.sbom.notices.iter().map(move |notice| Annotation {
            subjects: vec![ROOT.into()],
            annotator: Annotator { component: tool() },
            timestamp: timestamp.clone().into(),
            text: format!("notice {notice}").into(),
        })
    }
}

/// What was scanned.
fn root<'a>(sbom: &'a Sbom, stamp: &'a Stamp) -> Component<'a> {
    let manifest = sbom.image.as_ref().and_then(|it| it.manifest.as_deref());
    let digest = manifest.and_then(|it| it.strip_prefix("sha256:"));
    Component {
        kind: "container".into(),
        bom_ref: ROOT.into(),
        supplier: stamp.supplier.as_deref().map(|it| named(it, false)),
        name: sbom.name.as_str().into(),
        version: sbom.digest().into(),
        hashes: digest.map(sha256).into_iter().collect(),
        purl: image_purl(sbom).unwrap_or_default().into(),
        external_references: sbom.composition.iter().flat_map(|it| &it.parts).map(part).collect(),
        properties: sbom
            .facts()
            .into_iter()
            .map(|(key, value)| property((key, value.into())))
            .collect(),
        ..Component::default()
    }
}

/// The document of a layer, by BOM-Link.
fn part(it: &model::Part) -> ExternalReference<'_> {
    let uuid = it.name.trim_start_matches("urn:uuid:");
    ExternalReference {
        url: format!("urn:cdx:{uuid}/1").into(),
        kind: "bom".into(),
        hashes: vec![Hash { alg: "SHA-256".into(), content: it.sha256.to_string().into() }],
    }
}

/// A fact as a property.
pub(super) fn property<'a>((key, value): (&str, Text<'a>)) -> Property<'a> {
    Property { name: [PREFIX, key].concat().into(), value }
}

/// Something that was counted. CycloneDX has no other place for it.
fn count<'a>((counter, count): (&model::Counter, u64)) -> Property<'a> {
    property((&format!("count:{counter}"), count.to_string().into()))
}

fn tool<'a>() -> Component<'a> {
    Component {
        kind: "application".into(),
        name: TOOL_NAME.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        ..Component::default()
    }
}
