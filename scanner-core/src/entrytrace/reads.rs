//! Which files a trace will read, to judge by their paths and by what the image is configured to run: all that is known
//! while a layer streams by. A file that this misses is read in another pass.

use std::collections::BTreeSet;

use crate::model::RunConfig;
use crate::path::ImagePath;

/// Ends of the names of scripts and of what servers are configured by. Scripts that begin with `#!` are known by that.
const SUFFIXES: [&[u8]; 7] = [b".sh", b".bash", b".conf", b".cnf", b".ini", b".load", b".env"];
/// What separates paths from the rest of a word.
const SEPARATORS: [char; 12] = [' ', '\t', '\n', ':', ';', '=', '@', '"', '\'', '(', ')', ','];

/// Files that are to be expected.
#[derive(Default)]
pub struct Reads {
    paths: BTreeSet<ImagePath>,
    directories: BTreeSet<ImagePath>,
    largest: u64,
}

impl Reads {
    /// What images that are run so will read: the paths that their instructions and variables name, and what lies in
    /// the working directory and beside those paths, up to so many bytes each.
    pub fn of<'r>(runs: impl Iterator<Item = &'r RunConfig>, largest: u64) -> Self {
        let mut it = Self { largest, ..Self::default() };
        for run in runs {
            let home = ImagePath::normalize(&run.working_dir).unwrap_or(ImagePath::root());
            let words = run.entrypoint.iter().chain(&run.cmd);
            let words = words.chain(run.env.iter().map(|(_, value)| value));
            let parts =
                words.flat_map(|it| it.split(SEPARATORS)).filter(|it| it.contains(['/', '.']));
            it.paths.extend(parts.filter_map(|part| home.join(part)));
            it.directories.insert(home);
        }
        it.directories.extend(it.paths.iter().filter_map(ImagePath::parent));
        it
    }

    /// Whether a file is one of them.
    pub fn has(&self, path: &ImagePath, size: u64) -> bool {
        let named = || SUFFIXES.iter().any(|it| path.file_name().ends_with(it));
        let beside = || path.parent().is_some_and(|it| self.directories.contains(&it));
        size <= self.largest && (named() || self.paths.contains(path) || beside())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(path: &str) -> bool {
        let run = RunConfig {
            entrypoint: ["/bin/sh", "-c", "exec python src/app.py @/etc/java/args"]
                .map(str::to_owned)
                .into(),
            env: vec![("SETTINGS".to_owned(), "/opt/settings/main.txt".to_owned())],
            working_dir: "/srv".to_owned(),
            ..RunConfig::default()
        };
        Reads::of([run].iter(), 100).has(&ImagePath::normalize(path).unwrap(), 100)
    }

    #[test]
    fn files_are_expected_that_instructions_and_variables_name_or_that_lie_beside_them() {
        for path in ["/srv/src/app.py", "/srv/src/lib.py", "/srv/main.py", "/etc/java/args"] {
            assert!(has(path), "{path}");
        }
        assert!(has("/opt/settings/main.txt") && has("/etc/nginx/nginx.conf"));
        assert!(!has("/srv/src/deeper/lib.py") && !has("/opt/main.txt"));
    }

    #[test]
    fn large_files_are_not_expected() {
        let path = ImagePath::normalize("/a.sh").unwrap();
        let reads = Reads::of(std::iter::empty(), 10);
        assert!(reads.has(&path, 10) && !reads.has(&path, 11));
    }
}
