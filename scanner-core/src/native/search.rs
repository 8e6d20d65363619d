//! Where the loaders of glibc and musl look for a library, in their order.
//! Specification: ld.so(8), "Description"; glibc, `elf/dl-load.c`, `_dl_map_object`; musl, `ldso/dynlink.c`,
//! `load_library`.

use std::collections::BTreeMap;

use super::Environment;
use super::configuration::Configuration;
use super::places::{Place, Places};
use super::system::{Libc, System, Systems};
use super::tokens::expand;
use crate::model::{How, Machine};

/// Searches for libraries, and remembers what the run paths of files mean.
pub(super) struct Search<'a> {
    pub(super) places: Places<'a>,
    pub(super) systems: Systems,
    pub(super) configuration: Configuration,
    pub(super) environment: &'a Environment,
    run_paths: BTreeMap<(usize, Place, bool), Vec<usize>>,
}

/// Who asks for a library: a file, what loaded it, and so on up to the program.
pub(super) struct Asking<'c> {
    /// The system that the program runs on.
    pub(super) system: usize,
    pub(super) machine: Machine,
    /// The file itself in front, the program last.
    pub(super) chain: &'c [Place],
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) place: Place,
    pub(super) how: How,
    /// What a processor must have for this file.
    pub(super) processor: Option<String>,
}

impl<'a> Search<'a> {
    pub(super) fn new(places: Places<'a>, environment: &'a Environment) -> Self {
        let configuration = Configuration::read(places.fs);
        let run_paths = BTreeMap::new();
        Self { places, systems: Systems::default(), configuration, environment, run_paths }
    }

    /// The library of a name: the file for every processor in front, then those for better ones. Nothing where no
    /// place has it.
    pub(super) fn find(&mut self, name: &str, asking: &Asking<'_>) -> Vec<Hit> {
        if name.contains('/') {
            return self.at_path(name, asking);
        }
        match self.libc(asking) {
            Some(Libc::Glibc) => self.glibc(name, asking),
            Some(Libc::Musl) => self.musl(name, asking),
            None => Vec::new(),
        }
    }

    fn libc(&self, asking: &Asking<'_>) -> Option<Libc> {
        self.systems.get(asking.system).map(|it| it.libc)
    }

    /// A path is taken as it is. One that does not begin at the root depends on where the program is started.
    fn at_path(&mut self, path: &str, asking: &Asking<'_>) -> Vec<Hit> {
        let origin = asking.chain.first().and_then(|it| self.origin(*it));
        let system = self.systems.get(asking.system);
        let path = system.zip(origin).and_then(|(system, origin)| expand(path, &origin, system));
        let place = path.and_then(|it| self.places.at(&it));
        let place = place.filter(|it| self.places.fits(it.file, asking.machine));
        place.map(|place| Hit { place, how: How::Path, processor: None }).into_iter().collect()
    }

    fn glibc(&mut self, name: &str, asking: &Asking<'_>) -> Vec<Hit> {
        let Some(own) = asking.chain.first().copied() else { return Vec::new() };
        let mut hits = Vec::new();
        let machine = asking.machine;
        if self.run_path(own, asking.system, true).is_empty() && !self.has_runpath(own) {
            for loader in asking.chain {
                if !self.has_runpath(*loader) {
                    let directories = self.run_path(*loader, asking.system, false);
                    if self.look(&directories, (name, machine), How::Rpath, &mut hits) {
                        return in_order(hits);
                    }
                }
            }
        }
        let variable = self.library_path(asking);
        let runpath = self.run_path(own, asking.system, true);
        let bare = self.places.binary(own.file).is_some_and(|it| it.no_default_directories);
        let default =
            self.systems.get(asking.system).map(|it| it.default.clone()).unwrap_or_default();
        let found = self.look(&variable, (name, machine), How::LibraryPath, &mut hits)
            || self.look(&runpath, (name, machine), How::Runpath, &mut hits)
            || self.cached(name, machine, if bare { &default } else { &[] }, &mut hits)
            || !bare && self.look(&default, (name, machine), How::DefaultDirectory, &mut hits);
        if !found && self.configuration.cache.is_none() {
            let texts = self.configuration.directories.clone();
            let directories = super::configuration::existing(&mut self.places, &texts);
            self.look(&directories, (name, machine), How::Configured, &mut hits);
        }
        in_order(hits)
    }

    /// musl knows nothing of caches, processors or old and new run paths: those of all that led here count.
    fn musl(&mut self, name: &str, asking: &Asking<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let variable = self.library_path(asking);
        let mut found = self.look_plainly(&variable, name, How::LibraryPath, &mut hits);
        for loader in asking.chain {
            let new = self.has_runpath(*loader);
            let how = if new { How::Runpath } else { How::Rpath };
            let directories = self.run_path(*loader, asking.system, new);
            found = found || self.look_plainly(&directories, name, how, &mut hits);
        }
        if !found {
            let default = self.systems.get(asking.system).map(|it| it.default.clone());
            self.look_plainly(&default.unwrap_or_default(), name, How::DefaultDirectory, &mut hits);
        }
        hits.retain(|it| self.places.fits(it.place.file, asking.machine));
        hits
    }

    /// Looks into directories, and into those of each for better processors, until a file serves every processor.
    fn look(
        &mut self,
        directories: &[usize],
        (name, machine): (&str, Machine),
        how: How,
        hits: &mut Vec<Hit>,
    ) -> bool {
        for directory in directories {
            for (processor, better) in self.places.processors(*directory, machine) {
                if let Some(file) = self.places.fitting(better, name, machine) {
                    let place = Place { file, origin: better };
                    hits.push(Hit { place, how, processor: Some(processor.to_owned()) });
                }
            }
            if let Some(file) = self.places.fitting(*directory, name, machine) {
                hits.push(Hit { place: Place { file, origin: *directory }, how, processor: None });
                return true;
            }
        }
        false
    }

    fn look_plainly(
        &mut self,
        directories: &[usize],
        name: &str,
        how: How,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let found = directories.iter().find_map(|origin| {
            Some(Place { file: self.places.inside(*origin, name)?, origin: *origin })
        });
        hits.extend(found.map(|place| Hit { place, how, processor: None }));
        found.is_some()
    }

    /// What the cache has under a name, unless it is in a directory that must not be looked into.
    fn cached(&mut self, name: &str, machine: Machine, but: &[usize], hits: &mut Vec<Hit>) -> bool {
        let entries = self.configuration.cache.as_ref().and_then(|it| it.get(name));
        for entry in entries.into_iter().flatten() {
            let Some(place) = self.places.at(&entry.path) else { continue };
            if !self.places.fits(place.file, machine) || but.contains(&place.origin) {
                continue;
            }
            hits.push(Hit { place, how: How::Cache, processor: entry.processor.clone() });
            if entry.processor.is_none() {
                return true;
            }
        }
        false
    }

    fn library_path(&mut self, asking: &Asking<'_>) -> Vec<usize> {
        let Some(list) = self.environment.library_path.as_deref() else { return Vec::new() };
        let origin = asking.chain.last().and_then(|it| self.origin(*it)).unwrap_or_default();
        let Some(system) = self.systems.get(asking.system) else { return Vec::new() };
        let separators: &[char] =
            if system.libc == Libc::Musl { &[':', '\n'] } else { &[':', ';'] };
        let expand = |it: &str| match system.libc {
            Libc::Glibc => expand(it, &origin, system),
            Libc::Musl => Some(it.to_owned()),
        };
        let paths: Vec<String> = list.split(separators).filter_map(expand).collect();
        super::configuration::existing(&mut self.places, &paths)
    }

    fn has_runpath(&self, place: Place) -> bool {
        self.places.binary(place.file).is_some_and(|it| !it.runpath.is_empty())
    }

    /// The directories that a file names, in its run path of the new or the old kind.
    fn run_path(&mut self, place: Place, system: usize, new: bool) -> Vec<usize> {
        let Some(binary) = self.places.binary(place.file) else { return Vec::new() };
        let texts = if new { &binary.runpath } else { &binary.rpath };
        if texts.is_empty() {
            return Vec::new();
        }
        if let Some(known) = self.run_paths.get(&(system, place, new)) {
            return known.clone();
        }
        let origin = self.origin(place).unwrap_or_default();
        let expanded: Option<Vec<String>> = self.systems.get(system).and_then(|system| {
            let all = texts.iter().map(|it| expand(it, &origin, system));
            // musl leaves out the whole list for one path that it does not understand.
            if system.libc == Libc::Musl { all.collect() } else { Some(all.flatten().collect()) }
        });
        let found = super::configuration::existing(&mut self.places, &expanded.unwrap_or_default());
        self.run_paths.insert((system, place, new), found.clone());
        found
    }

    /// The directory by which a file was found.
    fn origin(&self, place: Place) -> Option<String> {
        Some(self.places.path_of(place.origin)?.display().into_owned())
    }

    /// The system of a place.
    pub(super) fn system(&self, place: usize) -> Option<&System> {
        self.systems.get(place)
    }
}

/// The file for every processor in front.
fn in_order(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|it| it.processor.is_some());
    hits
}
