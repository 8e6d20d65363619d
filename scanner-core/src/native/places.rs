//! Directories and binaries by the paths that loaders look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fs::LayeredFs;
use crate::model::{Binary, Machine};
use crate::path::ImagePath;

/// The binaries of an image, by path, and what has been looked up among them.
pub(super) struct Places<'a> {
    pub(super) fs: &'a LayeredFs<'a>,
    pub(super) files: &'a [(ImagePath, Arc<Binary>)],
    directories: Vec<Directory>,
    by_path: BTreeMap<ImagePath, usize>,
    by_text: BTreeMap<Box<[u8]>, Option<usize>>,
}

/// A directory that loaders look into.
struct Directory {
    path: ImagePath,
    /// Directories for better processors, those for the best in front.
    processors: Vec<(&'static str, usize)>,
    found: BTreeMap<Box<str>, Option<usize>>,
}

/// A file, and the directory that it was found in: a link may lead elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Its place among the files.
    pub(super) file: usize,
    /// The directory by which it was found, which is what `$ORIGIN` means in it.
    pub(super) origin: usize,
}

/// Subdirectories of `glibc-hwcaps`, for the better processors of each kind (by its ELF number), the best in front.
const PROCESSORS: &[(u32, &[&str])] = &[
    (21, &["power10", "power9"]),
    (22, &["z16", "z15", "z14", "z13"]),
    (62, &["x86-64-v4", "x86-64-v3", "x86-64-v2"]),
];

impl<'a> Places<'a> {
    pub(super) fn new(fs: &'a LayeredFs<'a>, files: &'a [(ImagePath, Arc<Binary>)]) -> Self {
        Self {
            fs,
            files,
            directories: Vec::new(),
            by_path: BTreeMap::new(),
            by_text: BTreeMap::new(),
        }
    }

    /// The binary at a place.
    pub(super) fn binary(&self, file: usize) -> Option<&'a Binary> {
        self.files.get(file).map(|(_, binary)| binary.as_ref())
    }

    /// The directory that a text leads to, links followed; it must be absolute.
    pub(super) fn directory(&mut self, text: &str) -> Option<usize> {
        if let Some(known) = self.by_text.get(text.as_bytes()) {
            return *known;
        }
        let path = text.starts_with('/').then(|| self.walk(text)).flatten();
        let found =
            path.filter(|path| self.fs.is_directory(path)).map(|path| self.directory_at(path));
        self.by_text.insert(text.as_bytes().into(), found);
        found
    }

    /// The path without links that a text leads to, component by component as the kernel does it.
    fn walk(&self, text: &str) -> Option<ImagePath> {
        let mut at = ImagePath::root();
        for component in text.split('/') {
            at = match component {
                ".." => at.parent().unwrap_or(at),
                _ => self.fs.resolve(&at.join(component)?).ok()?,
            };
        }
        Some(at)
    }

    fn directory_at(&mut self, path: ImagePath) -> usize {
        if let Some(known) = self.by_path.get(&path) {
            return *known;
        }
        let id = self.directories.len();
        self.by_path.insert(path.clone(), id);
        let better = path.join("glibc-hwcaps").and_then(|it| self.fs.resolve(&it).ok());
        self.directories.push(Directory { path, processors: Vec::new(), found: BTreeMap::new() });
        if let Some(better) = better {
            let names = PROCESSORS.iter().flat_map(|(_, names)| names.iter());
            let there =
                |name: &&'static str| Some((*name, self.fs.resolve(&better.join(name)?).ok()?));
            let processors: Vec<_> = names.filter_map(there).collect();
            let processors: Vec<_> = processors
                .into_iter()
                .map(|(name, path)| (name, self.directory_at(path)))
                .collect();
            if let Some(directory) = self.directories.get_mut(id) {
                directory.processors = processors;
            }
        }
        id
    }

    /// The path of a directory.
    pub(super) fn path_of(&self, directory: usize) -> Option<&ImagePath> {
        self.directories.get(directory).map(|it| &it.path)
    }

    /// The directory that a file is really in.
    pub(super) fn home(&mut self, file: usize) -> usize {
        let parent = self.files.get(file).and_then(|(path, _)| path.parent());
        self.directory_at(parent.unwrap_or_else(ImagePath::root))
    }

    /// The binary that a path leads to.
    pub(super) fn at(&mut self, path: &str) -> Option<Place> {
        let (directory, name) = path.rsplit_once('/').filter(|_| path.starts_with('/'))?;
        let origin = self.directory(if directory.is_empty() { "/" } else { directory })?;
        Some(Place { file: self.inside(origin, name)?, origin })
    }

    /// The binary of this name in a directory.
    pub(super) fn inside(&mut self, directory: usize, name: &str) -> Option<usize> {
        let (fs, files) = (self.fs, self.files);
        let directory = self.directories.get_mut(directory)?;
        if let Some(known) = directory.found.get(name) {
            return *known;
        }
        let path = directory.path.join(name).and_then(|it| fs.resolve(&it).ok());
        let place = |path: ImagePath| files.binary_search_by(|(it, _)| it.cmp(&path)).ok();
        let found = path.and_then(place);
        directory.found.insert(name.into(), found);
        found
    }

    /// The binary of this name in a directory, if it can be loaded on such a machine.
    pub(super) fn fitting(
        &mut self,
        directory: usize,
        name: &str,
        machine: Machine,
    ) -> Option<usize> {
        let file = self.inside(directory, name)?;
        self.fits(file, machine).then_some(file)
    }

    /// Whether a file can be loaded on such a machine.
    pub(super) fn fits(&self, file: usize, machine: Machine) -> bool {
        self.binary(file).is_some_and(|it| it.machines.iter().any(|it| fit(*it, machine)))
    }

    /// The subdirectories for better processors of such a machine, each with its name.
    pub(super) fn processors(
        &self,
        directory: usize,
        machine: Machine,
    ) -> Vec<(&'static str, usize)> {
        let all = self.directories.get(directory).map_or(&[][..], |it| &it.processors);
        let of_kind = PROCESSORS.iter().find(|(number, _)| *number == machine.number);
        let names = of_kind.map_or(&[][..], |(_, names)| names);
        all.iter().filter(|(name, _)| names.contains(name)).copied().collect()
    }
}

/// Whether what is for one machine can be loaded together with what is for the other.
fn fit(one: Machine, other: Machine) -> bool {
    /// Machines of which what passes numbers with fractions in other registers does not fit, by ELF number:
    /// the flags that tell, and whether none of them means either.
    const FLAGS: &[(u32, u32, bool)] =
        &[(21, 0x3, true), (40, 0x600, true), (243, 0x6, false), (258, 0x7, false)];
    let same = (one.number, one.is_64_bit, one.little_endian)
        == (other.number, other.is_64_bit, other.little_endian);
    let told = FLAGS.iter().find(|(number, _, _)| *number == one.number);
    same && told.is_none_or(|(_, mask, either)| {
        let (one, other) = (one.flags & mask, other.flags & mask);
        one == other || *either && (one == 0 || other == 0)
    })
}
