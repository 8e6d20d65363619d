//! The link graph: which program and library loads which, as the loaders of their systems would find it.
//!
//! Nothing is run. What a loader decides by the machine that it runs on is left open: a library for better processors
//! is an edge of its own beside the one for all.

mod configuration;
mod macos;
mod notices;
mod places;
mod process;
mod search;
mod system;
mod tokens;
mod versions;
mod windows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::fs::LayeredFs;
use crate::model::{
    Binary, BinaryRole, Difference, Edge, Format, LinkGraph, LinkedFile, Missing, Notice,
};
use crate::path::ImagePath;

use places::Places;
use process::{Process, load};
use search::Search;
use versions::{Unmet, unmet};
use windows::Windows;

/// Files beside the binaries that are read: the directories that they are in. A layer that is a stream keeps them.
pub const READS: &[&str] = &["/etc", "/etc/ld.so.conf.d"];

/// What the environment of a program says to its loader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `LD_LIBRARY_PATH`: directories that come before those of the system.
    pub library_path: Option<String>,
    /// `LD_PRELOAD`: libraries that are loaded into every program.
    pub preload: Option<String>,
}

impl Environment {
    /// Takes what counts from the variables of an image.
    pub fn of<'v>(variables: impl Iterator<Item = (&'v str, &'v str)>) -> Self {
        let mut it = Self::default();
        for (name, value) in variables.filter(|(_, value)| !value.is_empty()) {
            match name {
                "LD_LIBRARY_PATH" => it.library_path = Some(value.to_owned()),
                "LD_PRELOAD" => it.preload = Some(value.to_owned()),
                _ => {}
            }
        }
        it
    }
}

/// A graph, and what is wrong with it.
pub struct Linked {
    /// The graph, without owners.
    pub graph: LinkGraph,
    /// Libraries and symbol versions that are not there.
    pub notices: Vec<Notice>,
}

/// Follows every program and library. The files come by path, each once.
pub fn link(
    fs: &LayeredFs<'_>,
    files: Vec<(ImagePath, Arc<Binary>)>,
    environment: &Environment,
) -> Linked {
    let mut search = Search::new(Places::new(fs, &files), environment);
    let windows = Windows::new(&search.places);
    let mut edges: Vec<Vec<Edge>> = Vec::with_capacity(files.len());
    let mut missing: Vec<Vec<Missing>> = Vec::with_capacity(files.len());
    for (at, (_, binary)) in files.iter().enumerate() {
        let (own, lacks) = match binary.format {
            Format::Elf => alone(load(at, false, &mut search), at),
            Format::Pe => windows.edges(at, &search.places),
            Format::MachO => macos::edges(at, &mut search.places),
        };
        edges.push(own);
        missing.push(lacks);
    }
    let processes = Processes::follow(&files, &mut edges, &mut search);
    processes.settle(&files, &mut missing);
    let versions = processes.versions;
    let mut differences = processes.differences;
    let notices = std::mem::take(&mut search.configuration.notices);
    let files = files.into_iter().zip(edges.into_iter().zip(missing)).enumerate();
    let files = files.map(|(at, ((path, binary), (edges, missing)))| LinkedFile {
        path,
        binary,
        owner: None,
        edges,
        missing,
        differences: differences.remove(&at).unwrap_or_default(),
    });
    let graph = LinkGraph { files: files.collect() };
    let found = notices::notices(&graph, &versions);
    Linked { notices: notices.into_iter().chain(found).collect(), graph }
}

/// What a file loads by itself.
fn alone(process: Process, file: usize) -> (Vec<Edge>, Vec<Missing>) {
    let edges = process.edges.into_iter().filter(|(from, _)| *from == file).map(|(_, it)| it);
    let missing = process.missing.into_iter().filter(|(from, _)| *from == file).map(|(_, it)| it);
    (edges.collect(), missing.collect())
}

/// What came of following every program and, as what a program may load at any time, every library.
#[derive(Default)]
struct Processes {
    differences: BTreeMap<usize, Vec<Difference>>,
    /// What is missing in programs, by the file that asks for it.
    missing: BTreeMap<usize, BTreeSet<Missing>>,
    /// Every file that a program loads from the start.
    loaded: BTreeSet<usize>,
    /// What is found in the company of some other file although nothing is found alone, by the file that asks for it.
    found: BTreeSet<(usize, String)>,
    versions: BTreeSet<Unmet>,
}

impl Processes {
    fn follow(
        files: &[(ImagePath, Arc<Binary>)],
        edges: &mut [Vec<Edge>],
        search: &mut Search<'_>,
    ) -> Self {
        let mut it = Self::default();
        for (root, (_, binary)) in files.iter().enumerate() {
            if binary.format != Format::Elf {
                continue;
            }
            let process = load(root, true, search);
            it.versions.extend(unmet(&process, files));
            if binary.role == BinaryRole::Program {
                it.loaded.extend(process.edges.iter().map(|(_, edge)| edge.to));
                it.loaded.insert(root);
                for (from, lacks) in &process.missing {
                    it.missing.entry(*from).or_default().insert(lacks.clone());
                }
            }
            it.compare(root, process, edges);
        }
        it
    }

    /// Notes what libraries load in the company of a file that they would not load alone.
    fn compare(&mut self, root: usize, process: Process, edges: &mut [Vec<Edge>]) {
        let mut own = Vec::new();
        for (from, edge) in process.edges {
            if from == root {
                own.push(edge);
                continue;
            }
            let alone = edges.get(from).into_iter().flatten();
            let mut same =
                alone.filter(|it| it.name == edge.name && it.processor == edge.processor);
            if !same.any(|it| it.to == edge.to) {
                self.found.insert((from, edge.name.clone()));
                self.differences.entry(root).or_default().push(Difference { from, edge });
            }
        }
        if let Some(edges) = edges.get_mut(root) {
            *edges = own;
        }
    }

    /// Of files that programs load, what they lack is known from there; of others it is not certain.
    fn settle(&self, files: &[(ImagePath, Arc<Binary>)], missing: &mut [Vec<Missing>]) {
        let elf = files.iter().enumerate().filter(|(_, (_, it))| it.format == Format::Elf);
        for (at, _) in elf {
            let Some(lacks) = missing.get_mut(at) else { continue };
            if self.loaded.contains(&at) {
                *lacks = self.missing.get(&at).into_iter().flatten().cloned().collect();
            } else {
                lacks.retain(|it| !self.found.contains(&(at, it.name.clone())));
                for it in lacks {
                    it.certain = false;
                }
            }
        }
    }
}
