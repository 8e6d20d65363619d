//! Content that means harm. None of it ends a scan, and nothing of the host is seen.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use testkit::{Tree, Zip};

use crate::{context, describe, found, options, sbom};

#[test]
fn links_out_of_the_root_lead_nowhere() {
    let outside =
        Tree::parse("//- /status\nPackage: secret\nStatus: install ok installed\nVersion: 1\n")
            .to_directory();
    let secret = outside.path().join("status");
    let up = format!("../../../../../../../../../..{}", secret.display());
    let tree = Tree::default()
        .link("/var/lib/dpkg/status", secret.to_str().unwrap())
        .link("/lib/apk/db/installed", &up)
        .link("/app/node_modules", outside.path().to_str().unwrap());
    assert_eq!(found(tree), "");
}

#[test]
fn circles_and_directories_in_the_place_of_databases_give_notices() {
    let fixture = "//- link /var/lib/dpkg/status status\n//- link /lib/apk/db /lib/apk/db\n\
         //- dir /usr/lib/apk/db/installed\n//- dir /var/lib/dpkg/status.d/folder\n";
    assert_snapshot!(found(fixture), @"
    ! link-unresolved /lib/apk/db/installed: its links lead in a circle or through too many steps
    ! malformed /usr/lib/apk/db/installed: is no regular file, where one is expected
    ! link-unresolved /var/lib/dpkg/status: its links lead in a circle or through too many steps
    ");
}

#[test]
fn fifos_are_listed_and_never_opened() {
    assert_eq!(
        found("//- fifo /var/lib/dpkg/status.d/pipe\n//- fifo /app/node_modules/a/package.json\n"),
        ""
    );
}

#[test]
fn names_that_are_not_text_are_percent_encoded_and_told_of() {
    let tree = Tree::default()
        .file(b"/app/node_modules/\xff/package.json", "{\"name\":\"a\",\"version\":\"1\"}");
    assert_snapshot!(found(tree), @"
    pkg:npm/a@1
      node /app/node_modules/%FF/package.json
    ! name-not-text /app/node_modules: holds 1 names that are not UTF-8; shown percent-encoded
    ");
}

#[test]
fn an_unreadable_root_is_an_error_and_not_an_empty_sbom() {
    let missing = std::path::Path::new("/nonexistent/root");
    assert!(
        scanner_core::source::directory::open(missing, "x".to_owned(), &Limits::default()).is_err()
    );
}

#[test]
fn a_file_that_vanishes_or_changes_its_kind_gives_a_notice() {
    let root = Tree::parse("//- /lib/apk/db/installed\nP:a\nV:1\n//- /etc/os-release\nID=alpine\n")
        .to_directory();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let limits = Limits::default();
    let image =
        scanner_core::source::directory::open(root.path(), "x".to_owned(), &limits).unwrap();
    std::fs::remove_file(root.path().join("lib/apk/db/installed")).unwrap();
    let options = options(FileDetail::None, limits);
    let text = describe(&scanner_core::scan::scan(&image, &options, &pool));
    assert!(text.contains("! unreadable /lib/apk/db/installed"), "{text}");
}

#[test]
fn every_analyzer_survives_arbitrary_bytes_at_the_places_that_it_selects() {
    let noise: Vec<u8> =
        (0..4096_u32).map(|it| it.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let tree = Tree::default()
        .file("/etc/os-release", &noise)
        .file("/var/lib/dpkg/status", &noise)
        .file("/lib/apk/db/installed", &noise)
        .file("/usr/share/rpm/Packages.db", [b"RpmP\0\0\0\0".as_slice(), &noise].concat())
        .file(
            "/usr/lib/sysimage/rpm/rpmdb.sqlite",
            [b"SQLite format 3\0".as_slice(), &noise].concat(),
        )
        .file("/usr/lib/sysimage/rpm/rpmdb.sqlite-wal", &noise)
        .file("/var/lib/rpm/Packages", [&[0; 12], b"\x61\x15\x06\0".as_slice(), &noise].concat())
        .file("/var/lib/rpmmanifest/container-manifest-2", &noise)
        .file("/app/node_modules/a/package.json", &noise)
        .file("/opt/a.dist-info/METADATA", &noise)
        .file("/opt/a.jar", &noise)
        .file("/opt/META-INF/maven/g/a/pom.properties", &noise)
        .file("/opt/release", &noise)
        .file("/opt/lib/modules", &noise)
        .executable("/app/elf", [b"\x7fELF\x02\x01\x01".as_slice(), &noise].concat());
    let sbom = sbom(tree, Limits::default(), FileDetail::All);
    assert!(sbom.components.is_empty());
    assert!(
        sbom.notices.iter().all(|it| it.code.as_str() != "analyzer-panicked"),
        "{:?}",
        sbom.notices
    );
}

#[test]
fn archives_in_archives_without_end_are_followed_for_a_few_steps() {
    let innermost = Zip::new().maven("g", "level-64", "1");
    let jar = (0..64).rev().fold(innermost, |inner, level| {
        Zip::new().maven("g", &format!("level-{level}"), "1").deflate("inner.jar", inner.build())
    });
    let sbom = sbom(
        Tree::default().file("/level-0.jar", jar.build()),
        Limits::default(),
        FileDetail::None,
    );
    assert_eq!(sbom.components.len(), Limits::default().archive_depth + 1);
    assert_eq!(sbom.notices.len(), 1, "{:?}", sbom.notices);
}

#[test]
fn a_jar_of_two_gigabytes_costs_what_its_directory_costs() {
    let root = Tree::default().file("/opt/huge-1.jar", "").to_directory();
    let jar = std::fs::OpenOptions::new().write(true).open(root.path().join("opt/huge-1.jar"));
    let jar = jar.unwrap();
    jar.set_len(2 << 30).unwrap();
    let archive = Zip::new().maven("g", "huge", "1").build();
    std::os::unix::fs::FileExt::write_all_at(&jar, &archive, 2 << 30).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let limits = Limits::default();
    let image =
        scanner_core::source::directory::open(root.path(), "x".to_owned(), &limits).unwrap();
    let options = options(FileDetail::None, limits);
    let text = describe(&scanner_core::scan::scan(&image, &options, &pool));
    assert!(text.starts_with("pkg:maven/g/huge@1\n"), "{text}");
}

#[test]
fn lockfiles_of_any_depth_give_notices() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let tree = Tree::default()
        .file("/Cargo.lock", format!("a = {}", deep("[", "]")))
        .file("/b/Cargo.lock", format!("a = {}", deep("{a=", "}")))
        .file("/pnpm-lock.yaml", format!("packages: {}", deep("[", "]")))
        .file("/b/pnpm-lock.yaml", (0..3000).map(|it| " ".repeat(it) + "a:\n").collect::<String>())
        .file("/c/pnpm-lock.yaml", "a: &a [*a, *a]\npackages: *a\n")
        .file("/package-lock.json", deep("{\"dependencies\":{\"a\":", "}}"))
        .file("/pom.xml", "<project>".repeat(100_000));
    let sbom = context(tree, Limits::default());
    assert!(sbom.components.is_empty());
    let malformed = sbom.notices.iter().filter(|it| it.code.as_str() == "malformed").count();
    assert_eq!(malformed, 7, "{:?}", sbom.notices);
}
