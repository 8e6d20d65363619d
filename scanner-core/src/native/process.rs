//! What is loaded together with a file: breadth first, each library once, as the loaders of ELF files do it.
//! Specification: glibc, `elf/dl-deps.c` and `elf/dl-load.c`; musl, `ldso/dynlink.c`, `load_deps`.

use std::collections::BTreeMap;

use super::places::Place;
use super::search::{Asking, Hit, Search};
use super::system::Libc;
use crate::model::{BinaryRole, Edge, How, Machine, Missing, NeedKind};

/// Files of one process. Real ones stay below some hundred.
const MEMBERS: usize = 10_000;

/// What a process came to.
#[derive(Default)]
pub(super) struct Process {
    /// What loads what, in the order in which it happens.
    pub(super) edges: Vec<(usize, Edge)>,
    /// What is not there.
    pub(super) missing: Vec<(usize, Missing)>,
    /// Which file each name means that a file needs. A name that nothing stands for is not here.
    pub(super) meanings: BTreeMap<(usize, String), usize>,
}

/// A file in the process, and which member loaded it first.
#[derive(Clone, Copy)]
struct Member {
    place: Place,
    by: Option<usize>,
}

/// A process that is being put together.
struct Loading<'s, 'a> {
    search: &'s mut Search<'a>,
    system: usize,
    libc: Libc,
    machine: Machine,
    members: Vec<Member>,
    /// Members by the names that they were asked for by and that they give themselves.
    names: BTreeMap<String, usize>,
    by_file: BTreeMap<usize, usize>,
    found: Process,
}

/// Loads a file, and what it needs, and what that needs; or, where asked, only what it needs itself.
pub(super) fn load(file: usize, whole: bool, search: &mut Search<'_>) -> Process {
    let Some(binary) = search.places.binary(file) else { return Process::default() };
    let Some(machine) = binary.machines.first().copied() else { return Process::default() };
    let system = search.systems.of(binary, &mut search.places, &mut search.configuration);
    let Some((system, libc)) = system.and_then(|it| Some((it, search.system(it)?.libc))) else {
        return Process::default();
    };
    let origin = search.places.home(file);
    let mut loading = Loading {
        search,
        system,
        libc,
        machine,
        members: Vec::new(),
        names: BTreeMap::new(),
        by_file: BTreeMap::new(),
        found: Process::default(),
    };
    loading.admit(Place { file, origin }, None);
    loading.loader();
    let is_run = binary.role == BinaryRole::Program && binary.interpreter.is_some();
    if is_run && whole && loading.found.missing.is_empty() {
        loading.preload();
    }
    let mut next = 0;
    while next < loading.members.len() && (whole || next == 0) {
        loading.needs(next);
        next += 1;
    }
    loading.found
}

impl Loading<'_, '_> {
    /// Takes a file in, unless it is there already, and says where it stands.
    fn admit(&mut self, place: Place, by: Option<usize>) -> usize {
        if let Some(known) = self.by_file.get(&place.file) {
            return *known;
        }
        let member = self.members.len();
        self.members.push(Member { place, by });
        self.by_file.insert(place.file, member);
        // musl knows libraries only by the names that they were found by.
        let binary = self.search.places.binary(place.file).filter(|_| self.libc == Libc::Glibc);
        if let Some(name) = binary.and_then(|it| it.name.as_ref()) {
            self.names.entry(name.clone()).or_insert(member);
        }
        member
    }

    /// The kernel has loaded the loader before anything is looked for.
    fn loader(&mut self) {
        let Some(root) = self.members.first().copied() else { return };
        let binary = self.search.places.binary(root.place.file);
        let Some(name) = binary.and_then(|it| it.interpreter.clone()) else { return };
        let kind = NeedKind::Interpreter;
        match self.search.system(self.system).and_then(|it| it.loader) {
            // glibc's C library names a loader although it is loaded by it.
            Some(loader) if loader.file != root.place.file => {
                let member = self.admit(loader, Some(0));
                self.names.entry(name.clone()).or_insert(member);
                let edge = Edge { name, kind, how: How::Path, to: loader.file, processor: None };
                self.found.edges.push((root.place.file, edge));
            }
            Some(_) => {}
            None => {
                self.found.missing.push((root.place.file, Missing { name, kind, certain: true }));
            }
        }
    }

    /// What configuration and environment load into every program.
    fn preload(&mut self) {
        let variable = self.search.environment.preload.clone().unwrap_or_default();
        let mut names: Vec<String> =
            variable.split([' ', ':']).filter(|it| !it.is_empty()).map(str::to_owned).collect();
        if self.libc == Libc::Glibc {
            names.extend(self.search.configuration.preload.iter().cloned());
        }
        for name in names {
            self.need(0, &[name], NeedKind::Preload);
        }
    }

    /// What a member asks for.
    fn needs(&mut self, member: usize) {
        let file = self.members.get(member).map(|it| it.place.file);
        let binary = file.and_then(|it| self.search.places.binary(it));
        for need in binary.into_iter().flat_map(|it| &it.needs) {
            if need.kind != NeedKind::Interpreter {
                self.need(member, &need.names, need.kind);
            }
        }
    }

    /// The first of some names that stands for anything.
    fn need(&mut self, member: usize, names: &[String], kind: NeedKind) {
        let Some(from) = self.members.get(member).map(|it| it.place.file) else { return };
        for name in names {
            let hits = self.meaning(member, name);
            let Some(first) = hits.first().map(|it| it.place) else { continue };
            // What is loaded on demand is not there when the others look for their libraries.
            if kind.is_immediate() && self.members.len() < MEMBERS {
                let loaded = self.admit(first, Some(member));
                self.names.entry(name.clone()).or_insert(loaded);
            }
            self.found.meanings.entry((from, name.clone())).or_insert(first.file);
            let edges = hits.into_iter().map(|hit| {
                let Hit { place, how, processor } = hit;
                (from, Edge { name: name.clone(), kind, how, to: place.file, processor })
            });
            self.found.edges.extend(edges);
            return;
        }
        if let Some(name) = names.first().cloned() {
            self.found.missing.push((from, Missing { name, kind, certain: true }));
        }
    }

    fn meaning(&mut self, member: usize, name: &str) -> Vec<Hit> {
        let already = |place| vec![Hit { place, how: How::Loaded, processor: None }];
        if self.libc == Libc::Musl && is_own(name) {
            let loader = self.search.system(self.system).and_then(|it| it.loader);
            return loader.map(already).unwrap_or_default();
        }
        let known = self.names.get(name).and_then(|it| self.members.get(*it));
        if let Some(known) = known {
            return already(known.place);
        }
        let chain = self.chain(member);
        let asking = Asking { system: self.system, machine: self.machine, chain: &chain };
        self.search.find(name, &asking)
    }

    /// A member, what loaded it, and so on up to the root.
    fn chain(&self, member: usize) -> Vec<Place> {
        let above = |at: &usize| self.members.get(*at).and_then(|it| it.by);
        let chain = std::iter::successors(Some(member), above);
        chain.filter_map(|it| self.members.get(it)).map(|it| it.place).collect()
    }
}

/// Names that musl's loader takes for itself: it is all of them in one file.
fn is_own(name: &str) -> bool {
    const PARTS: [&str; 7] = ["c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."];
    let rest = name.strip_prefix("lib");
    rest.is_some_and(|rest| PARTS.iter().any(|it| rest.starts_with(it)))
}
