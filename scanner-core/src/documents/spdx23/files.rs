//! The files that an SPDX 2 document lists.

use std::collections::BTreeMap;

use super::document::File;
use crate::documents::assemble::Inventory;
use crate::path::ImagePath;

/// Takes the files that have both digests, and gives the path of each by its identifier.
pub(super) fn take<'a>(
    files: &'a [File],
    inventory: &mut Inventory,
) -> BTreeMap<&'a str, ImagePath> {
    let mut paths = BTreeMap::new();
    for it in files {
        let digest = |algorithm: &str| {
            let found = it.checksums.iter().find(|it| it.algorithm == algorithm);
            found.map_or("", |it| &it.checksum_value)
        };
        let path = inventory.file(&it.file_name, (digest("SHA1"), digest("SHA256")), &it.comment);
        match path {
            Some(path) => {
                paths.insert(&*it.id, path);
            }
            None => inventory.dropped.add("files", 1),
        }
    }
    paths
}
