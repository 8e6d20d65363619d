//! Each bound, crossed.

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Sbom};
use testkit::{
    Assembly, DotnetBundle, Elf, GoBuildInfo, RpmHeader, RpmNdb, RpmSqlite, Tree, Zip,
    version_resource,
};

use crate::java::jar;
use crate::{context, sbom};

const APK: &str = "//- /lib/apk/db/installed\nP:a\nV:1\nF:bin\nR:x\nR:y\n\nP:b\nV:1\n";

fn crossed(tree: impl Into<Tree>, limits: Limits) -> Sbom {
    let sbom = sbom(tree, limits, FileDetail::None);
    assert!(
        sbom.notices.iter().any(|it| it.code.as_str() == "limit-reached"),
        "{:?}",
        sbom.notices
    );
    sbom
}

#[test]
fn a_directory_over_the_bound_on_entries_is_left_out() {
    let sbom = crossed(
        "//- /z/1\n//- /z/2\n//- /z/3\n//- /lib/apk/db/installed\nP:a\nV:1\n",
        Limits { entries: 5, ..Limits::default() },
    );
    assert_eq!(sbom.components.len(), 1);
}

#[test]
fn paths_over_the_bound_are_left_out() {
    crossed(APK, Limits { path_bytes: 12, ..Limits::default() });
    let zip = Zip::new().maven("g", "a", "1").maven("g", "long", "1");
    let sbom = crossed(jar("/a.jar", &zip), Limits { path_bytes: 34, ..Limits::default() });
    assert_eq!(sbom.components.len(), 1);
}

#[test]
fn links_over_the_bound_are_not_followed() {
    let tree = Tree::parse(APK)
        .link("/var/lib/dpkg", "/1")
        .link("/1", "2")
        .link("/2", "3")
        .link("/3", "/lib");
    let sbom = sbom(tree, Limits { link_hops: 2, ..Limits::default() }, FileDetail::None);
    assert!(
        sbom.notices.iter().any(|it| it.code.as_str() == "link-unresolved"),
        "{:?}",
        sbom.notices
    );
}

#[test]
fn databases_and_metadata_over_the_bound_are_not_read() {
    crossed(APK, Limits { database_bytes: 10, ..Limits::default() });
    let npm = "//- /node_modules/a/package.json\n{\"name\":\"a\",\"version\":\"1\"}\n";
    crossed(npm, Limits { metadata_bytes: 10, ..Limits::default() });
}

#[test]
fn records_and_owned_files_over_the_bound_are_left_out() {
    assert_eq!(crossed(APK, Limits { records: 1, ..Limits::default() }).components.len(), 1);
    let sbom = crossed(APK, Limits { owned_files: 1, ..Limits::default() });
    assert_eq!(sbom.components[0].owns.len(), 1);
}

#[test]
fn rpm_databases_packages_and_paths_over_the_bound_are_left_out() {
    let packages = ["/usr/bin/a", "/usr/bin/b"].map(|path| {
        RpmHeader::new("a", path.trim_start_matches("/usr/bin/"), "1")
            .files(&[(path, 0o100_755, 0)])
            .build()
    });
    let tree = Tree::default().file("/var/lib/rpm/Packages.db", RpmNdb::new(&packages).build());
    let bounded = |limits: Limits| crossed(tree.clone(), limits).components;
    let limits = Limits::default();
    assert_eq!(bounded(Limits { paged_database_bytes: 4_000, ..limits }).len(), 0);
    assert_eq!(bounded(Limits { package_bytes: 100, ..limits }).len(), 0);
    assert_eq!(bounded(Limits { records: 1, ..limits }).len(), 1);
    for limits in [Limits { path_expansion: 0, ..limits }, Limits { owned_bytes: 80, ..limits }] {
        let found = bounded(limits);
        assert_eq!((found.len(), found[0].owns.len()), (2, 0));
    }
    let sqlite = RpmSqlite::new(&packages).page_size(512);
    let tree = Tree::default()
        .file("/var/lib/rpm/rpmdb.sqlite", sqlite.build())
        .file("/var/lib/rpm/rpmdb.sqlite-wal", sqlite.log(true));
    let size = sqlite.build().len() as u64;
    assert_eq!(crossed(tree, Limits { paged_database_bytes: size, ..limits }).components.len(), 0);
}

#[test]
fn evidence_over_the_bound_is_left_out() {
    let file = "package.json\n{\"name\":\"a\",\"version\":\"1\"}\n";
    let tree = format!("//- /1/node_modules/a/{file}//- /2/node_modules/a/{file}");
    let sbom = crossed(&*tree, Limits { evidence: 1, ..Limits::default() });
    assert_eq!(sbom.components[0].evidence.len(), 1);
}

#[test]
fn sections_over_the_bound_are_not_read() {
    let program = GoBuildInfo::new("go1.22.1", "path\tx\n").elf().build();
    let sbom = sbom(
        Tree::default().executable("/app", program),
        Limits { section_bytes: 20, ..Limits::default() },
        FileDetail::None,
    );
    assert!(sbom.notices.iter().any(|it| it.code.as_str() == "malformed"), "{:?}", sbom.notices);
}

#[test]
fn unknown_executables_over_the_bounds_are_counted_and_left_out() {
    let tree = "//- exec /a\n#!/bin/sh\n1\n//- exec /b\n#!/bin/sh\n2\n";
    let sbom = crossed(tree, Limits { unknown_executables: 1, ..Limits::default() });
    assert_eq!(sbom.components.len(), 1);
    let sbom = crossed(tree, Limits { digest_bytes: 4, ..Limits::default() });
    assert_eq!(sbom.components.len(), 0);
    assert!(sbom.counts.to_string().contains("executables{state=\"unknown\"} 2"));
}

#[test]
fn notices_over_the_bound_are_counted() {
    let tree = "//- /1/node_modules/a/package.json\n{}\n//- /2/node_modules/a/package.json\n{}\n";
    let sbom = crossed(tree, Limits { notices: 1, ..Limits::default() });
    assert_eq!(sbom.notices.len(), 2);
}

#[test]
fn entries_of_an_archive_over_the_bound_are_left_out() {
    let zip = Zip::new().maven("g", "a", "1").maven("g", "b", "1").maven("g", "c", "1");
    let sbom = crossed(jar("/a.jar", &zip), Limits { archive_entries: 2, ..Limits::default() });
    assert_eq!(sbom.components.len(), 2);
}

#[test]
fn archives_over_the_bound_on_depth_are_left_out() {
    let third = Zip::new().maven("g", "third", "1");
    let second = Zip::new().maven("g", "second", "1").store("third.jar", third.build());
    let first = Zip::new().maven("g", "first", "1").store("second.jar", second.build());
    let sbom = crossed(jar("/first.jar", &first), Limits { archive_depth: 1, ..Limits::default() });
    assert_eq!(sbom.components.len(), 2);
}

#[test]
fn archives_over_the_bound_on_inflated_bytes_are_left_out() {
    let inner = Zip::new().store("noise", [7; 5_000]).maven("g", "inner", "1").build();
    let outer = Zip::new().maven("g", "outer", "1").deflate("inner.jar", &inner);
    let limits = |bytes| Limits { archive_inflated: bytes, ..Limits::default() };
    assert_eq!(crossed(jar("/outer.jar", &outer), limits(2_000)).components.len(), 1);
    // It may be inflated once, but not as often as reading all of it would take.
    let twice = outer.deflate("again.jar", &inner);
    assert_eq!(crossed(jar("/outer.jar", &twice), limits(8_000)).components.len(), 2);
}

#[test]
fn entries_over_the_bound_on_their_ratio_or_size_are_left_out() {
    let blank = Zip::new().store("blank", vec![0; 2 << 20]).maven("g", "inner", "1").build();
    let bomb = Zip::new().maven("g", "bomb", "1").deflate("inner.jar", &blank);
    let sbom = crossed(jar("/bomb.jar", &bomb), Limits::default());
    assert_eq!(sbom.components.len(), 1);
    let limits = Limits { archive_ratio: 2_000, ..Limits::default() };
    assert_eq!(found_in(jar("/bomb.jar", &bomb), limits), 2);
    crossed(jar("/bomb.jar", &bomb), Limits { metadata_bytes: 10, ..Limits::default() });
}

fn found_in(tree: Tree, limits: Limits) -> usize {
    sbom(tree, limits, FileDetail::None).components.len()
}

#[test]
fn launchers_over_the_bound_are_not_read() {
    let fixture = "//- /gems/specifications/a-1.gemspec\n\
         Gem::Specification.new do |s|\n  s.name = \"a\"\n  s.version = \"1\"\n  s.executables = [\"a\"]\nend\n\
         //- exec /gems/bin/a\n# generated by RubyGems.\nload Gem.activate_bin_path('a', 'a', version)\n";
    let owned = |launcher_bytes| {
        let sbom = sbom(fixture, Limits { launcher_bytes, ..Limits::default() }, FileDetail::None);
        sbom.components[0].owns.len()
    };
    assert_eq!((owned(4096), owned(10)), (1, 0));
}

const POM: &str = "//- /pom.xml\n<project><artifactId>a</artifactId><properties><v>1${w}</v><w>.0</w></properties>\n\
     <dependencies><dependency><groupId>g</groupId><artifactId>d</artifactId><version>${v}</version></dependency></dependencies></project>\n\
     //- /b/pom.xml\n<project><parent><artifactId>a</artifactId></parent>\n\
     <dependencies><dependency><groupId>g</groupId><artifactId>e</artifactId><version>${w}</version></dependency></dependencies></project>\n";

#[test]
fn lockfiles_over_the_bound_are_not_read() {
    let sbom = context(POM, Limits { lockfile_bytes: 10, ..Limits::default() });
    assert!(sbom.components.is_empty());
    assert!(sbom.notices.iter().all(|it| it.code.as_str() == "limit-reached"));
}

#[test]
fn a_pom_over_the_bound_on_nodes_is_not_read() {
    let sbom = context(POM, Limits { xml_nodes: 5, ..Limits::default() });
    assert!(sbom.components.is_empty());
    assert!(sbom.notices.iter().all(|it| it.code.as_str() == "malformed"), "{:?}", sbom.notices);
}

#[test]
fn parents_and_values_of_a_pom_over_the_bounds_state_no_version() {
    let found = |limits| context(POM, limits).components.len();
    assert_eq!(found(Limits::default()), 2);
    assert_eq!(found(Limits { parents: 0, ..Limits::default() }), 1);
    assert_eq!(found(Limits { substitutions: 2, ..Limits::default() }), 1);
    assert_eq!(found(Limits { property_bytes: 2, ..Limits::default() }), 1);
}

#[test]
fn descriptions_in_a_bundle_over_the_bound_are_not_read() {
    let program = Elf::new().section(".data", DotnetBundle::data()).build();
    let bundle = DotnetBundle::new(6).file("a.deps.json", "{}          ").build(&program);
    let tree = Tree::default().executable("/app", bundle);
    crossed(tree, Limits { metadata_bytes: 10, ..Limits::default() });
}

#[test]
fn resources_and_tables_of_an_assembly_over_the_bound_are_no_facts() {
    let assembly = Assembly::new("A", [1, 0, 0, 0]).pe();
    let file = version_resource(assembly, &[("FileVersion", &"1".repeat(500))]).build();
    let tree = Tree::default().file("/a.dll", file);
    let facts = |section_bytes| {
        let limits = Limits { section_bytes, ..Limits::default() };
        let it = sbom(tree.clone(), limits, FileDetail::None).components.remove(0);
        ["pe:file-version", "dotnet:assembly"].map(|key| it.properties.contains_key(key))
    };
    assert_eq!(facts(1 << 20), [true, true]);
    assert_eq!(facts(512), [false, true]);
}
