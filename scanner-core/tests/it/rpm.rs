//! Packages of rpm, from every form of its database.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Sha256};
use testkit::{RpmBdb, RpmHeader, RpmNdb, RpmSqlite, Tree};

use crate::{describe, found, sbom};

const FEDORA: &str = "//- /etc/os-release\nID=fedora\nVERSION_ID=40\n";
const SQLITE: &str = "/usr/lib/sysimage/rpm/rpmdb.sqlite";
const NDB: &str = "/usr/lib/sysimage/rpm/Packages.db";
const BDB: &str = "/var/lib/rpm/Packages";
/// Modes and states of files.
const FILE: u16 = 0o100_755;
const DIRECTORY: u16 = 0o040_755;
const INSTALLED: u8 = 0;
const NOT_INSTALLED: u8 = 2;

fn fedora() -> Tree {
    Tree::parse(FEDORA)
}

fn bash() -> RpmHeader {
    let it = RpmHeader::new("bash", "5.2.26", "3.fc40").text(1044, "bash-5.2.26-3.fc40.src.rpm");
    it.text(1014, "GPL-3.0-or-later").text(1011, "Fedora Project")
}

/// A package with an epoch, one larger than a page, an imported key, and one with letters that need care.
fn packages() -> Vec<Vec<u8>> {
    let key = RpmHeader::new("gpg-pubkey", "a15b79cc", "63d04c2c");
    [
        bash(),
        RpmHeader::new("perl", "5.38.2", "506.fc40").numbers(1003, &[4]).padding(70_000),
        key,
        RpmHeader::new("gtk+", "1.2.10~rc1", "3^git+1").padding(3_000),
    ]
    .map(|it| it.build())
    .into()
}

fn names(tree: Tree) -> Vec<String> {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    assert_eq!(sbom.notices, []);
    let packages = sbom.components.iter().filter(|it| it.identity.purl().is_some());
    packages.map(|it| format!("{} {}", it.name, it.version)).collect()
}

#[test]
fn packages_are_listed_with_epoch_source_and_offset() {
    let tree = fedora().file(SQLITE, RpmSqlite::new(&packages()).build());
    assert_snapshot!(found(tree), @"
    os:fedora-40
      distro /etc/os-release
    pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&upstream=bash-5.2.26-3.fc40.src.rpm
      rpm /usr/lib/sysimage/rpm/rpmdb.sqlite@
    pkg:rpm/fedora/gtk%2B@1.2.10~rc1-3%5Egit%2B1?arch=x86_64&distro=fedora-40
      rpm /usr/lib/sysimage/rpm/rpmdb.sqlite@
    pkg:rpm/fedora/perl@5.38.2-506.fc40?arch=x86_64&distro=fedora-40&epoch=4
      rpm /usr/lib/sysimage/rpm/rpmdb.sqlite@
    ");
}

#[test]
fn every_form_of_the_database_says_the_same() {
    let expected = ["bash 5.2.26-3.fc40", "gtk+ 1.2.10~rc1-3^git+1", "perl 4:5.38.2-506.fc40"];
    let packages = packages();
    let bdb = || RpmBdb::new(&packages);
    for (path, bytes) in [
        (SQLITE, RpmSqlite::new(&packages).build()),
        (SQLITE, RpmSqlite::new(&packages).page_size(512).build()),
        (SQLITE, RpmSqlite::new(&packages).page_size(65536).build()),
        (NDB, RpmNdb::new(&packages).build()),
        (NDB, RpmNdb::new(&packages).removed(600).build()),
        (BDB, bdb().build()),
        (BDB, bdb().page_size(512).build()),
        (BDB, bdb().page_size(32768).big_endian().build()),
        (BDB, bdb().tree().build()),
        (BDB, bdb().tree().page_size(512).big_endian().build()),
    ] {
        assert_eq!(names(fedora().file(path, bytes)), expected, "{path}");
    }
}

#[test]
fn the_namespace_is_the_vendor_that_purl_spec_knows() {
    let purl = |release: &str| {
        let tree = Tree::parse(&format!("//- /etc/os-release\n{release}"));
        let sbom = sbom(
            tree.file(NDB, RpmNdb::new(&[bash().build()]).build()),
            Limits::default(),
            FileDetail::None,
        );
        sbom.components.iter().find_map(|it| Some(it.identity.purl()?.to_owned())).unwrap()
    };
    assert_snapshot!(purl("ID=rhel\nVERSION_ID=9.4\n"), @"pkg:rpm/redhat/bash@5.2.26-3.fc40?arch=x86_64&distro=rhel-9.4&upstream=bash-5.2.26-3.fc40.src.rpm");
    assert_snapshot!(purl("ID=opensuse-leap\nVERSION_ID=15.6\n"), @"pkg:rpm/opensuse/bash@5.2.26-3.fc40?arch=x86_64&distro=opensuse-leap-15.6&upstream=bash-5.2.26-3.fc40.src.rpm");
    assert_snapshot!(purl("ID=opensuse-tumbleweed\n"), @"pkg:rpm/opensuse/bash@5.2.26-3.fc40?arch=x86_64&distro=opensuse-tumbleweed&upstream=bash-5.2.26-3.fc40.src.rpm");
    assert_snapshot!(purl("NAME=none\n"), @"pkg:rpm/bash@5.2.26-3.fc40?arch=x86_64&upstream=bash-5.2.26-3.fc40.src.rpm");
}

#[test]
fn licence_vendor_source_and_module_are_facts_of_the_package() {
    let header = bash().text(5096, "bash:5:8020190828150510:f8e95b4e");
    let tree = fedora().file(NDB, RpmNdb::new(&[header.build()]).build());
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let bash = sbom.components.iter().find(|it| it.name == "bash").unwrap();
    assert_snapshot!(format!("{:?}\n{:?}\n{:?}\n{:?}", bash.licenses, bash.supplier, bash.source, bash.properties), @r#"
    [License { declared: "GPL-3.0-or-later", expression: Some("GPL-3.0-or-later") }]
    Some(Organization("Fedora Project"))
    Some(Source { name: "bash", version: "5.2.26-3.fc40" })
    {"dependencies": "complete", "rpm:architecture": "x86_64", "rpm:modularity-label": "bash:5:8020190828150510:f8e95b4e"}
    "#);
}

#[test]
fn what_installation_added_counts_before_what_was_built() {
    let header = bash().replaced(1011, "Rebuilder");
    let tree = fedora().file(NDB, RpmNdb::new(&[header.build()]).build());
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let bash = sbom.components.iter().find(|it| it.name == "bash").unwrap();
    assert_eq!(format!("{:?}", bash.supplier), "Some(Organization(\"Rebuilder\"))");
}

#[test]
fn files_that_are_installed_belong_to_the_package_at_their_real_place() {
    let header = bash().files(&[
        ("/bin/bash", FILE, INSTALLED),
        ("/etc/skel", DIRECTORY, INSTALLED),
        ("/usr/share/doc/bash/README", FILE, NOT_INSTALLED),
        ("/usr/lib/python3/six-1.16.egg-info", FILE, INSTALLED),
    ]);
    let tree = fedora()
        .and(Tree::parse("//- link /bin usr/bin\n//- /usr/bin/bash\n//- /usr/lib/python3/six-1.16.egg-info\nName: six\nVersion: 1.16\n"))
        .file(BDB, RpmBdb::new(&[header.build()]).build());
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let bash = sbom.components.iter().find(|it| it.name == "bash").unwrap();
    assert_snapshot!(format!("{:?}", bash.owns), @"[/usr/bin/bash, /usr/lib/python3/six-1.16.egg-info]");
    assert!(describe(&sbom).contains("pkg:pypi/six@1.16 owned by pkg:rpm/fedora/bash"));
}

#[test]
fn a_write_ahead_log_counts_as_far_as_it_is_committed() {
    let (before, after) = ([bash().build()], packages());
    let with = |log: Vec<u8>| {
        names(
            fedora()
                .file(SQLITE, RpmSqlite::new(&before).build())
                .file(format!("{SQLITE}-wal"), log),
        )
    };
    let new = ["bash 5.2.26-3.fc40", "gtk+ 1.2.10~rc1-3^git+1", "perl 4:5.38.2-506.fc40"];
    let old = ["bash 5.2.26-3.fc40"];
    let log = RpmSqlite::new(&after).log(true);
    assert_eq!(with(log.clone()), new);
    assert_eq!(with(RpmSqlite::new(&after).log(false)), old);
    assert_eq!(with([log.clone(), log[32..2000].to_vec()].concat()), new);
    assert_eq!(with(log[..log.len() - 1].to_vec()), old);
    let mut changed = log;
    changed[5_000] ^= 1;
    assert_eq!(with(changed), old);
    assert_eq!(with(Vec::new()), old);
}

#[test]
fn of_several_databases_the_one_that_rpm_opens_counts() {
    let stale = RpmHeader::new("stale", "1", "1").build();
    let tree = fedora()
        .file("/var/lib/rpm/rpmdb.sqlite", RpmSqlite::new(&[bash().build()]).build())
        .file(BDB, RpmBdb::new(&[stale]).build());
    assert_snapshot!(found(tree), @"
    os:fedora-40
      distro /etc/os-release
    pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&upstream=bash-5.2.26-3.fc40.src.rpm
      rpm /var/lib/rpm/rpmdb.sqlite@
    ! superseded /var/lib/rpm/Packages: rpm: is not what rpm uses; that is /var/lib/rpm/rpmdb.sqlite
    ");
}

#[test]
fn the_images_own_configuration_chooses_between_directories() {
    let stale = RpmBdb::new(&[RpmHeader::new("stale", "1", "1").build()]).build();
    let tree = fedora().file(SQLITE, RpmSqlite::new(&[bash().build()]).build()).file(BDB, stale);
    let configured = |path: &str| {
        names_and_notices(tree.clone().file("/usr/lib/rpm/macros", format!("%_dbpath\t{path}\n")))
    };
    assert_snapshot!(configured("%{_usr}/lib/sysimage/rpm"), @"
    bash
    ! superseded /var/lib/rpm/Packages: rpm: is not what rpm uses; that is /usr/lib/sysimage/rpm/rpmdb.sqlite
    ");
    assert_snapshot!(configured("%{_var}/lib/rpm"), @"
    stale
    ! superseded /usr/lib/sysimage/rpm/rpmdb.sqlite: rpm: is not what rpm uses; that is /var/lib/rpm/Packages
    ");
    assert_snapshot!(configured("%{_usr}/share/rpm"), @"
    bash
    stale
    ");
}

fn names_and_notices(tree: Tree) -> String {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let packages = sbom.components.iter().filter(|it| it.identity.purl().is_some());
    let packages = packages.map(|it| it.name.clone());
    let lines = packages.chain(sbom.notices.iter().map(|it| format!("! {it}")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn one_directory_by_several_names_is_one_database() {
    let tree = fedora()
        .link("/var/lib/rpm", "../../usr/lib/sysimage/rpm")
        .link("/usr/share/rpm", "/usr/lib/sysimage/rpm")
        .file(NDB, RpmNdb::new(&[bash().build()]).build());
    assert_snapshot!(found(tree), @"
    os:fedora-40
      distro /etc/os-release
    pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&upstream=bash-5.2.26-3.fc40.src.rpm
      rpm /usr/lib/sysimage/rpm/Packages.db@
    ");
}

#[test]
fn the_manifest_of_a_distroless_image_lists_its_packages() {
    let fixture = "//- /etc/os-release\nID=mariner\nVERSION_ID=2.0\n\
         //- /var/lib/rpmmanifest/container-manifest-1\nopenssl.1.1.1k-29.cm2.x86_64\n\
         //- /var/lib/rpmmanifest/container-manifest-2\n\
         openssl\t1.1.1k-29.cm2\t1\t2\tMicrosoft Corporation\t1\t3\tx86_64\t1\topenssl-1.1.1k-29.cm2.src.rpm\n\
         gpg-pubkey\t3135ce90-5e6fda74\t1\t2\t(none)\t(none)\t0\t(none)\t0\t(none)\n\
         tzdata\t2024a-1.cm2\t1\t2\tMicrosoft Corporation\t(none)\t3\tnoarch\t0\t(none)\n\
         \t1-1\t1\t2\t(none)\t(none)\t3\tnoarch\t0\t(none)\nbroken\n";
    assert_snapshot!(found(fixture), @"
    os:mariner-2.0
      distro /etc/os-release
    pkg:rpm/mariner/openssl@1.1.1k-29.cm2?arch=x86_64&distro=mariner-2.0&epoch=1&upstream=openssl-1.1.1k-29.cm2.src.rpm
      rpm /var/lib/rpmmanifest/container-manifest-2:1
    pkg:rpm/mariner/tzdata@2024a-1.cm2?arch=noarch&distro=mariner-2.0
      rpm /var/lib/rpmmanifest/container-manifest-2:3
    ! malformed /var/lib/rpmmanifest/container-manifest-2: rpm: 1 lines left out; line 5 does not have ten fields
    ! incomplete /var/lib/rpmmanifest/container-manifest-2: rpm: line 4 lacks a valid name or version
    ");
}

#[test]
fn empty_cut_and_foreign_files_give_notices() {
    let whole = RpmNdb::new(&packages()).build();
    let nameless = RpmHeader::default().text(1001, "1").text(1002, "1").build();
    let damaged = [bash().build(), nameless, b"damaged".to_vec()];
    let tree = |bytes: &[u8]| fedora().file(NDB, bytes);
    assert_snapshot!(names_and_notices(tree(b"")), @"! empty-database /usr/lib/sysimage/rpm/Packages.db: rpm: holds no package");
    assert_snapshot!(names_and_notices(tree(&RpmNdb::default().build())), @"! empty-database /usr/lib/sysimage/rpm/Packages.db: rpm: holds no package");
    assert_snapshot!(names_and_notices(tree(&whole[..6_000])), @"
    bash
    ! malformed /usr/lib/sysimage/rpm/Packages.db: rpm: packages larger than the file at offset 4384
    ");
    assert_snapshot!(names_and_notices(tree(b"text")), @"! malformed /usr/lib/sysimage/rpm/Packages.db: rpm: is no database of rpm");
    assert_snapshot!(names_and_notices(tree(&RpmNdb::new(&damaged).build())), @"
    bash
    ! malformed /usr/lib/sysimage/rpm/Packages.db: rpm: the package at offset 4496 is damaged: bad start of a header at offset 0
    ! incomplete /usr/lib/sysimage/rpm/Packages.db: rpm: the package at offset 4384 lacks a valid name, version or release
    ");
    let sqlite = RpmSqlite::new(&packages()).build();
    assert_snapshot!(names_and_notices(fedora().file(SQLITE, &sqlite[..30_000])), @"
    bash
    ! malformed /usr/lib/sysimage/rpm/rpmdb.sqlite: rpm: cut page at offset 86016
    ");
}

#[test]
fn rpm_files_elsewhere_are_no_databases() {
    let tree = fedora()
        .file(
            "/usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite",
            RpmSqlite::new(&packages()).build(),
        )
        .file("/opt/root/var/lib/rpm/Packages", RpmBdb::new(&packages()).build())
        .file("/root/bash-5.2.26-3.fc40.x86_64.rpm", bash().build());
    assert_eq!(names(tree), [""; 0]);
}

#[test]
fn circles_and_lying_counts_in_a_database_end() {
    let packages = [bash().build(), RpmHeader::new("large", "1", "1").padding(2_000).build()];
    let with = |path: &str, mut bytes: Vec<u8>, at: usize, value: u32| {
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
        names_and_notices(fedora().file(path, bytes))
    };
    let sqlite = RpmSqlite::new(&packages).page_size(512).build();
    // The root's last child is the root; the first overflow page of the large package is followed by itself.
    assert_snapshot!(with(SQLITE, sqlite.clone(), 512 + 8, 2), @"
    bash
    ! malformed /usr/lib/sysimage/rpm/rpmdb.sqlite: rpm: circle of pages at offset 512
    ");
    assert_snapshot!(with(SQLITE, sqlite, 4 * 512, 5), @"
    bash
    large
    ");
    let bdb = RpmBdb::new(&packages).page_size(512).big_endian().build();
    let overflow = (1..bdb.len() / 512).find(|page| bdb[page * 512 + 25] == 7).unwrap();
    assert_snapshot!(with(BDB, bdb.clone(), 512 + 16, 1), @"
    bash
    large
    ! malformed /var/lib/rpm/Packages: rpm: packages larger than the file at offset 1562
    ");
    assert_snapshot!(with(BDB, bdb.clone(), overflow * 512 + 16, u32::try_from(overflow).unwrap()), @"
    bash
    large
    ");
    assert_snapshot!(with(BDB, bdb, 72, u32::MAX), @"
    bash
    large
    ! malformed /var/lib/rpm/Packages: rpm: packages larger than the file at offset 1562
    ");
    let ndb = RpmNdb::new(&packages).build();
    assert_snapshot!(with(NDB, ndb, 12, u32::MAX), @"
    bash
    large
    ! malformed /usr/lib/sysimage/rpm/Packages.db: rpm: cut page of slots at offset 4096
    ");
}

#[test]
fn files_that_differ_from_what_rpm_recorded_are_known_where_documents_list_them() {
    let digest = |text: &str| Sha256::of(text.as_bytes()).to_string();
    let files =
        [("/usr/bin/same", FILE, 0), ("/usr/bin/other", FILE, 0), ("/usr/bin/odd", FILE, 0)];
    let package = bash().files(&files).texts(1035, &[&digest("same"), &digest("before"), "x"]);
    let tree = |package: &RpmHeader| {
        let tree = fedora().file(NDB, RpmNdb::new(&[package.build()]).build());
        tree.file("/usr/bin/same", "same").file("/usr/bin/other", "after").file("/usr/bin/odd", "")
    };
    let altered = |package: &RpmHeader, detail| {
        let sbom = sbom(tree(package), Limits::default(), detail);
        let files = sbom.files.iter().filter(|it| it.path.as_bytes().starts_with(b"/usr/bin"));
        files.map(|it| it.altered).collect::<Vec<_>>()
    };
    let sha256 = package.clone().numbers(5011, &[8]);
    assert_eq!(altered(&sha256, FileDetail::All), [None, Some(true), Some(false)]);
    assert_eq!(altered(&sha256, FileDetail::Evidence), []);
    // Digests of an algorithm that nothing else is listed with say nothing.
    assert_eq!(altered(&package, FileDetail::All), [None, None, None]);
    let sbom = sbom(tree(&sha256), Limits::default(), FileDetail::All);
    assert_eq!(sbom.components.iter().map(|it| it.recorded.len()).sum::<usize>(), 2);
}
