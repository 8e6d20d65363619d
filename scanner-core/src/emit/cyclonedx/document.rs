//! The model as a CycloneDX document.

use super::SpecVersion;
use super::component::{component, property, sha256, supplier};
use super::form::Form;
use super::numbers::{AGGREGATES, CLASSIFICATIONS, PHASES, REFERENCES, Word};
use crate::emit::held::Held;
use crate::emit::uses::{self, Stated};
use crate::emit::{Lifecycle, Stamp, TOOL_NAME, image_purl};
use crate::model::{Notice, Part, Sbom, View};

/// What the document calls this program.
pub const TOOL_REF: &str = "tool:sbom-indexer";

/// What the document calls the thing that was scanned.
pub const ROOT: &str = "root";

/// What the names of our properties begin with.
pub const PREFIX: &str = "stellaops:";

/// What a document is made of.
pub(super) struct Source<'a> {
    pub(super) sbom: &'a Sbom,
    pub(super) stamp: &'a Stamp,
    pub(super) spec: SpecVersion,
}

impl Source<'_> {
    /// Writes what all forms have alike, each component straight from the model: the long lists beside the rest.
    pub(super) fn write<F: Form>(&self, form: &mut F, held: &mut Held) {
        let Self { sbom, stamp, spec } = *self;
        let timestamp = stamp.timestamp();
        let now = (stamp.created, timestamp.as_str());
        let all = uses::all(sbom);
        let known: Vec<&Stated<'_>> = all.iter().filter(|it| it.is_known).collect();
        let (mut listed, mut last) = (Held::default(), Held::default());
        let lists = || {
            let mut form = F::beside();
            let write = |form: &mut _, it: &_| component(form, it, sbom, spec);
            form.list(("components", 5), &all, write, &mut listed);
            form.list(("dependencies", 8), &known, |form, it| dependency(form, it), &mut listed);
            listed.add(form.take());
        };
        let others = || {
            form.message(("metadata", 4), |form| metadata(form, sbom, stamp, now));
            held.add(form.take());
            compositions(form, sbom, &known);
            if !sbom.notices.is_empty() {
                let write = |form: &mut _, it: &_| annotation(form, it, now);
                form.list(("annotations", 11), &sbom.notices, write, &mut last);
            }
        };
        rayon::join(others, lists);
        held.append(listed);
        held.append(last);
    }
}

fn metadata<F: Form>(form: &mut F, sbom: &Sbom, stamp: &Stamp, now: (i64, &str)) {
    form.moment(("timestamp", 1), now);
    form.message(("tools", 2), |form| {
        form.messages(("components", 6), [TOOL_REF], |form, bom_ref| tool(form, bom_ref));
    });
    form.message(("component", 4), |form| root(form, sbom, stamp));
    form.messages(("properties", 8), sbom.counts.iter(), |form, (counter, count)| {
        property(form, ["count:", &counter.to_string()], &count.to_string());
    });
    form.messages(("lifecycles", 9), [stamp.lifecycle], |form, it| {
        form.word(("phase", 1), phase(it));
    });
}

fn phase(lifecycle: Lifecycle) -> Word {
    match lifecycle {
        Lifecycle::Build => const { Word::of(PHASES, "build") },
        Lifecycle::PostBuild => const { Word::of(PHASES, "post-build") },
    }
}

/// This program.
fn tool(form: &mut impl Form, bom_ref: &str) {
    form.word(("type", 1), const { Word::of(CLASSIFICATIONS, "application") });
    form.text(("bom-ref", 3), bom_ref);
    form.text(("name", 8), TOOL_NAME);
    form.text(("version", 9), env!("CARGO_PKG_VERSION"));
}

/// What was scanned.
fn root<F: Form>(form: &mut F, sbom: &Sbom, stamp: &Stamp) {
    form.word(("type", 1), const { Word::of(CLASSIFICATIONS, "container") });
    form.text(("bom-ref", 3), ROOT);
    if let Some(it) = &stamp.supplier {
        form.message(("supplier", 4), |form| supplier(form, it, false));
    }
    form.text_or_empty(("name", 8), &sbom.name);
    form.text(("version", 9), &sbom.digest());
    let manifest = sbom.image.as_ref().and_then(|it| it.manifest.as_deref());
    let digest = manifest.and_then(|it| it.strip_prefix("sha256:"));
    form.messages(("hashes", 12), digest, sha256);
    form.text(("purl", 16), &image_purl(sbom).unwrap_or_default());
    let parts = sbom.composition.iter().flat_map(|it| &it.parts);
    form.messages(("externalReferences", 20), parts, part);
    form.messages(("properties", 22), sbom.facts(), |form, (key, value)| {
        property(form, [key, ""], &value);
    });
}

/// The document of a layer, by BOM-Link.
fn part<F: Form>(form: &mut F, it: &Part) {
    form.word(("type", 1), const { Word::of(REFERENCES, "bom") });
    form.joined(("url", 2), &["urn:cdx:", it.name.trim_start_matches("urn:uuid:"), "/1"]);
    form.messages(("hashes", 4), [it.sha256], |form, it| sha256(form, &it.to_string()));
}

fn dependency(form: &mut impl Form, it: &Stated<'_>) {
    form.text_or_empty(("ref", 1), it.component.identity.as_str());
    form.references(("dependsOn", 2), it.uses());
}

/// What is known to be whole. An inventory with lost content is incomplete, as is what is used alone, and no scan can
/// prove that one is complete.
fn compositions<F: Form>(form: &mut F, sbom: &Sbom, known: &[&Stated<'_>]) {
    let cut = sbom.view == View::Usage;
    let lost = cut || sbom.notices.iter().any(|it| it.code.loses_content());
    let (whole, part): (Vec<&Stated<'_>>, Vec<_>) =
        known.iter().copied().partition(|it| it.is_whole);
    let incomplete = const { Word::of(AGGREGATES, "incomplete") };
    let unknown = const { Word::of(AGGREGATES, "unknown") };
    let complete = const { Word::of(AGGREGATES, "complete") };
    let root = (if lost { incomplete } else { unknown }, Some(ROOT), Vec::new());
    let edges = [(complete, None, whole), (incomplete, None, part)];
    let edges = edges.into_iter().filter(|(_, _, from)| !from.is_empty());
    form.messages(("compositions", 9), std::iter::once(root).chain(edges), |form, it| {
        let (aggregate, assembly, dependencies) = it;
        form.word(("aggregate", 1), aggregate);
        form.texts(("assemblies", 2), assembly);
        form.texts(
            ("dependencies", 3),
            dependencies.into_iter().map(|it| it.component.identity.as_str()),
        );
    });
}

fn annotation(form: &mut impl Form, notice: &Notice, now: (i64, &str)) {
    form.texts(("subjects", 2), [ROOT]);
    form.message(("annotator", 3), |form| form.message(("component", 3), |form| tool(form, "")));
    form.moment(("timestamp", 4), now);
    form.joined(("text", 5), &["notice ", &notice.to_string()]);
}
