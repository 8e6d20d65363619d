//! SPDX 3.0.1 as JSON-LD, in the flat form that its specification asks for.

mod element;
mod graph;
mod package;
mod relations;

use element::Document as Spdx;

use super::assemble::Inventory;
use super::dropped::Dropped;
use super::json::{self, Place};
use super::{Document, DocumentError, words};
use crate::emit::{Lifecycle, Stamp};
use crate::limits::Limits;
use graph::Graph;

/// The context whose terms are read.
const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

/// Reads a document.
pub(super) fn read(bytes: &[u8], place: Place, limits: &Limits) -> Result<Document, DocumentError> {
    let mut dropped = Dropped::default();
    let document: Spdx = json::document(bytes, place, &mut dropped)?;
    if document.context != CONTEXT {
        return Err(DocumentError::Version(format!("of the context {}", document.context)));
    }
    let inventory = inventory(&Graph::new(&document.graph), dropped, limits);
    Ok(inventory.finish("SPDX 3.0.1 JSON-LD".to_owned(), limits))
}

fn inventory(graph: &Graph<'_>, dropped: Dropped, limits: &Limits) -> Inventory {
    let document = graph.of_kind("SpdxDocument").next();
    let name = document.map(|it| it.name.clone()).unwrap_or_default();
    let mut inventory = Inventory::new(name, tools(graph), stamp(graph), dropped);
    if let Some(document) = document {
        inventory.about(&document.comment, limits);
    }
    let root = graph.root(inventory.is_own());
    let licenses = relations::licenses(graph);
    for it in graph.of_kind("software_Package") {
        if Some(&*it.spdx_id) == root {
            package::root(it, graph, &mut inventory);
        } else {
            package::take(it, graph, &licenses, &mut inventory);
        }
    }
    relations::take(graph, root, &mut inventory);
    for it in graph.of_kind("Annotation") {
        match words::notice(&it.statement).filter(|_| inventory.is_own()) {
            Some(notice) => inventory.notices.push(notice),
            None => inventory.dropped.add("annotations", 1),
        }
    }
    for it in graph.of_kind("software_File") {
        let digest = |algorithm: &str| {
            let found = it.verified_using.iter().find(|it| it.algorithm == algorithm);
            found.map_or("", |it| &it.hash_value)
        };
        let file = inventory.file(&it.name, (digest("sha1"), digest("sha256")), &it.comment);
        inventory.dropped.add("files", usize::from(file.is_none()));
    }
    inventory
}

/// Programs that made the document.
fn tools(graph: &Graph<'_>) -> Vec<String> {
    let kinds = ["Tool", "SoftwareAgent"].into_iter();
    kinds.flat_map(|kind| graph.of_kind(kind)).map(|it| it.name.clone()).collect()
}

fn stamp(graph: &Graph<'_>) -> Stamp {
    let created = graph.creation().map_or("", |it| &it.created);
    let in_build =
        graph.of_kind("software_Sbom").any(|it| it.sbom_type.iter().any(|it| it == "build"));
    Stamp {
        created: Stamp::seconds(created),
        lifecycle: if in_build { Lifecycle::Build } else { Lifecycle::PostBuild },
        ..Stamp::default()
    }
}
