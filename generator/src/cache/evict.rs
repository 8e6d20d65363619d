//! Keeping the cache within its bound: what was not used for longest goes first.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::lock::Lock;
use super::{Cache, LAYERS, LOCKS, RESULTS, UNFINISHED};

/// For how long nobody writes to a file before it is taken for one that a killed process left.
const ABANDONED: Duration = Duration::from_hours(24);

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Layer,
    Result,
    /// Something that a process has not finished, or never will.
    Unfinished,
}

/// One file of the cache.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The program and options that it is of.
    version: String,
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

impl Entry {
    /// Whether this version of the program made it, or is making it.
    pub(crate) fn is_of(&self, fingerprint: &str) -> bool {
        self.kind == Kind::Unfinished || self.version.starts_with(fingerprint)
    }
}

/// What is in a cache, the longest unused first.
#[derive(Debug)]
pub(crate) struct Stock(Vec<Entry>);

impl Stock {
    /// Looks at everything in the cache of a directory. What goes away meanwhile is left out.
    pub(crate) fn of(root: &Path) -> Self {
        let mut entries = Vec::new();
        for (folder, kind) in [(LAYERS, Kind::Layer), (RESULTS, Kind::Result)] {
            for version in files(&root.join(folder)) {
                let name = version.file_name().to_string_lossy().into_owned();
                let listed = files(&version.path()).filter_map(|it| entry(&it, kind, &name));
                entries.extend(listed);
            }
        }
        let unfinished = files(&root.join(UNFINISHED));
        entries.extend(unfinished.filter_map(|it| entry(&it, Kind::Unfinished, "")));
        entries.sort_unstable_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        Self(entries)
    }

    /// How many entries there are of some sort, and how many bytes they have.
    pub(crate) fn count(&self, is_one: impl Fn(&Entry) -> bool) -> (usize, u64) {
        let counted = self.0.iter().filter(|it| is_one(it));
        counted.fold((0, 0), |(count, bytes), it| (count + 1, bytes + it.size))
    }

    /// Removes entries until no more than `limit` bytes are left, but not the one at `fresh`.
    /// Gives how many went, and their bytes.
    pub(crate) fn shrink(&mut self, limit: u64, fresh: Option<&Path>) -> (usize, u64) {
        let mut excess = self.count(|_| true).1.saturating_sub(limit);
        self.remove(|it| {
            let goes = excess > 0 && it.kind != Kind::Unfinished && Some(&*it.path) != fresh;
            excess = excess.saturating_sub(if goes { it.size } else { 0 });
            goes
        })
    }

    /// Removes entries that only other versions of the program could use.
    pub(crate) fn remove_others(&mut self, fingerprint: &str) -> (usize, u64) {
        self.remove(|it| !it.is_of(fingerprint))
    }

    /// Removes what processes left unfinished.
    pub(crate) fn remove_abandoned(&mut self) -> (usize, u64) {
        let now = SystemTime::now();
        self.remove(|it| {
            let idle = now.duration_since(it.used).unwrap_or_default();
            it.kind == Kind::Unfinished && idle > ABANDONED
        })
    }

    fn remove(&mut self, mut goes: impl FnMut(&Entry) -> bool) -> (usize, u64) {
        let mut removed = (0, 0);
        self.0.retain(|it| {
            let gone = goes(it) && fs::remove_file(&it.path).is_ok();
            removed = (removed.0 + usize::from(gone), removed.1 + if gone { it.size } else { 0 });
            !gone
        });
        removed
    }
}

impl Cache {
    /// Makes room for what was just kept. If another process does so already, that is enough.
    pub(super) fn make_room(&self, fresh: &Path) {
        let lock = Lock::take(&self.root.join(LOCKS).join("evict"));
        let Ok(Some(_lock)) = lock else { return };
        let mut stock = Stock::of(&self.root);
        stock.remove_abandoned();
        stock.shrink(self.limit, Some(fresh));
    }
}

fn files(directory: &Path) -> impl Iterator<Item = fs::DirEntry> + use<> {
    fs::read_dir(directory).into_iter().flatten().flatten()
}

fn entry(file: &fs::DirEntry, kind: Kind, version: &str) -> Option<Entry> {
    let metadata = file.metadata().ok().filter(fs::Metadata::is_file)?;
    let (size, used) = (metadata.len(), metadata.modified().ok()?);
    Some(Entry { kind, version: version.to_owned(), path: file.path(), size, used })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, name: &str, age: u64) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, [0; 10]).unwrap();
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }

    fn names(root: &Path) -> Vec<String> {
        let name = |it: &Entry| it.path.file_name().unwrap().to_string_lossy().into_owned();
        Stock::of(root).0.iter().map(name).collect()
    }

    #[test]
    fn the_longest_unused_goes_first_and_what_was_just_kept_stays() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        put(root, "layers/v/new", 1);
        put(root, "layers/v/old", 30);
        put(root, "results/v/middle", 20);
        put(root, "layers/v/fresh", 40);
        assert_eq!(names(root), ["fresh", "old", "middle", "new"]);
        let removed = Stock::of(root).shrink(20, Some(&root.join("layers/v/fresh")));
        assert_eq!(removed, (2, 20));
        assert_eq!(names(root), ["fresh", "new"]);
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_one_writes_stays() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        put(root, "unfinished/dead", 2 * 24 * 60 * 60);
        put(root, "unfinished/alive", 5);
        assert_eq!(Stock::of(root).remove_abandoned(), (1, 10));
        assert_eq!(names(root), ["alive"]);
        assert_eq!(Stock::of(root).shrink(0, None), (0, 0));
    }

    #[test]
    fn entries_of_other_programs_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        put(root, "layers/aa-rootfs/x", 1);
        put(root, "results/bb-rootfs/y", 1);
        assert_eq!(Stock::of(root).remove_others("aa"), (1, 10));
        assert_eq!(names(root), ["x"]);
    }
}
