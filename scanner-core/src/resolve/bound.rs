//! Attestations about exactly what was found: by the digest of the image, or of a file that a component is. Never by name.

use std::collections::{BTreeMap, BTreeSet};

use super::attested::confirm;
use crate::model::{
    ATTESTED_BY, ATTESTED_OF, Component, Evidence, Identity, ImageFacts, Method, Origin, Position,
    Sbom, Sha256,
};
use crate::path::ImagePath;

/// What evidence of attestations names in the place of an analyzer.
const BOUND: &str = "bound_from_attestation";

/// A statement that somebody made elsewhere.
#[derive(Clone, Debug)]
pub struct Attestation {
    /// The digests of what it is about.
    pub subjects: Vec<Sha256>,
    /// The digest of its bytes.
    pub statement: Sha256,
    /// What kind of statement it is.
    pub predicate_type: String,
    /// Who signed it, if that was verified.
    pub signer: Option<String>,
    /// The components with purls that it lists, if it is an SBOM.
    pub lists: Vec<Component>,
}

/// What came of binding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// Attestations that are about the image or a component.
    pub bound: usize,
    /// Attestations about files that are several components, of which no one can be told to be meant.
    pub ambiguous: usize,
}

/// What an attestation is about.
struct Observed {
    path: ImagePath,
    layer: usize,
    /// The component; none for the image.
    component: Option<Identity>,
}

impl Observed {
    /// What documents call it: the identity of the component, or the digest of the image's manifest.
    fn name(&self, digest: Sha256) -> String {
        let image = || format!("sha256:{digest}");
        self.component.as_ref().map_or_else(image, |it| it.as_str().to_owned())
    }
}

/// Binds attestations to the image and its components. What they list is there as attested: that somebody says it of
/// exactly these bytes is all that is known.
pub fn bind(sbom: &mut Sbom, attestations: &[Attestation]) -> Bound {
    let subjects = attestations.iter().flat_map(|it| it.subjects.iter().copied()).collect();
    let observed = observed(sbom, &subjects);
    let mut told = Bound::default();
    let mut attested: BTreeMap<Identity, Component> = BTreeMap::new();
    for it in attestations {
        let subjects: BTreeSet<&Sha256> = it.subjects.iter().collect();
        let (mut bound, mut ambiguous) = (false, false);
        for (subject, about) in subjects.iter().filter_map(|it| Some((**it, observed.get(it)?))) {
            let [about] = about.as_slice() else {
                ambiguous = true;
                continue;
            };
            bound = true;
            let evidence = Evidence {
                path: about.path.clone(),
                position: Position::Whole,
                analyzer: BOUND.into(),
                method: Method::Attestation,
                layer: about.layer,
                sha256: Some(subject),
            };
            note(sbom, it, about, &evidence);
            for listed in &it.lists {
                let component = mark(listed, sbom.image.as_ref(), about.layer);
                let known = attested.entry(component.identity.clone()).or_insert(component);
                add_line(known, ATTESTED_OF, &about.name(subject));
                say(known, it, &evidence);
            }
        }
        told.bound += usize::from(bound);
        told.ambiguous += usize::from(ambiguous && !bound);
    }
    join(sbom, attested);
    told
}

/// What there is of these digests: the image, and files that are components.
fn observed(sbom: &Sbom, wanted: &BTreeSet<Sha256>) -> BTreeMap<Sha256, Vec<Observed>> {
    let digests: BTreeMap<&ImagePath, Sha256> =
        sbom.files.iter().map(|it| (&it.path, it.sha256)).collect();
    let mut parts: BTreeMap<Sha256, BTreeMap<&Identity, (&Component, &Evidence)>> = BTreeMap::new();
    let installed = sbom.components.iter().filter(|it| it.identity.origin() == Origin::Installed);
    for component in installed {
        for evidence in component.evidence.iter().filter(|it| is_the_file(it)) {
            let known = evidence.sha256.or_else(|| digests.get(&evidence.path).copied());
            let Some(digest) = known.filter(|it| wanted.contains(it)) else { continue };
            let parts = parts.entry(digest).or_default();
            parts.entry(&component.identity).or_insert((component, evidence));
        }
    }
    let mut observed = BTreeMap::new();
    for (digest, parts) in parts {
        let of_parts = sbom.relationships.iter().filter(|it| parts.contains_key(&it.from));
        let inner: BTreeSet<&Identity> = of_parts.map(|it| &it.to).collect();
        // What another component of the same file holds or was built of is not the file as a whole.
        let holding = |(identity, (component, _)): &(&&Identity, &(&Component, &Evidence))| {
            !inner.contains(*identity) && !component.within.iter().any(|it| parts.contains_key(it))
        };
        let whole =
            parts.iter().filter(holding).map(|(identity, (component, evidence))| Observed {
                path: evidence.path.clone(),
                layer: component.layer,
                component: Some((*identity).clone()),
            });
        observed.insert(digest, whole.collect());
    }
    let manifest = sbom.image.as_ref().and_then(|it| it.manifest.as_deref());
    let manifest = manifest.and_then(|it| Sha256::parse(it.strip_prefix("sha256:")?));
    let image = || Observed { path: ImagePath::root(), layer: 0, component: None };
    observed.extend(manifest.map(|digest| (digest, vec![image()])));
    observed
}

/// Whether a proof is that the file itself is the component, not that it tells of one.
fn is_the_file(evidence: &Evidence) -> bool {
    matches!(evidence.method, Method::BuildInfo | Method::Digest)
        || matches!(evidence.position, Position::Entry(_))
}

/// Notes on the component itself that an attestation is about it.
fn note(sbom: &mut Sbom, attestation: &Attestation, about: &Observed, evidence: &Evidence) {
    let Some(identity) = &about.component else { return };
    let place = sbom.components.binary_search_by(|it| it.identity.cmp(identity));
    if let Some(component) = place.ok().and_then(|at| sbom.components.get_mut(at)) {
        say(component, attestation, evidence);
    }
}

/// Adds who says it, and of what.
fn say(component: &mut Component, attestation: &Attestation, evidence: &Evidence) {
    let Attestation { statement, predicate_type, signer, .. } = attestation;
    let signed = signer.as_ref().map_or("unverified".to_owned(), |it| format!("signed by {it}"));
    add_line(component, ATTESTED_BY, &format!("sha256:{statement} {predicate_type} {signed}"));
    if !component.evidence.contains(evidence) {
        component.evidence.push(evidence.clone());
        component.evidence.sort_unstable();
    }
}

/// Adds a value to those that a property has, a line each, in order.
fn add_line(component: &mut Component, key: &'static str, value: &str) {
    let known = component.properties.get(key).cloned().unwrap_or_default();
    let mut lines: BTreeSet<&str> = known.lines().collect();
    lines.insert(value);
    let lines: Vec<&str> = lines.into_iter().collect();
    component.properties.insert(key, lines.join("\n"));
}

/// What an attestation lists, as attested.
fn mark(listed: &Component, image: Option<&ImageFacts>, layer: usize) -> Component {
    let identity = listed.identity.of_origin(Origin::Attested);
    let (name, version) = (listed.name.clone(), listed.version.clone());
    let mut component = Component::identified(listed.kind, identity, name, version);
    component.licenses.clone_from(&listed.licenses);
    component.properties.insert("origin", Origin::Attested.as_str().to_owned());
    component.layer = layer;
    if let Some(image) = image {
        super::mark(std::slice::from_mut(&mut component), image);
    }
    component
}

/// Puts the attested components among the others. Those that an SBOM in the image lists too are there once.
fn join(sbom: &mut Sbom, attested: BTreeMap<Identity, Component>) {
    for (identity, it) in attested {
        match sbom.components.binary_search_by(|other| other.identity.cmp(&identity)) {
            Ok(at) => {
                let Some(known) = sbom.components.get_mut(at) else { continue };
                known.evidence.extend(it.evidence);
                for key in [ATTESTED_BY, ATTESTED_OF] {
                    known.properties.extend(it.properties.get(key).map(|it| (key, it.clone())));
                }
            }
            Err(at) => sbom.components.insert(at, it),
        }
    }
    confirm(&mut sbom.components);
    sbom.sort();
}
