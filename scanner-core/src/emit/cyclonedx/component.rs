//! A component of the model as a component of CycloneDX.

use super::SpecVersion;
use super::bom::{
    Callstack, Component, Confidence, Contact, Evidence, ExternalReference, Frame, Hash, Identity,
    Method, Occurrence, Property, Supplier,
};
use super::build::TOOL_REF;
use super::licenses::licenses;
use crate::emit::facts::facts;
use crate::emit::words;
use crate::model::{self, Kind, Position, Relation, Sbom};

/// Builds the component with its evidence. Relations that CycloneDX has no place for become properties.
pub(super) fn component<'a>(
    (it, relationships): (&'a model::Component, &'a [model::Relationship]),
    sbom: &'a Sbom,
    spec: SpecVersion,
) -> Component<'a> {
    let (group, name) = group_and_name(it);
    Component {
        kind: match it.kind {
            Kind::OperatingSystem => "operating-system",
            Kind::Application => "application",
            Kind::OsPackage | Kind::Library => "library",
        }
        .into(),
        bom_ref: it.identity.as_str().into(),
        supplier: it.supplier.as_ref().map(supplier),
        group: group.into(),
        name: name.into(),
        version: it.version.as_str().into(),
        hashes: it.identity.file_digest().map(sha256).into_iter().collect(),
        licenses: licenses(&it.licenses, spec),
        purl: it.purl().unwrap_or_default().into(),
        external_references: it.download.iter().map(|url| download(url)).collect(),
        properties: properties(it, relationships, sbom),
        components: Vec::new(),
        evidence: (!it.evidence.is_empty()).then(|| evidence(it, sbom)),
    }
}

/// The group that an ecosystem's own tools give a component, and the name within it: Maven's group, npm's scope and
/// Composer's vendor. In other ecosystems the name is one.
fn group_and_name(it: &model::Component) -> (&str, &str) {
    let purl = it.identity.purl().unwrap_or_default();
    let separator = match purl.strip_prefix("pkg:").and_then(|it| it.split('/').next()) {
        Some("maven") => ':',
        Some("npm" | "composer") => '/',
        _ => return ("", &it.name),
    };
    if let Some(parts) = it.name.rsplit_once(separator) {
        return parts;
    }
    let namespace = if separator == ':' { purl.split('/').nth(1) } else { None };
    (namespace.unwrap_or_default(), &it.name)
}

fn supplier(it: &model::Supplier) -> Supplier<'_> {
    match it {
        model::Supplier::Person(text) => named(text, true),
        model::Supplier::Organization(text) => named(text, false),
    }
}

/// A supplier; an address in angle brackets is its contact. A person is its own contact.
pub(super) fn named(text: &str, person: bool) -> Supplier<'_> {
    let (name, email) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), rest.trim_end_matches('>').trim()),
        None => (text, ""),
    };
    let contact =
        Contact { name: if person { name.into() } else { "".into() }, email: email.into() };
    let contact = (person || !email.is_empty()).then_some(contact);
    Supplier {
        name: if name.is_empty() { email.into() } else { name.into() },
        contact: contact.into_iter().collect(),
    }
}

pub(super) fn sha256(digest: &str) -> Hash<'_> {
    Hash { alg: "SHA-256".into(), content: digest.into() }
}

fn download(url: &str) -> ExternalReference<'_> {
    ExternalReference { url: url.into(), kind: "distribution".into(), hashes: Vec::new() }
}

/// The further facts, and the relations that have no place of their own.
fn properties<'a>(
    it: &'a model::Component,
    relationships: &'a [model::Relationship],
    sbom: &'a Sbom,
) -> Vec<Property<'a>> {
    let mut found = facts(it, sbom);
    if let Some(source) = &it.source {
        found.push(("source", [&*source.name, " ", &source.version].concat().into()));
    }
    for relation in relationships.iter().filter(|it| it.relation == Relation::OwnedBy) {
        found.push(("owned-by", relation.to.as_str().into()));
        found.push(("owned-by:proof", relation.proof.display()));
    }
    found.sort();
    found.dedup();
    found.into_iter().map(super::build::property).collect()
}

fn evidence<'a>(it: &'a model::Component, sbom: &'a Sbom) -> Evidence<'a> {
    let mut methods: Vec<(&str, model::Method)> =
        it.evidence.iter().map(|it| (&*it.analyzer, it.method)).collect();
    methods.sort_by_key(|(analyzer, method)| (technique(*method), *analyzer, method.as_str()));
    methods.dedup();
    let (field, value) = match (it.purl(), it.identity.file_digest()) {
        (Some(purl), _) => ("purl", purl),
        (None, Some(digest)) => ("hash", digest),
        (None, None) => ("name", &*it.name),
    };
    let identity = Identity {
        field: field.into(),
        confidence: Confidence::CERTAIN,
        concluded_value: value.into(),
        methods: methods.into_iter().map(method).collect(),
        tools: vec![TOOL_REF.into()],
    };
    Evidence {
        identity: vec![identity],
        occurrences: it.evidence.iter().map(|it| occurrence(it, sbom)).collect(),
        callstack: callstack(&it.identity, sbom),
    }
}

/// How the entrypoint runs a file of the component, as far as it was traced.
fn callstack<'a>(identity: &model::Identity, sbom: &'a Sbom) -> Option<Callstack<'a>> {
    let stack = &sbom.usage.as_ref()?.components.get(identity)?.stack;
    (!stack.is_empty()).then(|| Callstack { frames: stack.iter().map(frame).collect() })
}

/// A file is a module by its name; what says how the image is run may be no file of it.
fn frame(it: &model::Frame) -> Frame<'_> {
    let name = it.file.strip_prefix('/').map(|path| path.rsplit('/').next().unwrap_or(path));
    Frame {
        module: name.unwrap_or(&it.file).into(),
        function: it.function.as_deref().unwrap_or_default().into(),
        line: it.line,
        full_filename: if name.is_some() { it.file.as_str().into() } else { "".into() },
    }
}

fn technique(method: model::Method) -> &'static str {
    match method {
        model::Method::Database | model::Method::Metadata | model::Method::Declaration => {
            "manifest-analysis"
        }
        model::Method::BuildInfo => "binary-analysis",
        model::Method::Digest => "hash-comparison",
        model::Method::Attestation => "attestation",
    }
}

/// A method of proof. The specification demands a confidence; what is claimed here is certain.
fn method((analyzer, method): (&str, model::Method)) -> Method<'_> {
    Method {
        technique: technique(method).into(),
        confidence: Confidence::CERTAIN,
        value: [analyzer, " ", method.as_str()].concat().into(),
    }
}

fn occurrence<'a>(evidence: &'a model::Evidence, sbom: &Sbom) -> Occurrence<'a> {
    let (line, offset) = match evidence.position {
        Position::Whole | Position::Entry(_) => (None, None),
        Position::Line(line) => (Some(line), None),
        Position::Offset(offset) => (None, Some(offset)),
    };
    Occurrence {
        location: evidence.location(),
        line,
        offset,
        additional_context: words::method_layer_and_digest(evidence, sbom).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Identity, Kind};

    fn split(purl: &str, name: &str) -> (String, String) {
        let component = model::Component::identified(Kind::Library, Identity::new(purl), name, "1");
        let (group, name) = group_and_name(&component);
        (group.to_owned(), name.to_owned())
    }

    #[test]
    fn groups_are_those_of_the_ecosystem() {
        let is = |group: &str, name: &str| (group.to_owned(), name.to_owned());
        assert_eq!(split("pkg:maven/org.a/b@1", "b"), is("org.a", "b"));
        assert_eq!(split("declared:pkg:maven/org.a/b@1", "org.a:b"), is("org.a", "b"));
        assert_eq!(split("pkg:npm/%40s/b@1", "@s/b"), is("@s", "b"));
        assert_eq!(split("pkg:npm/b@1", "b"), is("", "b"));
        assert_eq!(split("pkg:golang/a.b/c@v1", "a.b/c"), is("", "a.b/c"));
    }

    #[test]
    fn a_person_is_its_own_contact() {
        let supplier = |it: &model::Supplier| serde_json::to_string(&supplier(it)).unwrap();
        assert_eq!(
            supplier(&model::Supplier::Person("A B <a@b.org>".to_owned())),
            r#"{"name":"A B","contact":[{"name":"A B","email":"a@b.org"}]}"#
        );
        assert_eq!(
            supplier(&model::Supplier::Organization("A <a@b.org>".to_owned())),
            r#"{"name":"A","contact":[{"email":"a@b.org"}]}"#
        );
    }
}
