//! SPDX 2.2 and 2.3 as JSON.

mod document;
mod files;
mod package;
mod relations;

use std::collections::{BTreeMap, BTreeSet};

use document::{Annotation, Document as Spdx, ExtractedLicense};

use super::assemble::Inventory;
use super::dropped::Dropped;
use super::json::{self, Place};
use super::{Document, DocumentError, words};
use crate::emit::Stamp;
use crate::limits::Limits;
use crate::model::Identity;

/// Versions that are read.
const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

/// Reads a document.
pub(super) fn read(bytes: &[u8], place: Place, limits: &Limits) -> Result<Document, DocumentError> {
    let mut dropped = Dropped::default();
    let document: Spdx = json::document(bytes, place, &mut dropped)?;
    if !VERSIONS.contains(&&*document.spdx_version) {
        return Err(DocumentError::Version(document.spdx_version));
    }
    let format = document.spdx_version.replace('-', " ") + " JSON";
    Ok(inventory(&document, dropped, limits).finish(format, limits))
}

fn inventory(document: &Spdx, dropped: Dropped, limits: &Limits) -> Inventory {
    let info = &document.creation_info;
    let tools = info.creators.iter().filter_map(|it| it.strip_prefix("Tool: "));
    let tools = tools.map(str::to_owned).collect();
    let stamp = Stamp { created: Stamp::seconds(&info.created), ..Stamp::default() };
    let mut inventory = Inventory::new(document.name.clone(), tools, stamp, dropped);
    inventory.about(&document.comment, limits);
    let root = root(document, inventory.is_own());
    let texts = texts(&document.has_extracted_licensing_infos);
    let mut identities: BTreeMap<&str, Identity> = BTreeMap::new();
    for it in &document.packages {
        if root.as_deref() == Some(&*it.id) {
            package::root(it, &mut inventory);
        } else if let Some(draft) = package::draft(it, &mut inventory, &texts) {
            identities.insert(&it.id, inventory.add(draft));
        }
    }
    let paths = files::take(&document.files, &mut inventory);
    let places = relations::Places { identities, paths, root: root.as_deref() };
    for it in &document.relationships {
        relations::take(it, &places, &mut inventory);
    }
    annotations(&document.annotations, &mut inventory);
    inventory
}

/// The package that stands for what was scanned: the one that the document describes. Where another tool's document has
/// no package but that one, it is a component.
fn root(document: &Spdx, is_own: bool) -> Option<String> {
    let related = document.relationships.iter();
    let related = related.filter(|it| it.from == document.id && it.relation == "DESCRIBES");
    let described: BTreeSet<&str> = related
        .map(|it| &*it.to)
        .chain(document.document_describes.iter().map(|it| &**it))
        .collect();
    let one = described.len() == 1 && (is_own || document.packages.len() > 1);
    described.into_iter().next().filter(|_| one).map(str::to_owned)
}

fn texts(licenses: &[ExtractedLicense]) -> BTreeMap<&str, &str> {
    licenses.iter().map(|it| (&*it.license_id, &*it.extracted_text)).collect()
}

fn annotations(annotations: &[Annotation], inventory: &mut Inventory) {
    for it in annotations {
        match words::notice(&it.comment).filter(|_| inventory.is_own()) {
            Some(notice) => inventory.notices.push(notice),
            None => inventory.dropped.add("annotations", 1),
        }
    }
}
