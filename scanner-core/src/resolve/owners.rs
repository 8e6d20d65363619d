//! Whose a file is: by the file lists of packages, and by the directories that are theirs as a whole.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::{Component, Kind};
use crate::path::ImagePath;

/// The owners of some files.
pub(super) struct Owners<'a> {
    /// In order.
    files: Vec<Owned<'a>>,
    folders: BTreeMap<&'a [u8], &'a Component>,
}

/// A file of which it is asked whose it is.
struct Owned<'a> {
    path: Backwards<'a>,
    owners: Vec<&'a Component>,
}

/// A path that is compared from its end on: most paths begin alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Backwards<'a> {
    end: u128,
    whole: &'a [u8],
}

impl<'a> Backwards<'a> {
    fn of(path: &'a ImagePath) -> Self {
        let whole = path.as_bytes();
        let end = whole.last_chunk().map_or(0, |it| u128::from_le_bytes(*it));
        Self { end, whole }
    }
}

impl<'a> Owners<'a> {
    /// Looks for the owners of these files. Lists are walked once, however long they are.
    pub(super) fn of(
        components: &'a [Component],
        wanted: impl Iterator<Item = &'a ImagePath>,
    ) -> Self {
        let mut wanted: Vec<Backwards<'_>> = wanted.map(Backwards::of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let owned = wanted.into_iter().map(|path| Owned { path, owners: Vec::new() });
        let mut files: Vec<Owned<'_>> = owned.collect();
        let mut folders = BTreeMap::new();
        let of = |it: &Component| it.owns.iter().filter_map(|path| place(&files, path)).collect();
        let places: Vec<Vec<usize>> = match files.as_slice() {
            [] => Vec::new(),
            _ => components.par_iter().map(of).collect(),
        };
        for (component, places) in components.iter().zip(places) {
            for place in places {
                if let Some(file) = files.get_mut(place) {
                    file.owners.push(component);
                }
            }
        }
        for component in components {
            folders.extend(component.folders.iter().map(|path| (path.as_bytes(), component)));
        }
        Self { files, folders }
    }

    /// The components that list the file as their own, and the one whose directory it is in, the deepest of them.
    pub(super) fn owners(&self, path: &ImagePath) -> Vec<&'a Component> {
        let file = place(&self.files, path).and_then(|it| self.files.get(it));
        let listed = file.into_iter().flat_map(|it| &it.owners).copied();
        listed.chain(self.by_folder(path)).collect()
    }

    fn by_folder(&self, path: &ImagePath) -> Option<&'a Component> {
        let mut rest = path.as_bytes();
        while let Some(end) =
            rest.iter().rposition(|byte| *byte == b'/').filter(|_| !self.folders.is_empty())
        {
            rest = rest.get(..end)?;
            if let Some(owner) = self.folders.get(rest) {
                return Some(owner);
            }
        }
        None
    }
}

fn place(files: &[Owned<'_>], path: &ImagePath) -> Option<usize> {
    let path = Backwards::of(path);
    files.binary_search_by(|it| it.path.cmp(&path)).ok()
}

/// What owns a file, in the order in which it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A package of the operating system.
    Package,
    /// Another component: a package of a language, or the very program that the file is.
    Component,
}

impl Owner {
    /// The most telling of some owners.
    pub(super) fn of(owners: &[&Component]) -> Option<Self> {
        let package = owners.iter().any(|it| it.kind == Kind::OsPackage);
        let owner = if package { Self::Package } else { Self::Component };
        (!owners.is_empty()).then_some(owner)
    }
}
