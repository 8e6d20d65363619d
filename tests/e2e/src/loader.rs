//! What programs and libraries load, by the loaders' own answers. Nothing is run: a loader lists what it would load.
//! It is asked inside trees of our own making alone.

use crate::command::run;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of libraries, and the paths in the tree that they stand for, without links; none where nothing is found.
pub type Libraries = BTreeMap<String, Option<String>>;

/// What a loader says of a file.
#[derive(Debug)]
pub struct Answer {
    /// What is loaded with it, but for the loader itself.
    pub libraries: Libraries,
    /// Whether that is all. glibc's loader ends where it first finds nothing.
    pub whole: bool,
}

/// A loader in a tree.
#[derive(Debug)]
pub struct Loader {
    root: PathBuf,
    path: &'static str,
}

impl Loader {
    /// The loader that a tree has.
    pub fn of(root: &Path) -> Result<Self> {
        const PATHS: [&str; 4] = [
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-musl-x86_64.so.1",
            "/lib/ld-musl-aarch64.so.1",
        ];
        let root = root.canonicalize()?;
        let path = PATHS.into_iter().find(|it| root.join(&it[1..]).exists());
        Ok(Self { path: path.context("no loader")?, root })
    }

    /// What is loaded with an ELF file; none where it is nothing for this loader.
    pub fn list(&self, file: &str, library_path: Option<&str>) -> Result<Option<Answer>> {
        let mut command = Command::new("chroot");
        command.arg(&self.root).arg(self.path).arg("--list").env_remove("LD_LIBRARY_PATH");
        command.args(library_path.map(|it| ["--library-path", it]).into_iter().flatten());
        let printed = run(command.arg(file))?;
        let mut found = Libraries::new();
        for line in printed.out.lines().map(str::trim) {
            // `NAME => PATH (ADDRESS)`, or `PATH (ADDRESS)` where the name is the path, or `NAME => not found`.
            let (name, path) = line.split_once(" => ").unwrap_or((line, line));
            let path = path.split(" (").next().unwrap_or_default();
            let name = name.split(" (").next().unwrap_or_default();
            if path.starts_with('/') {
                found.insert(name.to_owned(), Some(self.inside(path)?));
            } else if path == "not found" {
                found.insert(name.to_owned(), None);
            }
        }
        let ended =
            missing(&printed.err, ": error while loading shared libraries: ", ": cannot open");
        // musl goes on.
        let missing = missing(&printed.err, "Error loading shared library ", ": No such file");
        let whole = ended.is_empty();
        found.extend(ended.into_iter().chain(missing));
        let loader = Some(self.inside(self.path)?);
        let refused = found.is_empty() && !printed.success;
        found.retain(|_, path| *path != loader);
        Ok((!refused).then_some(Answer { libraries: found, whole }))
    }

    /// A path in the tree, without links: those that are absolute begin at the root of the tree.
    fn inside(&self, path: &str) -> Result<String> {
        let parts =
            |path: &Path| -> Vec<PathBuf> { path.iter().rev().map(PathBuf::from).collect() };
        let (mut rest, mut real) = (parts(Path::new(path)), self.root.clone());
        while let Some(part) = rest.pop() {
            let at = real.join(&part);
            if part == Path::new("/") {
                real.clone_from(&self.root);
            } else if part == Path::new("..") {
                real.pop();
            } else if let Ok(target) = at.read_link() {
                rest.extend(parts(&target));
            } else {
                real = at;
            }
        }
        ensure!(real.exists(), "{path} is not in {}", self.root.display());
        Ok(format!("/{}", real.strip_prefix(&self.root)?.display()))
    }
}

/// Libraries of which a loader says, between two texts, that they are not there.
fn missing(errors: &str, before: &str, after: &str) -> Libraries {
    let name = |line: &str| Some(line.split_once(before)?.1.split_once(after)?.0.to_owned());
    errors.lines().filter_map(name).map(|it| (it, None)).collect()
}

/// Every ELF file of a tree, by its path there.
pub fn elf_files(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory)? {
            let (path, kind) = entry.and_then(|it| Ok((it.path(), it.file_type()?)))?;
            if kind.is_dir() {
                directories.push(path);
            } else if kind.is_file() {
                let mut magic = [0; 4];
                let read = File::open(&path)?.read(&mut magic)?;
                if read == 4 && magic == *b"\x7fELF" {
                    found.push(format!("/{}", path.strip_prefix(root)?.display()));
                }
            }
        }
    }
    found.sort();
    ensure!(!found.is_empty(), "no ELF file in {}", root.display());
    Ok(found)
}
