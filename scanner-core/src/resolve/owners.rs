//! Whose a file is: by the file lists of packages, and by the directories that are theirs as a whole.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::by_hash::ByHash;
use crate::model::{Component, Kind};
use crate::path::ImagePath;

/// The owners of some files.
pub(super) struct Owners<'a> {
    files: Vec<Owned<'a>>,
    by_path: ByHash,
    folders: BTreeMap<&'a [u8], &'a Component>,
}

/// A file of which it is asked whose it is.
struct Owned<'a> {
    path: &'a ImagePath,
    owners: Vec<&'a Component>,
}

impl<'a> Owners<'a> {
    /// Looks for the owners of these files. Lists are walked once, however long they are.
    pub(super) fn of(
        components: &'a [Component],
        wanted: impl Iterator<Item = &'a ImagePath>,
    ) -> Self {
        let files = wanted.map(|path| Owned { path, owners: Vec::new() }).collect::<Vec<_>>();
        let by_path = ByHash::of(&files, |it| it.path);
        let mut owners = Self { files, by_path, folders: BTreeMap::new() };
        let of = |it: &Component| it.owns.iter().filter_map(|path| owners.place(path)).collect();
        let places: Vec<Vec<usize>> = if owners.files.is_empty() {
            Vec::new()
        } else {
            components.par_iter().map(of).collect()
        };
        for (component, places) in components.iter().zip(places) {
            for place in places {
                if let Some(file) = owners.files.get_mut(place) {
                    file.owners.push(component);
                }
            }
        }
        for component in components {
            owners.folders.extend(component.folders.iter().map(|it| (it.as_bytes(), component)));
        }
        owners
    }

    /// Where a file is. One that is asked for several times counts at its first place.
    fn place(&self, path: &ImagePath) -> Option<usize> {
        self.by_path.places(path).find(|at| self.files.get(*at).is_some_and(|it| it.path == path))
    }

    /// The components that list the file as their own, and the one whose directory it is in, the deepest of them.
    pub(super) fn owners(&self, path: &ImagePath) -> Vec<&'a Component> {
        let file = self.place(path).and_then(|it| self.files.get(it));
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
