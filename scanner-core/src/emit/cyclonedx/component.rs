//! A component of the model as a component of CycloneDX.

use super::SpecVersion;
use super::document::PREFIX;
use super::evidence::evidence;
use super::form::Form;
use super::licenses::licenses;
use super::numbers::{CLASSIFICATIONS, HASHES, REFERENCES, Word};
use crate::emit::facts;
use crate::emit::uses::Stated;
use crate::model::{Component, Kind, Relation, Relationship, Sbom, Supplier};

/// Writes a component with its evidence. Relations that CycloneDX has no place for become properties.
pub(super) fn component<F: Form>(
    form: &mut F,
    &Stated { component: it, relationships, .. }: &Stated<'_>,
    sbom: &Sbom,
    spec: SpecVersion,
) {
    let named = it.identity.purl();
    let (group, name) = group_and_name(it, named.unwrap_or_default());
    let purl = named.and_then(|_| it.purl());
    form.word(("type", 1), kind(it.kind));
    form.text(("bom-ref", 3), it.identity.as_str());
    if let Some(it) = &it.supplier {
        form.message(("supplier", 4), |form| match it {
            Supplier::Person(text) => supplier(form, text, true),
            Supplier::Organization(text) => supplier(form, text, false),
        });
    }
    form.text(("group", 7), group);
    form.text_or_empty(("name", 8), name);
    form.text(("version", 9), &it.version);
    if named.is_none() {
        form.messages(("hashes", 12), it.identity.file_digest(), sha256);
    }
    licenses(form, &it.licenses, spec);
    form.text(("purl", 16), purl.unwrap_or_default());
    form.messages(("externalReferences", 20), &it.download, |form, url| {
        form.word(("type", 1), const { Word::of(REFERENCES, "distribution") });
        form.text_or_empty(("url", 2), url);
    });
    properties(form, it, relationships, sbom);
    if !it.evidence.is_empty() {
        form.message(("evidence", 23), |form| evidence(form, it, purl, sbom));
    }
}

fn kind(kind: Kind) -> Word {
    match kind {
        Kind::OperatingSystem => const { Word::of(CLASSIFICATIONS, "operating-system") },
        Kind::Application => const { Word::of(CLASSIFICATIONS, "application") },
        Kind::OsPackage | Kind::Library => const { Word::of(CLASSIFICATIONS, "library") },
    }
}

/// The group that an ecosystem's own tools give a component, and the name within it: Maven's group, npm's scope and
/// Composer's vendor. In other ecosystems the name is one.
fn group_and_name<'a>(it: &'a Component, purl: &'a str) -> (&'a str, &'a str) {
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

/// Writes a supplier; an address in angle brackets is its contact. A person is its own contact.
pub(super) fn supplier<F: Form>(form: &mut F, text: &str, person: bool) {
    let (name, email) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), rest.trim_end_matches('>').trim()),
        None => (text, ""),
    };
    form.text_or_empty(("name", 1), if name.is_empty() { email } else { name });
    let contact = (person || !email.is_empty()).then_some(if person { name } else { "" });
    form.messages(("contact", 3), contact, |form, name| {
        form.text(("name", 1), name);
        form.text(("email", 2), email);
    });
}

pub(super) fn sha256(form: &mut impl Form, digest: &str) {
    form.word(("alg", 1), const { Word::of(HASHES, "SHA-256") });
    form.text_or_empty(("content", 2), digest);
}

/// Writes the further facts, and the relations that have no place of their own.
fn properties<F: Form>(form: &mut F, it: &Component, relationships: &[Relationship], sbom: &Sbom) {
    let mut further = facts::further(it, sbom);
    if let Some(source) = &it.source {
        further.push(("source", [&*source.name, " ", &source.version].concat().into()));
    }
    for relation in relationships.iter().filter(|it| it.relation == Relation::OwnedBy) {
        further.push(("owned-by", relation.to.as_str().into()));
        further.push(("owned-by:proof", relation.proof.display()));
    }
    form.messages(("properties", 22), facts::in_order(it, further), |form, (key, value)| {
        property(form, [key, ""], &value);
    });
}

/// Writes a fact as a property, with the pieces of its key.
pub(super) fn property(form: &mut impl Form, key: [&str; 2], value: &str) {
    let [key, rest] = key;
    form.joined(("name", 1), &[PREFIX, key, rest]);
    form.text_or_empty(("value", 2), value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::json::Json;
    use crate::model::Identity;

    fn split(purl: &str, name: &str) -> (String, String) {
        let component = Component::identified(Kind::Library, Identity::new(purl), name, "1");
        let purl = component.identity.purl().unwrap_or_default();
        let (group, name) = group_and_name(&component, purl);
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
        let written = |text: &str, person| {
            let mut json = Json::default();
            json.object(|json| supplier(json, text, person));
            String::from_utf8(json.take()).unwrap()
        };
        assert_eq!(
            written("A B <a@b.org>", true),
            r#"{"name":"A B","contact":[{"name":"A B","email":"a@b.org"}]}"#
        );
        assert_eq!(
            written("A <a@b.org>", false),
            r#"{"name":"A","contact":[{"email":"a@b.org"}]}"#
        );
    }
}
