//! A tree that is scanned against what is remembered of an earlier state gives what a scan of the whole gives.

#![expect(clippy::disallowed_methods, reason = "makes directories as a build does")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use scanner_core::image::Image;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input};
use scanner_core::scan::{Options, scan};
use scanner_core::source::directory;
use testkit::{Elf, GoBuildInfo, RpmHeader, RpmSqlite, Tree, Zip};

const STATUS: &str = "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n\
    Package: b\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";

/// An image with something for many analyzers.
fn base() -> Tree {
    let text = format!(
        "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\n{STATUS}\
         //- /var/lib/dpkg/info/a.list\n/.\n/usr/bin/a\n//- /var/lib/dpkg/info/b.list\n/.\n/usr/lib/b.so\n\
         //- /usr/share/doc/a/copyright\nLicense: MIT\n\
         //- /app/node_modules/x/package.json\n{{\"name\":\"x\",\"version\":\"1.0.0\"}}\n\
         //- /app/node_modules/y/package.json\n{{\"name\":\"y\",\"version\":\"2.0.0\"}}\n\
         //- /usr/lib/python3/dist-packages/p-1.dist-info/METADATA\nName: p\nVersion: 1\n"
    );
    let zip = Zip::new().maven("g", "a", "1").bytes();
    Tree::parse(&text)
        .executable("/usr/bin/a", Elf::program().bytes())
        .executable("/opt/unknown", Elf::program().bytes())
        .executable("/opt/go", GoBuildInfo::default().bytes())
        .executable("/opt/script", "#!/bin/sh\n")
        .file("/usr/lib/b.so", Elf::program().bytes())
        .file("/opt/a.jar", zip)
        .file("/var/lib/rpm/rpmdb.sqlite", RpmSqlite::of(&[RpmHeader::default()]).bytes())
        .link("/opt/link", "unknown")
}

/// A copy of a directory, times and permissions kept.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to.path()).status();
    assert!(status.unwrap().success());
    to
}
