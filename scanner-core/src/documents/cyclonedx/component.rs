//! A component of CycloneDX as one of the model.

use super::bom::{self, Component, LicenseChoice, Occurrence, Supplier};
use crate::documents::draft::{self, Draft};
use crate::documents::dropped::Dropped;
use crate::documents::whole::Whole;
use crate::documents::words;
use crate::model::{self, Evidence, Identity, Kind, License, Position, Sha256};
use crate::path::ImagePath;

/// What is known of the document beside its components.
pub(super) struct Reading<'a> {
    /// Whether this program made it.
    pub(super) own: bool,
    pub(super) whole: &'a Whole,
}

/// Makes a component; none of what is none here.
pub(super) fn draft(it: Component, reading: &Reading<'_>, dropped: &mut Dropped) -> Option<Draft> {
    // Files that are no programs; other tools list every one that they looked at.
    if it.kind == "file" || it.name.is_empty() {
        dropped.add("components that are plain files or have no name", 1);
        return None;
    }
    let kind = kind(&it);
    let identity = identity(&it, kind, reading.own);
    let name = name(&it, &identity);
    let mut component = model::Component::identified(kind, identity, name, it.version.as_ref());
    component.licenses = licenses(&it.licenses, dropped);
    component.supplier = it.supplier.as_ref().and_then(supplier);
    for reference in it.external_references {
        if reference.kind == "distribution" && component.download.is_none() {
            component.download = Some(reference.url.into_owned());
        } else {
            dropped.add("components[].externalReferences", 1);
        }
    }
    let mut draft = Draft::new(component);
    for property in it.properties {
        match property.name.strip_prefix(words::PREFIX).filter(|_| reading.own) {
            Some(key) => draft.fact(key, property.value.into_owned()),
            None => dropped.add("components[].properties", 1),
        }
    }
    let of_file = draft.component.identity.file_digest().is_some();
    dropped.add(
        "components[].hashes",
        it.hashes.len() - usize::from(of_file && !it.hashes.is_empty()),
    );
    if let Some(evidence) = it.evidence {
        proofs(&mut draft, evidence, reading, dropped);
    }
    let layer = draft.component.properties.get("layer:diff-id");
    draft.component.layer = layer.and_then(|it| reading.whole.layer_of(it)).unwrap_or(0);
    Some(draft)
}

fn kind(it: &Component) -> Kind {
    match &*it.kind {
        "operating-system" => Kind::OperatingSystem,
        "library" | "framework" | "" => draft::library(&it.purl),
        _ => Kind::Application,
    }
}

/// Our own identities are the references of our documents. In those of others a program without a purl is known by
/// its digest, as it is here.
fn identity(it: &Component, kind: Kind, own: bool) -> Identity {
    if own {
        return Identity::new(&it.bom_ref);
    }
    let digest = it.hashes.iter().find(|it| it.alg == "SHA-256");
    match digest.and_then(|it| Sha256::parse(&it.content)) {
        Some(digest) if it.purl.is_empty() && kind == Kind::Application => {
            Identity::of_file(digest)
        }
        _ => draft::identity(kind, &it.purl, &it.name, &it.version),
    }
}

/// The whole name: npm and Composer write the group before it, and so do declarations for Maven.
fn name(it: &Component, identity: &Identity) -> String {
    if it.group.is_empty() {
        return it.name.to_string();
    }
    let ty = it.purl.strip_prefix("pkg:").and_then(|it| it.split('/').next());
    match ty {
        Some("maven") if identity.origin() == model::Origin::Installed => it.name.to_string(),
        Some("maven") => format!("{}:{}", it.group, it.name),
        _ => format!("{}/{}", it.group, it.name),
    }
}

fn licenses(choices: &[LicenseChoice], dropped: &mut Dropped) -> Vec<License> {
    let mut found = Vec::new();
    for it in choices {
        let license = it.license.as_ref();
        let concluded = |it: &str| it == "concluded";
        if concluded(&it.acknowledgement)
            || license.is_some_and(|it| concluded(&it.acknowledgement))
        {
            dropped.add("licenses that were concluded", 1);
            continue;
        }
        let words =
            license.map_or(&*it.expression, |it| if it.id.is_empty() { &it.name } else { &it.id });
        found.extend(License::new(words));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A supplier; one that is its own contact is a person.
fn supplier(it: &Supplier) -> Option<model::Supplier> {
    let contact = it.contact.first();
    let email = contact.map_or("", |it| &it.email);
    let text = match email {
        "" => it.name.to_string(),
        email if email == it.name => format!("<{email}>"),
        email => format!("{} <{email}>", it.name),
    };
    let person = contact.is_some_and(|it| !it.name.is_empty() || it.email.is_empty());
    if person { model::Supplier::person(&text) } else { model::Supplier::organization(&text) }
}

/// The proofs that this program wrote. What others call evidence has other methods.
fn proofs(
    draft: &mut Draft,
    evidence: bom::Evidence,
    reading: &Reading<'_>,
    dropped: &mut Dropped,
) {
    if !reading.own {
        dropped.add("components[].evidence", 1);
        return;
    }
    for it in evidence.occurrences {
        match proof(&it, reading.whole.layered()) {
            Some(proof) => draft.component.evidence.push(proof),
            None => dropped.add("components[].evidence.occurrences", 1),
        }
    }
    draft.stack.extend(evidence.callstack.into_iter().flat_map(|it| it.frames).map(frame));
}

fn frame(it: bom::Frame) -> model::Frame {
    let file = if it.full_filename.is_empty() { it.module } else { it.full_filename };
    let function = Some(it.function.into_owned()).filter(|it| !it.is_empty());
    model::Frame { file: file.into_owned(), function, line: it.line }
}

fn proof(it: &Occurrence, layered: bool) -> Option<Evidence> {
    let (analyzer, method, layer, sha256) = words::context(&it.additional_context, layered)?;
    let (path, position) = match (it.line, it.offset) {
        (Some(line), _) => (&*it.location, Position::Line(line)),
        (_, Some(offset)) => (&*it.location, Position::Offset(offset)),
        _ => words::location(&it.location),
    };
    let path = ImagePath::normalize(path)?;
    Some(Evidence { path, position, analyzer: analyzer.into(), method, layer, sha256 })
}
