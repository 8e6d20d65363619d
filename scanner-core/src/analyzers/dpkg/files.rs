//! The files of a package: what dpkg unpacked, where diversions put it, and the scripts that dpkg runs for it.

use std::collections::BTreeMap;

use crate::analyzers::{Context, os_package};
use crate::formats::dpkg_diversions::{self, Diversion};
use crate::fs::File;
use crate::path::ImagePath;

/// Scripts of a package that dpkg keeps beside its lists (deb-control(5) and its kin).
const SCRIPTS: [&str; 5] = ["config", "postinst", "postrm", "preinst", "prerm"];

/// A dpkg database, as far as it tells of files.
pub(super) struct Files<'a> {
    cx: &'a Context<'a>,
    directory: String,
    database: &'a ImagePath,
    diversions: BTreeMap<Vec<u8>, Diversion>,
}

impl<'a> Files<'a> {
    /// The files of the database that this file belongs to.
    pub(super) fn new(database: &'a File<'a>, cx: &'a Context<'a>) -> Self {
        let directory = database.path.parent().unwrap_or_else(ImagePath::root);
        let mut files = Self {
            cx,
            directory: directory.display().into_owned(),
            database: database.path,
            diversions: BTreeMap::new(),
        };
        let diversions = files.read(&format!("{}/diversions", files.directory));
        files.diversions = dpkg_diversions::parse(&diversions.unwrap_or_default());
        files
    }

    /// The files that a package lists as its own: its `.list`, else the files of its `.md5sums`; and its scripts.
    pub(super) fn of(&self, name: &str, architecture: &str) -> Vec<ImagePath> {
        let info = format!("{}/info/{name}", self.directory);
        let places = [format!("{info}:{architecture}"), info];
        if let Some(list) = places.iter().find_map(|place| self.read(&format!("{place}.list"))) {
            let place = |path| match self.diversions.get(path) {
                Some(diversion) if diversion.by != name.as_bytes() => diversion.to.as_slice(),
                _ => path,
            };
            let paths = list.split(|byte| *byte == b'\n').map(place);
            let mut owned = os_package::owned_files(self.cx.fs, paths);
            owned.extend(places.iter().flat_map(|place| self.scripts(place)));
            return owned;
        }
        let beside = self.database.display().into_owned();
        let mut sums = places.iter().chain([&beside]);
        let sums = sums.find_map(|place| self.read(&format!("{place}.md5sums")));
        // `digest  path`: 32 digits and two blanks.
        let sums = sums.unwrap_or_default();
        let paths = sums.split(|byte| *byte == b'\n').filter_map(|line| line.get(34..));
        os_package::owned_files(self.cx.fs, paths)
    }

    fn scripts(&self, place: &str) -> impl Iterator<Item = ImagePath> {
        let paths = SCRIPTS.map(|script| self.cx.fs.file(&format!("{place}.{script}")));
        paths.into_iter().flatten().map(|file| file.path.clone())
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.cx.fs.file(path)?.bytes(self.cx.fs.limits().database_bytes).ok()
    }
}
