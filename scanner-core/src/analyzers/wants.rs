//! Which files analyzers will read, to judge by a path and the first bytes: all that is known while a layer streams by.
//! A file that this misses is read in another pass; a link may lead an analyzer anywhere.

use std::collections::BTreeSet;

use super::target::may_be_binary_listed;
use super::{ANALYZERS, Select};
use crate::entrytrace::Reads;
use crate::formats::executable::Executable;
use crate::image::{Keep, Passing};
use crate::limits::Limits;
use crate::model::{Input, RunConfig};
use crate::native;
use crate::path::ImagePath;

/// All choices of all analyzers, links not followed.
#[derive(Default)]
pub struct Wants {
    paths: BTreeSet<&'static [u8]>,
    directories: BTreeSet<&'static [u8]>,
    folders: BTreeSet<&'static [u8]>,
    names: BTreeSet<&'static [u8]>,
    suffixes: Vec<&'static [u8]>,
    traced: Reads,
}

impl Wants {
    /// Collects what the analyzers of such a tree select and what they read beside it.
    pub fn new(input: Input) -> Self {
        let mut it = Self::default();
        let analyzers = ANALYZERS.iter().filter(|it| input.reads(it.origin()));
        for select in analyzers.flat_map(|it| it.selects().iter().chain(it.reads())) {
            match select {
                Select::Path(path) => drop(it.paths.insert(path.as_bytes())),
                Select::In(directory) => drop(it.directories.insert(directory.as_bytes())),
                Select::Folder(name) => drop(it.folders.insert(name.as_bytes())),
                Select::Name(name) => drop(it.names.insert(name.as_bytes())),
                Select::Suffix(suffix) => it.suffixes.push(suffix.as_bytes()),
                Select::Executable => {}
            }
        }
        it.directories.extend(native::READS.iter().map(|it| it.as_bytes()));
        it
    }

    /// Adds what traces of images that are run so will read.
    #[must_use]
    pub fn traced<'r>(self, runs: impl Iterator<Item = &'r RunConfig>, limits: &Limits) -> Self {
        Self { traced: Reads::of(runs, limits.shell_script_bytes), ..self }
    }

    /// How much of a file will be read.
    pub fn of(&self, passing: &Passing<'_>) -> Keep {
        let traced = || self.traced.has(passing.path, passing.size);
        if Executable::may_begin(passing.head) || self.selected(passing.path) || traced() {
            Keep::Whole
        } else if may_be_binary_listed(passing.path, passing.size, passing.executable) {
            Keep::Head
        } else {
            Keep::Nothing
        }
    }

    fn selected(&self, path: &ImagePath) -> bool {
        let bytes = path.as_bytes();
        let directory = bytes.rsplitn(2, |byte| *byte == b'/').nth(1).unwrap_or_default();
        let folder = directory.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        self.names.contains(path.file_name())
            || self.paths.contains(bytes)
            || self.directories.contains(directory)
            || self.folders.contains(folder)
            || self.suffixes.iter().any(|suffix| bytes.ends_with(suffix))
    }
}
