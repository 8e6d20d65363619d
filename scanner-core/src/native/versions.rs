//! Symbol versions that a file needs and its library does not define: glibc refuses to load such a file.
//! Specification: glibc, `elf/dl-version.c`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::process::Process;
use crate::model::Binary;
use crate::path::ImagePath;

/// A version that is needed and not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unmet {
    /// The place of the file that needs it.
    pub(super) from: usize,
    /// The place of the library that should define it.
    pub(super) library: usize,
    pub(super) version: String,
}

/// The versions that are not there in a process, of the files that load something in it.
pub(super) fn unmet(process: &Process, files: &[(ImagePath, Arc<Binary>)]) -> Vec<Unmet> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (from, _) in &process.edges {
        if !seen.insert(*from) {
            continue;
        }
        let Some((_, binary)) = files.get(*from) else { continue };
        for (library, versions) in &binary.versions_needed {
            let place = process.meanings.get(&(*from, library.clone()));
            let Some((place, (_, target))) = place.and_then(|it| Some((*it, files.get(*it)?)))
            else {
                continue;
            };
            // A library without versions is taken as it is.
            let lacks = |it: &&String| {
                !target.versions_defined.is_empty() && !target.versions_defined.contains(it)
            };
            let unmet = versions.iter().filter(lacks);
            found.extend(unmet.map(|it| Unmet {
                from: *from,
                library: place,
                version: it.clone(),
            }));
        }
    }
    found
}
