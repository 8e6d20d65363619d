//! Which files an analyzer wants, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::project::is_third_party;
use super::{ANALYZERS, Analyzer, Context};
use crate::fs::{File, LayeredFs, LinkError};
use crate::model::{Code, Notice, Origin};
use crate::path::ImagePath;

/// A choice of files.
#[derive(Clone, Copy, Debug)]
pub enum Select {
    /// The file at this path, links followed.
    Path(&'static str),
    /// The files directly in this directory, links followed.
    In(&'static str),
    /// The files directly in folders of this name, anywhere.
    Folder(&'static str),
    /// Files of this name, anywhere.
    Name(&'static str),
    /// Files whose path ends with this.
    Suffix(&'static str),
    /// Programs and libraries of every kind: by their first bytes.
    Executable,
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::In(directory) => write!(f, "{directory}/*"),
            Self::Folder(name) => write!(f, "**/{name}/*"),
            Self::Name(name) => write!(f, "**/{name}"),
            Self::Suffix(suffix) => write!(f, "**/*{suffix}"),
            Self::Executable => f.write_str("executables"),
        }
    }
}

/// All choices of all analyzers, ready to match a path in one step. Analyzers are meant by their place in the list.
#[derive(Default)]
pub(super) struct Selection {
    paths: BTreeMap<ImagePath, BTreeSet<usize>>,
    directories: BTreeMap<Box<[u8]>, BTreeSet<usize>>,
    folders: BTreeMap<&'static [u8], BTreeSet<usize>>,
    names: BTreeMap<&'static [u8], BTreeSet<usize>>,
    /// By their last bytes.
    suffixes: BTreeMap<u8, Vec<(&'static [u8], usize)>>,
    executable: BTreeSet<usize>,
    /// What stands in the way of a choice.
    pub(super) notices: Vec<Notice>,
}

impl Selection {
    /// Collects the choices; paths are taken where the image's links lead.
    pub(super) fn new(cx: &Context<'_>) -> Self {
        let (mut it, fs) = (Self::default(), cx.fs);
        let analyzers = ANALYZERS.iter().enumerate().filter(|(_, it)| cx.input.reads(it.origin()));
        for (index, analyzer) in analyzers {
            for select in analyzer.selects() {
                match select {
                    Select::Path(path) => it.add_path(fs, path, index),
                    Select::In(directory) => {
                        let place =
                            ImagePath::normalize(directory).and_then(|path| fs.resolve(&path).ok());
                        let place = place.map(|it| it.as_bytes().into());
                        place.map(|place| it.directories.entry(place).or_default().insert(index));
                    }
                    Select::Folder(name) => {
                        it.folders.entry(name.as_bytes()).or_default().insert(index);
                    }
                    Select::Name(name) => {
                        it.names.entry(name.as_bytes()).or_default().insert(index);
                    }
                    Select::Suffix(suffix) => {
                        if let Some(last) = suffix.bytes().last() {
                            let alike = it.suffixes.entry(last).or_default();
                            alike.push((suffix.as_bytes(), index));
                        }
                    }
                    Select::Executable => {
                        it.executable.insert(index);
                    }
                }
            }
        }
        it
    }

    fn add_path(&mut self, fs: &LayeredFs<'_>, path: &str, analyzer: usize) {
        let Some(path) = ImagePath::normalize(path) else { return };
        let (code, message) = match fs.resolve(&path) {
            Ok(place) if fs.file_at(&place).is_none() => {
                (Code::Malformed, "is no regular file, where one is expected".into())
            }
            Ok(place) => {
                self.paths.entry(place).or_default().insert(analyzer);
                return;
            }
            Err(error @ LinkError::TooManyLinks) => (Code::LinkUnresolved, error.to_string()),
            Err(LinkError::Missing) => return,
        };
        self.notices.push(Notice { path, code, message });
    }

    /// The analyzers that want a file for its path.
    pub(super) fn by_path(&self, file: &File<'_>) -> BTreeSet<usize> {
        let mut wanted = BTreeSet::new();
        wanted.extend(self.names.get(file.path.file_name()).into_iter().flatten());
        let folder = file.path.components().rev().nth(1).unwrap_or_default();
        wanted.extend(self.folders.get(folder).into_iter().flatten());
        wanted.extend(self.paths.get(file.path).into_iter().flatten());
        let bytes = file.path.as_bytes();
        let alike = bytes.last().and_then(|it| self.suffixes.get(it)).into_iter().flatten();
        let suffixes = alike.filter(|(suffix, _)| bytes.ends_with(suffix));
        wanted.extend(suffixes.map(|(_, index)| *index));
        let directory = file.path.directory().and_then(|it| self.directories.get(it));
        wanted.extend(directory.into_iter().flatten());
        let declares =
            |index: &usize| ANALYZERS.get(*index).is_some_and(|it| it.origin() == Origin::Declared);
        if wanted.iter().any(declares) && is_third_party(file.path) {
            wanted.retain(|index| !declares(index));
        }
        wanted
    }

    /// The analyzers that want every executable.
    pub(super) fn executable(&self) -> impl Iterator<Item = &'static dyn Analyzer> {
        analyzers(&self.executable)
    }
}

/// The analyzers at these places of the list.
pub(super) fn analyzers(indexes: &BTreeSet<usize>) -> impl Iterator<Item = &'static dyn Analyzer> {
    indexes.iter().filter_map(|index| ANALYZERS.get(*index).copied())
}
