//! What belongs to what, as SPDX states it.

use rayon::prelude::*;

use super::build::{Content, DOCUMENT, ROOT, external_document, id, parts};
use crate::emit::AT_ONCE;
use crate::emit::json::Json;
use crate::emit::local::Local;
use crate::emit::named::HeldJson;
use crate::emit::words;
use crate::model::{self, ATTESTED_OF, Component, Origin, Relation};

/// One statement. In the order in which they are written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Relationship {
    from: Local,
    relation: Word,
    to: Local,
    comment: Option<Box<str>>,
}

/// What is stated. In the order of the words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Contains,
    DependsOn,
    DynamicLink,
    MetafileOf,
    Other,
    StaticLink,
}

impl Word {
    fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::DependsOn => "DEPENDS_ON",
            Self::DynamicLink => "DYNAMIC_LINK",
            Self::MetafileOf => "METAFILE_OF",
            Self::Other => "OTHER",
            Self::StaticLink => "STATIC_LINK",
        }
    }
}

/// Writes all relationships.
pub(super) fn write_all(content: &Content<'_>, held: &mut HeldJson) {
    held.json.key("relationships").open(b'[');
    held.json.object(|json| write(json, DOCUMENT, "DESCRIBES", |json| id(json, ROOT)));
    layers(&mut held.json, content);
    held.list(&all(content), |json, it| {
        write(json, it.from, it.relation.as_str(), |json| {
            id(json, it.to);
            if let Some(comment) = &it.comment {
                json.key("comment").text(comment);
            }
        });
    });
    held.json.close(b']');
}

fn write(json: &mut Json, from: Local, relation: &str, to: impl FnOnce(&mut Json)) {
    id(json.key("spdxElementId"), from);
    json.key("relationshipType").word(relation);
    to(json.key("relatedSpdxElement"));
}

/// Writes that an image has the roots of the documents of its layers.
fn layers(json: &mut Json, content: &Content<'_>) {
    let mut layers: Vec<String> =
        parts(content.sbom).map(|it| external_document(&it.diff_id)).collect();
    layers.sort_unstable();
    for it in layers {
        json.object(|json| {
            write(json, ROOT, Word::Contains.as_str(), |json| {
                json.text(&format!("{it}:SPDXRef-DocumentRoot"));
            });
        });
    }
}

/// What is stated of the elements of the document, in order.
fn all(content: &Content<'_>) -> Vec<Relationship> {
    let parts =
        content.components.par_chunks(AT_ONCE).zip(content.packages.in_order.par_chunks(AT_ONCE));
    let mut found: Vec<Relationship> = parts
        .flat_map_iter(|(components, packages)| {
            let stated = content.sbom.relationships_of(components).map(|(_, stated)| stated);
            packages
                .iter()
                .zip(stated)
                .flat_map(|(package, stated)| of_package(*package, stated, content))
        })
        .collect();
    found.par_sort_unstable();
    found
}

/// What is stated of a package.
fn of_package(
    (component, package): (&Component, Local),
    stated: &[model::Relationship],
    content: &Content<'_>,
) -> Vec<Relationship> {
    let (relation, comment) = match component.identity.origin() {
        Origin::Installed => (Word::Contains, None),
        Origin::Attested => (Word::Other, Some(attested(component).into())),
        Origin::Declared => (Word::DependsOn, None),
    };
    let mut found = vec![Relationship { from: ROOT, relation, to: package, comment }];
    let of_files = |from, relation, to| Relationship { from, relation, to, comment: None };
    let owned = content.files.owned(component);
    found.extend(owned.map(|(_, file)| of_files(package, Word::Contains, *file)));
    let proofs = content.files.proofs(component);
    found.extend(proofs.map(|file| of_files(file, Word::MetafileOf, package)));
    let ends = stated.iter().filter_map(|it| Some((it, content.packages.of(&it.to)?)));
    found.extend(ends.map(|(it, to)| relationship(it, package, to)));
    found
}

fn relationship(it: &model::Relationship, from: Local, to: Local) -> Relationship {
    let (from, relation, to, comment) = match it.relation {
        Relation::DependsOn => (from, Word::DependsOn, to, None),
        Relation::LinksTo => (from, Word::DynamicLink, to, None),
        Relation::LinksStatically => (from, Word::StaticLink, to, None),
        Relation::OwnedBy => (to, Word::Contains, from, Some(words::shared_file(&it.proof).into())),
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
