//! Whose a file is: by the file lists of packages, and by the directories that are theirs as a whole.

use std::collections::BTreeMap;

use crate::model::{Component, Kind};
use crate::path::ImagePath;

/// The owners of some files.
pub(super) struct Owners<'a> {
    files: BTreeMap<&'a [u8], Vec<&'a Component>>,
    folders: BTreeMap<&'a [u8], &'a Component>,
}

impl<'a> Owners<'a> {
    /// Looks for the owners of these files. Lists are walked once, however long they are.
    pub(super) fn of(
        components: &'a [Component],
        wanted: impl Iterator<Item = &'a ImagePath>,
    ) -> Self {
        let mut files: BTreeMap<&[u8], Vec<&Component>> =
            wanted.map(|path| (path.as_bytes(), Vec::new())).collect();
        let mut folders = BTreeMap::new();
        for component in components {
            for path in &component.owns {
                if let Some(owners) = files.get_mut(path.as_bytes()) {
                    owners.push(component);
                }
            }
            folders.extend(component.folders.iter().map(|path| (path.as_bytes(), component)));
        }
        Self { files, folders }
    }

    /// The components that list the file as their own, and the one whose directory it is in, the deepest of them.
    pub(super) fn owners(&self, path: &ImagePath) -> Vec<&'a Component> {
        let listed = self.files.get(path.as_bytes()).into_iter().flatten().copied();
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
