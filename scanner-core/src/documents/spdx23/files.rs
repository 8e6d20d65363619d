//! The files that an SPDX 2 document lists.

use std::collections::BTreeMap;

use super::document::File;
use crate::documents::assemble::Inventory;
use crate::model::{FileRecord, Sha256, unhex};
use crate::path::ImagePath;

/// Takes the files that have both digests, and gives the path of each by its identifier.
pub(super) fn take<'a>(
    files: &'a [File],
    inventory: &mut Inventory,
) -> BTreeMap<&'a str, ImagePath> {
    let mut paths = BTreeMap::new();
    for it in files {
        let layer = it.comment.lines().find_map(|it| it.strip_prefix("layerID: "));
        let layer = layer.and_then(|it| inventory.whole.layer_of(it)).unwrap_or(0);
        let record = record(it, layer).filter(|_| inventory.is_own());
        match record {
            Some(record) => {
                paths.insert(&*it.id, record.path.clone());
                inventory.files.push(record);
            }
            None => inventory.dropped.add("files", 1),
        }
    }
    inventory.files.sort_by(|a, b| a.path.cmp(&b.path));
    inventory.files.dedup_by(|a, b| a.path == b.path);
    paths
}

fn record(it: &File, layer: usize) -> Option<FileRecord> {
    let digest = |algorithm: &str| {
        let found = it.checksums.iter().find(|it| it.algorithm == algorithm);
        found.map(|it| it.checksum_value.as_str())
    };
    Some(FileRecord {
        path: ImagePath::normalize(&it.file_name)?,
        sha1: unhex(digest("SHA1")?)?,
        sha256: Sha256::parse(digest("SHA256")?)?,
        layer,
        altered: it.comment.lines().any(|it| it.starts_with("altered: ")).then_some(true),
    })
}
