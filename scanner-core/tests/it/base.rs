//! A tree that is scanned against what is remembered of an earlier state gives what a scan of the whole gives.

#![expect(clippy::disallowed_methods, reason = "makes directories as a build does")]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use scanner_core::image::Image;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use scanner_core::scan::scan;
use scanner_core::source::directory;
use testkit::{Elf, GoBuildInfo, RpmHeader, RpmSqlite, Tree, Zip};

use crate::options;

const STATUS: &str = "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n\
    Package: b\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";

/// An image with something for many analyzers.
fn base() -> Tree {
    let text = format!(
        "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\n{STATUS}\
         //- /var/lib/dpkg/info/a.list\n/.\n/usr/bin/a\n\
         //- /var/lib/dpkg/info/b.list\n/.\n/usr/lib/b.so\n\
         //- /usr/share/doc/a/copyright\nLicense: MIT\n\
         //- /app/node_modules/x/package.json\n{{\"name\":\"x\",\"version\":\"1.0.0\"}}\n\
         //- /app/node_modules/y/package.json\n{{\"name\":\"y\",\"version\":\"2.0.0\"}}\n\
         //- /usr/lib/python3/dist-packages/p-1.dist-info/METADATA\nName: p\nVersion: 1\n"
    );
    let go = GoBuildInfo::new("go1.22", "path\tm\nmod\tm\tv1.0.0\n").elf().build();
    let package = RpmHeader::new("r", "1", "1").build();
    Tree::parse(&text)
        .executable("/usr/bin/a", Elf::new().build())
        .executable("/opt/unknown", Elf::new().section(".comment", "x").build())
        .executable("/opt/go", go)
        .executable("/opt/script", "#!/bin/sh\n")
        .file("/usr/lib/b.so", Elf::new().library("b.so").build())
        .file("/opt/a.jar", Zip::new().maven("g", "a", "1").build())
        .file("/var/lib/rpm/rpmdb.sqlite", RpmSqlite::new(&[package]).build())
        .link("/opt/link", "unknown")
}

/// A state of a directory that is built on another, and what differs.
struct Built {
    base: tempfile::TempDir,
    whole: tempfile::TempDir,
}

impl Built {
    /// Builds on the image as a Dockerfile would.
    fn on_base(instructions: impl FnOnce(&Path)) -> Self {
        let base = base().to_directory();
        let whole = tempfile::tempdir().unwrap();
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(base.path().join(".")).arg(whole.path());
        assert!(copy.status().unwrap().success());
        instructions(whole.path());
        Self { base, whole }
    }

    /// What differs, as BuildKit tells it: everything that is new or not the same; of what is gone the directory that
    /// it was in.
    fn changes(&self) -> tempfile::TempDir {
        let changes = tempfile::tempdir().unwrap();
        for path in self.directories() {
            fs::create_dir_all(changes.path().join(path)).unwrap();
        }
        for path in walk(self.whole.path()) {
            let whole = self.whole.path().join(&path);
            if differs(&self.base.path().join(&path), &whole) {
                let to = changes.path().join(&path);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let copied = Command::new("cp").arg("-a").arg(&whole).arg(&to).status();
                assert!(copied.unwrap().success());
            }
        }
        changes
    }

    /// Directories that are there and have lost something.
    fn directories(&self) -> Vec<PathBuf> {
        let is_directory = |root: &Path| fs::symlink_metadata(root).is_ok_and(|it| it.is_dir());
        let gone = |path: &Path| fs::symlink_metadata(self.whole.path().join(path)).is_err();
        let lost = walk(self.base.path()).into_iter().filter(|it| gone(it));
        let places = lost.map(|it| {
            let mut places = it.ancestors().skip(1);
            places.find(|it| is_directory(&self.whole.path().join(it))).unwrap().to_owned()
        });
        places.collect()
    }
}

/// Files and links below a directory, relative to it.
fn walk(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![root.to_owned()]);
    while let Some(path) = pending.pop() {
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            pending.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
        } else {
            found.push(path.strip_prefix(root).unwrap().to_owned());
        }
    }
    found
}

fn differs(base: &Path, whole: &Path) -> bool {
    let (Ok(before), Ok(now)) = (fs::symlink_metadata(base), fs::symlink_metadata(whole)) else {
        return true;
    };
    if before.mode() != now.mode() {
        return true;
    }
    if now.is_symlink() {
        return fs::read_link(base).unwrap() != fs::read_link(whole).unwrap();
    }
    fs::read(base).unwrap() != fs::read(whole).unwrap()
}

/// Everything that a scan finds.
fn scanned(image: &Image, files: FileDetail) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let limits = Limits::default();
    let options = options(files, limits);
    format!("{:#?}", scan(image, &options, &pool))
}

/// What is remembered of a directory that was scanned.
fn remembered(path: &Path, limits: &Limits) -> directory::Memory {
    let recording = directory::record(path, "it".to_owned(), limits).unwrap();
    scanned(recording.image(), FileDetail::None);
    recording.memory()
}

/// Scans the whole, and what differs against the base, and finds the same.
fn same(built: &Built) {
    let changes = built.changes();
    let whole = directory::open(built.whole.path(), "it".to_owned(), &Limits::default()).unwrap();
    let few = Limits { remembered_bytes: 300, ..Limits::default() };
    let small = Limits { remembered_file_bytes: 20, ..Limits::default() };
    for limits in [Limits::default(), few, small] {
        let memory = remembered(built.base.path(), &limits);
        let (root, changes) = (built.whole.path(), Some(changes.path()));
        let split = directory::open_against(root, "it".to_owned(), memory, changes, &limits);
        let split = split.unwrap();
        for files in [FileDetail::None, FileDetail::All] {
            assert_eq!(scanned(&split, files), scanned(&whole, files));
        }
    }
}

#[test]
fn nothing_changed() {
    let built = Built::on_base(|_| {});
    same(&built);
    let memory = remembered(built.base.path(), &Limits::default());
    let limits = Limits::default();
    let root = built.whole.path();
    let split = directory::open_against(root, "it".to_owned(), memory, None, &limits).unwrap();
    let whole = directory::open(root, "it".to_owned(), &limits).unwrap();
    assert_eq!(scanned(&split, FileDetail::None), scanned(&whole, FileDetail::None));
}

#[test]
fn what_is_deleted_is_gone() {
    for gone in ["app/node_modules/x", "usr/bin/a", "opt/unknown", "var/lib/dpkg", "etc", "opt"] {
        same(&Built::on_base(|root| {
            let path = root.join(gone);
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }));
    }
}

#[test]
fn databases_are_written_anew() {
    same(&Built::on_base(|root| {
        let status = STATUS.replace("Version: 1\n", "Version: 2\n");
        fs::write(root.join("var/lib/dpkg/status"), status).unwrap();
    }));
    same(&Built::on_base(|root| {
        let package = RpmHeader::new("s", "2", "1").build();
        let database = RpmSqlite::new(&[package]).build();
        fs::write(root.join("var/lib/rpm/rpmdb.sqlite"), database).unwrap();
    }));
    same(&Built::on_base(|root| {
        fs::write(root.join("etc/os-release"), "ID=ubuntu\nVERSION_ID=24.04\n").unwrap();
    }));
}

#[test]
fn files_links_and_directories_take_each_others_places() {
    same(&Built::on_base(|root| {
        fs::remove_file(root.join("opt/unknown")).unwrap();
        fs::create_dir(root.join("opt/unknown")).unwrap();
        fs::copy(root.join("opt/go"), root.join("opt/unknown/go")).unwrap();
    }));
    same(&Built::on_base(|root| {
        fs::remove_dir_all(root.join("app/node_modules/x")).unwrap();
        fs::write(root.join("app/node_modules/x"), "x").unwrap();
    }));
    same(&Built::on_base(|root| {
        fs::remove_file(root.join("opt/link")).unwrap();
        symlink("go", root.join("opt/link")).unwrap();
        fs::remove_file(root.join("usr/bin/a")).unwrap();
        symlink("/opt/unknown", root.join("usr/bin/a")).unwrap();
    }));
    same(&Built::on_base(|root| fs::rename(root.join("app"), root.join("srv")).unwrap()));
}

#[test]
fn what_looks_the_same_from_outside_is_another_file() {
    same(&Built::on_base(|root| {
        let path = root.join("opt/unknown");
        let (mut bytes, times) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap());
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        let file = fs::File::open(&path).unwrap();
        file.set_modified(times.modified().unwrap()).unwrap();
    }));
    same(&Built::on_base(|root| {
        let path = root.join("opt/unknown");
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }));
}

#[test]
fn many_states_at_random_give_what_a_scan_of_the_whole_gives() {
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        // The multiplier is that of Knuth's MMIX.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..30 {
        same(&Built::on_base(|root| {
            for _ in 0..=random(4) {
                let files = walk(root);
                let [one, other] = [(); 2].map(|()| root.join(&files[random(files.len())]));
                match random(4) {
                    0 => fs::remove_file(&one).unwrap(),
                    1 => fs::rename(&one, &other).unwrap(),
                    2 if !other.is_symlink() && !one.is_symlink() && one != other => {
                        fs::copy(&one, &other).map(drop).unwrap();
                    }
                    _ => fs::write(root.join(format!("new{}", random(9))), "#!/bin/sh\n").unwrap(),
                }
            }
        }));
    }
}

#[test]
fn what_is_remembered_is_not_read_again() {
    let built = Built::on_base(|root| {
        fs::write(root.join("var/lib/dpkg/status"), STATUS.replace(": 1", ": 2")).unwrap();
    });
    let limits = Limits::default();
    let memory = remembered(built.base.path(), &limits);
    // Without the changes the memory is wrong, which shows that it is used.
    let (root, name) = (built.whole.path(), || "it".to_owned());
    let split = directory::open_against(root, name(), memory.clone(), None, &limits).unwrap();
    let base = directory::open(built.base.path(), name(), &limits).unwrap();
    assert_eq!(scanned(&split, FileDetail::None), scanned(&base, FileDetail::None));
    assert!(memory.files.values().any(|it| it.digests.is_some()) && memory.complete);
}

#[test]
fn nothing_counts_as_unchanged_where_the_changes_cannot_be_listed() {
    let built = Built::on_base(|root| {
        fs::write(root.join("var/lib/dpkg/status"), STATUS.replace(": 1", ": 2")).unwrap();
    });
    let (changes, long) = (built.changes(), "x".repeat(200));
    let limits = Limits { path_bytes: 100, ..Limits::default() };
    fs::write(changes.path().join(long), "").unwrap();
    let memory = remembered(built.base.path(), &limits);
    let (root, name) = (built.whole.path(), || "it".to_owned());
    let changes = Some(changes.path());
    let split = directory::open_against(root, name(), memory, changes, &limits).unwrap();
    let whole = directory::open(root, name(), &limits).unwrap();
    assert_eq!(scanned(&split, FileDetail::None), scanned(&whole, FileDetail::None));
}

#[test]
fn only_directories_that_may_have_changed_are_listed_again() {
    let built = Built::on_base(|root| fs::remove_file(root.join("opt/a.jar")).unwrap());
    let limits = Limits::default();
    let memory = remembered(built.base.path(), &limits);
    // What nothing told of shows that it is not looked for.
    fs::remove_file(built.whole.path().join("usr/bin/a")).unwrap();
    let (root, name) = (built.whole.path(), || "it".to_owned());
    let entries = |memory, changes| {
        let image = directory::open_against(root, name(), memory, changes, &limits).unwrap();
        let paths = image.layers.iter().flat_map(|it| it.entries());
        paths.map(|it| it.path.display().into_owned()).collect::<Vec<_>>()
    };
    let changes = tempfile::tempdir().unwrap();
    fs::create_dir(changes.path().join("opt")).unwrap();
    let listed = entries(memory.clone(), Some(changes.path()));
    assert!(!listed.contains(&"/opt/a.jar".to_owned()));
    assert!(listed.contains(&"/usr/bin/a".to_owned()) && listed.is_sorted());
    // Of a base that could not be listed as a whole it is not known what has come and gone.
    let partial = directory::Memory { complete: false, ..memory };
    let listed = entries(partial, Some(changes.path()));
    assert!(!listed.contains(&"/usr/bin/a".to_owned()));
}
