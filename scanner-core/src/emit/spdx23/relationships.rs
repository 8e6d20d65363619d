//! What belongs to what, as SPDX states it.

use super::build::{Content, DOCUMENT, ROOT, external_document, id, parts};
use crate::emit::json::Json;
use crate::emit::local::Local;
use crate::emit::named::HeldJson;
use crate::emit::words;
use crate::model::{self, ATTESTED_OF, Component, Origin, Relation};

/// One statement. In the order in which they are written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Relationship {
    from: Local,
    relation: &'static str,
    to: Local,
    comment: Option<Box<str>>,
}

/// Writes all relationships.
pub(super) fn write_all(content: &Content<'_>, held: &mut HeldJson) {
    held.json.key("relationships").open(b'[');
    write(&mut held.json, DOCUMENT, "DESCRIBES", |json| id(json, ROOT));
    layers(&mut held.json, content);
    for it in all(content) {
        write(&mut held.json, it.from, it.relation, |json| {
            id(json, it.to);
            if let Some(comment) = &it.comment {
                json.key("comment").text(comment);
            }
        });
        held.set_aside();
    }
    held.json.close(b']');
}

fn write(json: &mut Json, from: Local, relation: &str, to: impl FnOnce(&mut Json)) {
    json.object(|json| {
        id(json.key("spdxElementId"), from);
        json.key("relationshipType").word(relation);
        to(json.key("relatedSpdxElement"));
    });
}

/// Writes that an image has the roots of the documents of its layers.
fn layers(json: &mut Json, content: &Content<'_>) {
    let mut layers: Vec<String> =
        parts(content.sbom).map(|it| external_document(&it.diff_id)).collect();
    layers.sort_unstable();
    for it in layers {
        write(json, ROOT, "CONTAINS", |json| json.text(&format!("{it}:SPDXRef-DocumentRoot")));
    }
}

/// What is stated of the elements of the document, in order.
fn all(content: &Content<'_>) -> Vec<Relationship> {
    let mut found = Vec::with_capacity(content.components.len() + content.sbom.relationships.len());
    for (component, package) in content.components.iter().zip(&content.packages.in_order) {
        let (relation, comment) = match component.identity.origin() {
            Origin::Installed => ("CONTAINS", None),
            Origin::Attested => ("OTHER", Some(attested(component).into())),
            Origin::Declared => ("DEPENDS_ON", None),
        };
        found.push(Relationship { from: ROOT, relation, to: *package, comment });
        let of_files = |from, relation, to| Relationship { from, relation, to, comment: None };
        let owned = content.files.owned(component);
        found.extend(owned.map(|(_, file)| of_files(*package, "CONTAINS", *file)));
        let proofs = content.files.proofs(component);
        found.extend(proofs.map(|file| of_files(file, "METAFILE_OF", *package)));
    }
    for ((_, stated), from) in content.sbom.with_relationships().zip(&content.packages.in_order) {
        let ends = stated.iter().filter_map(|it| Some((it, content.packages.of(&it.to)?)));
        found.extend(ends.map(|(it, to)| relationship(it, *from, to)));
    }
    found.sort_unstable();
    found
}

fn relationship(it: &model::Relationship, from: Local, to: Local) -> Relationship {
    let (from, relation, to, comment) = match it.relation {
        Relation::DependsOn => (from, "DEPENDS_ON", to, None),
        Relation::LinksTo => (from, "DYNAMIC_LINK", to, None),
        Relation::LinksStatically => (from, "STATIC_LINK", to, None),
        Relation::OwnedBy => (to, "CONTAINS", from, Some(words::shared_file(&it.proof).into())),
    };
    Relationship { from, relation, to, comment }
}

/// Who says that a component is there.
fn attested(component: &Component) -> &'static str {
    match component.properties.get(ATTESTED_OF) {
        Some(_) => "bound_from_attestation: a statement about these very bytes lists it",
        None => "attested-in: an SBOM in the image lists it",
    }
}
