//! What the image says of where its libraries are: the cache of glibc's loader, the lists of directories of glibc and
//! musl, and what is loaded into every program.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use crate::formats::ld_so_cache::{self, Features};
use crate::formats::ld_so_conf::{self, Line};
use crate::fs::LayeredFs;
use crate::model::{Code, Notice};
use crate::path::ImagePath;

const CACHE: &str = "/etc/ld.so.cache";
const CONF: &str = "/etc/ld.so.conf";
const PRELOAD: &str = "/etc/ld.so.preload";
/// Files of `ld.so.conf`, those that it includes among them. Real ones have a few.
const FILES: usize = 1000;

/// What the files of the loaders say.
#[derive(Default)]
pub(super) struct Configuration {
    /// The entries of the cache, by the name that libraries are needed by; none where there is no cache.
    pub(super) cache: Option<BTreeMap<String, Vec<Cached>>>,
    /// Directories that `ld.so.conf` names. The loader itself never looks at it.
    pub(super) directories: Vec<String>,
    /// What glibc loads into every program.
    pub(super) preload: Vec<String>,
    /// What could not be read.
    pub(super) notices: Vec<Notice>,
}

/// Where the cache says that a library is.
pub(super) struct Cached {
    pub(super) path: String,
    /// What a processor must have for it.
    pub(super) processor: Option<String>,
}

impl Configuration {
    /// Reads them.
    pub(super) fn read(fs: &LayeredFs<'_>) -> Self {
        let mut it = Self::default();
        if let Some(bytes) = it.bytes(fs, CACHE) {
            match ld_so_cache::parse(&bytes) {
                Ok(entries) => it.cache = Some(by_name(&entries)),
                Err(error) => it.notice(CACHE, Code::Malformed, &error.to_string()),
            }
        }
        it.directories = it.conf(fs);
        let preload = it.bytes(fs, PRELOAD).unwrap_or_default();
        let preload = String::from_utf8_lossy(&preload);
        it.preload = ld_so_conf::preload(&preload).map(str::to_owned).collect();
        it
    }

    /// The directories of `ld.so.conf` and of the files that it includes, in order.
    fn conf(&mut self, fs: &LayeredFs<'_>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut pending = vec![Pending::File(CONF.to_owned())];
        let mut directories: Vec<String> = Vec::new();
        while let Some(next) = pending.pop() {
            let path = match next {
                Pending::Directory(it) => {
                    if !directories.contains(&it) {
                        directories.push(it);
                    }
                    continue;
                }
                Pending::File(path) => path,
            };
            if seen.len() >= FILES || !seen.insert(path.clone()) {
                continue;
            }
            let bytes = self.bytes(fs, &path).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let mut lines: Vec<Pending> = Vec::new();
            for line in ld_so_conf::lines(&text) {
                match line {
                    Line::Directory(it) => lines.push(Pending::Directory(it.to_owned())),
                    Line::Include(pattern) => {
                        lines.extend(included(fs, &path, pattern).into_iter().map(Pending::File));
                    }
                }
            }
            pending.extend(lines.into_iter().rev());
        }
        directories
    }

    /// The directories that musl looks into, from its file for a machine: colons and line ends stand between them.
    pub(super) fn musl(&mut self, fs: &LayeredFs<'_>, architecture: &str) -> Vec<String> {
        const DEFAULT: &str = "/lib:/usr/local/lib:/usr/lib";
        let file = self.bytes(fs, &format!("/etc/ld-musl-{architecture}.path"));
        let text =
            file.map_or_else(|| DEFAULT.into(), |it| String::from_utf8_lossy(&it).into_owned());
        text.split([':', '\n']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    fn bytes(&mut self, fs: &LayeredFs<'_>, path: &str) -> Option<Vec<u8>> {
        let file = fs.file(path)?;
        match file.bytes(fs.limits().metadata_bytes) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.notice(path, Code::Unreadable, &error.to_string());
                None
            }
        }
    }

    fn notice(&mut self, path: &str, code: Code, message: &str) {
        let path = ImagePath::normalize(path).unwrap_or_else(ImagePath::root);
        self.notices.push(Notice { path, code, message: format!("native: {message}") });
    }
}

enum Pending {
    Directory(String),
    File(String),
}

fn by_name(entries: &[ld_so_cache::Entry<'_>]) -> BTreeMap<String, Vec<Cached>> {
    let mut names: BTreeMap<String, Vec<Cached>> = BTreeMap::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for entry in entries {
        let processor = match entry.features {
            Features::None => None,
            Features::Named(name) => Some(text(name)),
            Features::Bits(bits) => Some(format!("hwcap-{bits:x}")),
        };
        let cached = Cached { path: text(entry.path), processor };
        names.entry(text(entry.name)).or_default().push(cached);
    }
    names
}

/// The files that fit a pattern, which counts from the directory of the file that has it. Only in the last component
/// are wildcards looked at.
fn included(fs: &LayeredFs<'_>, from: &str, pattern: &str) -> Vec<String> {
    let directory = ImagePath::normalize(from).and_then(|it| it.parent());
    let Some(pattern) = directory.and_then(|it| it.join(pattern)) else { return Vec::new() };
    let Some(directory) = pattern.parent().and_then(|it| fs.resolve(&it).ok()) else {
        return Vec::new();
    };
    let names = fs.names_in(&directory);
    let fitting = names.filter(|name| ld_so_conf::fits(name, pattern.file_name()));
    let paths = fitting.filter_map(|name| directory.join(name));
    paths.map(|it| it.display().into_owned()).collect()
}

/// The directories that exist.
pub(super) fn existing(places: &mut Places<'_>, texts: &[String]) -> Vec<usize> {
    texts.iter().filter_map(|it| places.directory(it)).collect()
}
