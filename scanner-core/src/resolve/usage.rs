//! What of the inventory the entrypoint uses: from the programs of its trace over what they load and read to the
//! components that own those files, and from there over the dependencies of languages.
//!
//! Dependencies of OS packages are not followed: they say what must be installed, not what runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::owners::Owners;
use crate::model::{
    Certainty, Component, Identity, Kind, LinkGraph, Outcome, Relation, Relationship, Trace, Usage,
    Used,
};
use crate::path::ImagePath;

/// Files that the C library of GNU maps for its programs by itself, beside what they link.
const OF_LIBC: [&str; 3] = [
    "/usr/lib/locale/C.utf8/LC_CTYPE",
    "/usr/lib/locale/locale-archive",
    "/usr/lib/locale/C.UTF-8/LC_CTYPE",
];

/// Works out the usage of an inventory; components and relationships are sorted.
pub fn usage(
    trace: &Trace,
    components: &[Component],
    relationships: &[Relationship],
    links: &LinkGraph,
) -> Usage {
    let mut programs: Vec<String> =
        trace.terminals.iter().map(|it| it.program.display().into_owned()).collect();
    programs.sort_unstable();
    programs.dedup();
    let files = Files::of(trace, &programs, links);
    let mut inventory = Inventory { components, relationships, used: BTreeMap::new() };
    inventory.own(&files);
    inventory.reach(&files);
    inventory.follow();
    if trace.outcome == Outcome::Unresolved {
        inventory.keep_all();
    }
    Usage { outcome: trace.outcome, entrypoints: programs, components: inventory.used }
}

/// Files that are used.
#[derive(Default)]
struct Files {
    used: BTreeMap<ImagePath, Used>,
    /// Directories from which more may be loaded.
    reached: BTreeMap<ImagePath, Used>,
}

impl Files {
    fn of(trace: &Trace, programs: &[String], links: &LinkGraph) -> Self {
        let mut files = Self::default();
        let leading = leading(trace, programs);
        for (at, hop) in trace.hops.iter().enumerate() {
            // What leads to no program is part of what leads to all of them.
            let all = || (0..programs.len()).collect();
            let by = leading.get(&at).map_or_else(all, |it| it.iter().copied().collect());
            let own: Vec<String> = hop.file.iter().map(|it| it.display().into_owned()).collect();
            let stack = trace.stack(at);
            let base = Used { certainty: hop.certainty, by, why: own.clone(), stack };
            files.add(hop.file.iter(), &base, links);
            for path in &hop.reads {
                let mut used = base.onward(own.clone());
                used.why.push(path.display().into_owned());
                files.add(std::iter::once(path), &used, links);
            }
            for path in &hop.reaches {
                let mut used = Used { certainty: Certainty::Possible, ..base.onward(own.clone()) };
                used.why.push(path.display().into_owned());
                for file in below(links, path) {
                    let mut used = used.clone();
                    used.why.push(file.display().into_owned());
                    files.add(std::iter::once(&file), &used, links);
                }
                improve(&mut files.reached, path.clone(), used);
            }
        }
        files
    }

    /// Adds files with all that is loaded with them.
    fn add<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p ImagePath>,
        used: &Used,
        links: &LinkGraph,
    ) {
        for path in paths {
            if !improve(&mut self.used, path.clone(), used.clone()) {
                continue;
            }
            let mut why = BTreeMap::from([(path.clone(), used.why.clone())]);
            for (from, to) in loads(links, path) {
                let mut chain = why.get(&from).unwrap_or(&used.why).clone();
                chain.push(to.display().into_owned());
                why.insert(to.clone(), chain.clone());
                if to.file_name() == b"libc.so.6" {
                    self.of_libc(used, &chain);
                }
                improve(&mut self.used, to, used.onward(chain));
            }
        }
    }

    fn of_libc(&mut self, used: &Used, chain: &[String]) {
        for path in OF_LIBC.iter().filter_map(ImagePath::normalize) {
            let mut why = chain.to_vec();
            why.push(path.display().into_owned());
            let used = Used { certainty: Certainty::Possible, ..used.onward(why) };
            improve(&mut self.used, path, used);
        }
    }
}

/// The programs that each hop leads to.
fn leading(trace: &Trace, programs: &[String]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut leading: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for terminal in &trace.terminals {
        if let Ok(program) = programs.binary_search(&terminal.program.display().into_owned()) {
            for at in trace.chain(terminal.hop) {
                leading.entry(at).or_default().insert(program);
            }
        }
    }
    leading
}

/// Notes a use, if it is a better one than what is known: surer, or as sure with a shorter reason.
/// Tells whether what follows from it must be looked at.
fn improve<K: Ord>(known: &mut BTreeMap<K, Used>, key: K, new: Used) -> bool {
    let Some(before) = known.get_mut(&key) else {
        known.insert(key, new);
        return true;
    };
    let by: BTreeSet<usize> = before.by.iter().chain(&new.by).copied().collect();
    let more = by.len() > before.by.len();
    let better = (new.certainty, new.why.len()) < (before.certainty, before.why.len());
    if better {
        *before = new;
    }
    before.by = by.into_iter().collect();
    better || more
}

/// The inventory while its use is worked out.
struct Inventory<'a> {
    components: &'a [Component],
    relationships: &'a [Relationship],
    used: BTreeMap<Identity, Used>,
}

impl<'a> Inventory<'a> {
    /// Notes what owns the files, or is proven by them: an archive's content.
    fn own(&mut self, files: &Files) {
        let owners = Owners::of(self.components, files.used.keys());
        for (path, used) in &files.used {
            for owner in owners.owners(path) {
                self.note(owner, used);
            }
        }
        for component in self.components {
            for used in component.evidence.iter().filter_map(|it| files.used.get(&it.path)) {
                self.note(component, used);
            }
        }
    }

    /// Notes components of languages that lie where more may be loaded from.
    fn reach(&mut self, files: &Files) {
        let languages = self
            .components
            .iter()
            .filter(|it| matches!(it.kind, Kind::Library | Kind::Application));
        for component in languages {
            for evidence in &component.evidence {
                let places = std::iter::successors(evidence.path.parent(), ImagePath::parent);
                for used in
                    places.filter_map(|it| files.reached.get(&it).cloned()).collect::<Vec<_>>()
                {
                    self.note(component, &used);
                }
            }
        }
    }

    fn note(&mut self, component: &Component, used: &Used) -> bool {
        let mut used = used.clone();
        used.why.push(component.identity.as_str().to_owned());
        improve(&mut self.used, component.identity.clone(), used)
    }

    /// Follows dependencies of languages, what is inside what, and who brought what.
    fn follow(&mut self) {
        let mut pending: VecDeque<Identity> = self.used.keys().cloned().collect();
        while let Some(identity) = pending.pop_front() {
            let Some(used) = self.used.get(&identity) else { continue };
            let used = used.onward(used.why.clone());
            for next in self.next(&identity) {
                if let Some(component) = self.named(&next)
                    && self.note(component, &used)
                {
                    pending.push_back(next);
                }
            }
        }
        let systems = self.components.iter().filter(|it| it.kind == Kind::OperatingSystem);
        let best = self.used.values().map(|it| it.certainty).min();
        for system in systems {
            if let Some(certainty) = best {
                self.note(system, &untold(certainty));
            }
        }
    }

    fn next(&self, identity: &Identity) -> Vec<Identity> {
        let language = self
            .named(identity)
            .is_some_and(|it| matches!(it.kind, Kind::Library | Kind::Application));
        let start = self.relationships.partition_point(|it| it.from < *identity);
        let own = self.relationships.iter().skip(start).take_while(|it| it.from == *identity);
        let follows = |it: &&Relationship| match it.relation {
            Relation::OwnedBy => true,
            Relation::DependsOn | Relation::LinksTo | Relation::LinksStatically => language,
        };
        own.filter(follows).map(|it| it.to.clone()).collect()
    }

    fn named(&self, identity: &Identity) -> Option<&'a Component> {
        let at = self.components.binary_search_by(|it| it.identity.cmp(identity)).ok()?;
        self.components.get(at)
    }

    /// Nothing tells what is used, so everything may be.
    fn keep_all(&mut self) {
        for component in self.components {
            self.note(component, &untold(Certainty::Possible));
        }
    }
}

/// A use of which nothing more is known.
fn untold(certainty: Certainty) -> Used {
    Used { certainty, by: Vec::new(), why: Vec::new(), stack: Vec::new() }
}

/// Everything that is loaded with a program or library, each after the file that loads it.
fn loads(links: &LinkGraph, file: &ImagePath) -> Vec<(ImagePath, ImagePath)> {
    let path = |place: usize| links.files.get(place).map(|it| it.path.clone());
    let loaded = links.place(file).map(|place| links.process(place)).unwrap_or_default();
    loaded.iter().filter_map(|it| Some((path(it.from)?, path(it.edge.to)?))).collect()
}

/// The programs and libraries below a directory.
fn below(links: &LinkGraph, directory: &ImagePath) -> Vec<ImagePath> {
    links.files.iter().map(|it| &it.path).filter(|it| it.is_below(directory)).cloned().collect()
}
