//! Which file loads which: what programs and libraries ask for, as the loaders of their systems find it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Binary, Identity, NeedKind};
use crate::path::ImagePath;

/// Every program and library of an image, and what each of them loads.
#[derive(Clone, Debug, Default)]
pub struct LinkGraph {
    /// By path. Edges name files by their places here.
    pub files: Vec<LinkedFile>,
}

/// A program or library.
#[derive(Clone, Debug)]
pub struct LinkedFile {
    /// Where it is.
    pub path: ImagePath,
    /// What it says of itself.
    pub binary: Arc<Binary>,
    /// What it belongs to: the component that lists it as its own, or is it.
    pub owner: Option<Identity>,
    /// What it loads when it is itself what is run, or, of a library, by what it and the system say alone.
    pub edges: Vec<Edge>,
    /// What it asks for that is not there.
    pub missing: Vec<Missing>,
    /// Where other libraries load something else in its company than their own edges say.
    pub differences: Vec<Difference>,
}

/// A file loads another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The name that it is asked for by.
    pub name: String,
    /// How much it is asked for.
    pub kind: NeedKind,
    /// Where the loader finds it.
    pub how: How,
    /// The place of the file that is loaded.
    pub to: usize,
    /// What a processor must have for it to be this file: the name of a subdirectory of `glibc-hwcaps`.
    pub processor: Option<String>,
}

/// Something that is asked for and not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The name that it is asked for by.
    pub name: String,
    /// How much it is asked for.
    pub kind: NeedKind,
    /// Whether it is missing in a process that was followed from its program on.
    /// Of a library that no program loads by itself, the program that does may bring it.
    pub certain: bool,
}

/// In the company of a file, a library loads something else than it would alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The place of the library.
    pub from: usize,
    /// What it loads.
    pub edge: Edge,
}

/// Where a loader finds a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// At the path that is asked for.
    Path,
    /// In the run path of the old kind of the file or of what loads it.
    Rpath,
    /// In a directory of the variable for library paths.
    LibraryPath,
    /// In the run path of the file.
    Runpath,
    /// Where the loader's cache says.
    Cache,
    /// In a directory where the loader looks anyway.
    DefaultDirectory,
    /// In a directory that `ld.so.conf` names, once `ldconfig` has made a cache: there is none.
    Configured,
    /// Beside the program.
    ProgramDirectory,
    /// It is loaded already, by a name that it gives itself.
    Loaded,
}

impl How {
    /// The name used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Rpath => "rpath",
            Self::LibraryPath => "library-path",
            Self::Runpath => "runpath",
            Self::Cache => "cache",
            Self::DefaultDirectory => "default-directory",
            Self::Configured => "configured",
            Self::ProgramDirectory => "program-directory",
            Self::Loaded => "loaded",
        }
    }
}

impl LinkGraph {
    /// The place of the file at exactly this path.
    pub fn place(&self, path: &ImagePath) -> Option<usize> {
        self.files.binary_search_by(|it| it.path.cmp(path)).ok()
    }

    /// The file at exactly this path.
    pub fn file(&self, path: &ImagePath) -> Option<&LinkedFile> {
        self.files.get(self.place(path)?)
    }

    /// What the file at a place loads by itself.
    pub fn edges(&self, place: usize) -> &[Edge] {
        self.files.get(place).map_or(&[], |it| &it.edges)
    }

    /// Everything that is loaded with the program or library at a place, each with the file that loads it first,
    /// in the order in which it comes. What is only loaded on demand is left out.
    pub fn process(&self, program: usize) -> Vec<Loaded<'_>> {
        let differences = self.files.get(program).map_or(&[][..], |it| &it.differences);
        let mut other: BTreeMap<(usize, &str), Vec<&Edge>> = BTreeMap::new();
        for it in differences {
            other.entry((it.from, &it.edge.name)).or_default().push(&it.edge);
        }
        let (mut seen, mut order) = (BTreeSet::from([program]), vec![program]);
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(from) = order.get(next).copied() {
            next += 1;
            let own = self.edges(from).iter().filter(|it| !other.contains_key(&(from, &*it.name)));
            let within = other.range((from, "")..).take_while(|((file, _), _)| *file == from);
            for edge in own.chain(within.flat_map(|(_, edges)| edges.iter().copied())) {
                if edge.kind.is_immediate() && seen.insert(edge.to) {
                    found.push(Loaded { from, edge });
                    order.push(edge.to);
                }
            }
        }
        found
    }
}

/// A file that is loaded into a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded<'a> {
    /// The place of the file that loads it.
    pub from: usize,
    /// How.
    pub edge: &'a Edge,
}
