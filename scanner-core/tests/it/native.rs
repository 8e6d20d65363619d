//! Which program and library loads which.

use std::fmt::Write as _;

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use testkit::{Dynamic, Elf, LdSoCache, MachO, Pe, Tree};

use crate::sbom;

pub(crate) const GLIBC: &str = "/lib64/ld-linux-x86-64.so.2";
pub(crate) const MUSL: &str = "/lib/ld-musl-x86_64.so.1";
/// What glibc's loader has built in on Debian.
const BUILT_IN: &str = "\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0";

/// A library of this name.
pub(crate) fn library(soname: &str) -> Vec<u8> {
    Elf::new().dynamic_section(&Dynamic { soname, ..Dynamic::default() }).build()
}

/// A program for a loader.
pub(crate) fn program(loader: &str, dynamic: &Dynamic<'_>) -> Vec<u8> {
    Elf::new().dynamic_section(dynamic).interpreter(loader).build()
}

pub(crate) fn needs<'a>(needed: &'a [&'a str]) -> Dynamic<'a> {
    Dynamic { needed, ..Dynamic::default() }
}

/// A tree with the loader of glibc as Debian has it.
pub(crate) fn debian() -> Tree {
    let loader = Elf::new().library("ld-linux-x86-64.so.2").section(".rodata", BUILT_IN).build();
    Tree::default().executable(GLIBC, loader)
}

/// The edges, then what is missing, then the notices.
pub(crate) fn links(tree: Tree) -> String {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let mut text = String::new();
    let graph = &sbom.links;
    let path = |at: usize| graph.files[at].path.display();
    for file in &graph.files {
        for it in &file.edges {
            let processor = it.processor.as_ref().map(|it| format!(" on {it}")).unwrap_or_default();
            let (kind, how, to) = (it.kind.as_str(), it.how.as_str(), path(it.to));
            let _ = writeln!(text, "{} {kind} {to} by {how}{processor}", file.path.display());
        }
        for it in &file.differences {
            let (to, how) = (path(it.edge.to), it.edge.how.as_str());
            let _ =
                writeln!(text, "  within {}: {} {to} by {how}", file.path.display(), path(it.from));
        }
        for it in &file.missing {
            let certain = if it.certain { "" } else { " perhaps" };
            let _ = writeln!(text, "{} lacks {}{certain}", file.path.display(), it.name);
        }
    }
    for notice in &sbom.notices {
        let _ = writeln!(text, "! {notice}");
    }
    text
}

#[test]
fn glibc_looks_where_its_loader_was_built_to_look() {
    let tree = debian()
        .executable("/bin/a", program(GLIBC, &needs(&["liba.so", "libb.so", "libc.so"])))
        .file("/usr/lib/x86_64-linux-gnu/liba.so", library("liba.so"))
        .file("/usr/lib/libb.so", library("libb.so"))
        .file("/usr/local/lib/libc.so", library("libc.so"));
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /usr/lib/x86_64-linux-gnu/liba.so by default-directory
    /bin/a needed /usr/lib/libb.so by default-directory
    /bin/a lacks libc.so
    ! library-missing /bin/a: native: needs libc.so, which its loader finds nowhere in the image
    ");
}

#[test]
fn run_paths_of_the_old_kind_are_inherited_and_those_of_the_new_kind_are_not() {
    let old = Dynamic { rpath: "$ORIGIN/../old", ..needs(&["liba.so"]) };
    let new = Dynamic { runpath: "${ORIGIN}/../new", ..needs(&["liba.so"]) };
    let middle =
        Elf::new().dynamic_section(&Dynamic { soname: "liba.so", ..needs(&["libb.so"]) }).build();
    let tree = debian()
        .executable("/opt/bin/old", program(GLIBC, &old))
        .executable("/opt/bin/new", program(GLIBC, &new))
        .file("/opt/old/liba.so", middle.clone())
        .file("/opt/old/libb.so", library("libb.so"))
        .file("/opt/new/liba.so", middle)
        .file("/opt/new/libb.so", library("libb.so"));
    assert_snapshot!(links(tree), @"
    /opt/bin/new interpreter /lib64/ld-linux-x86-64.so.2 by path
    /opt/bin/new needed /opt/new/liba.so by runpath
    /opt/bin/old interpreter /lib64/ld-linux-x86-64.so.2 by path
    /opt/bin/old needed /opt/old/liba.so by rpath
      within /opt/bin/old: /opt/old/liba.so /opt/old/libb.so by rpath
    /opt/new/liba.so lacks libb.so
    ! library-missing /opt/new/liba.so: native: needs libb.so, which its loader finds nowhere in the image
    ");
}

#[test]
fn the_cache_counts_before_default_directories_and_the_configuration_only_without_it() {
    let libraries = [
        ("liba.so", "/usr/lib/glibc-hwcaps/x86-64-v3/liba.so", Some("x86-64-v3")),
        ("liba.so", "/usr/local/lib/liba.so", None),
        ("gone.so", "/usr/local/lib/gone.so", None),
    ];
    let tree = || {
        debian()
            .executable("/bin/a", program(GLIBC, &needs(&["liba.so"])))
            .file("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n")
            .file("/etc/ld.so.conf.d/local.conf", "/usr/local/lib\n")
            .file("/usr/local/lib/liba.so", library("liba.so"))
            .file("/usr/lib/glibc-hwcaps/x86-64-v3/liba.so", library("liba.so"))
    };
    let cached = tree().file("/etc/ld.so.cache", LdSoCache::new(&libraries).build());
    assert_snapshot!(links(cached), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /usr/local/lib/liba.so by cache
    /bin/a needed /usr/lib/glibc-hwcaps/x86-64-v3/liba.so by cache on x86-64-v3
    ");
    assert_snapshot!(links(tree()), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /usr/local/lib/liba.so by configured
    /bin/a needed /usr/lib/glibc-hwcaps/x86-64-v3/liba.so by default-directory on x86-64-v3
    ");
}

#[test]
fn what_is_for_another_machine_is_passed_over() {
    let other = Elf::new().dynamic_section(&Dynamic::default()).machine(183).build();
    let tree = debian()
        .executable("/bin/a", program(GLIBC, &needs(&["liba.so"])))
        .file("/lib/x86_64-linux-gnu/liba.so", other)
        .file("/usr/lib/liba.so", library("liba.so"));
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /usr/lib/liba.so by default-directory
    ");
}

#[test]
fn a_library_that_is_loaded_already_is_found_by_the_name_that_it_gives_itself() {
    let first = Dynamic { runpath: "/opt/lib", ..needs(&["other-name.so", "libb.so"]) };
    let second = Elf::new().dynamic_section(&Dynamic { soname: "libb.so", ..needs(&["liba.so"]) });
    let tree = debian()
        .executable("/bin/a", program(GLIBC, &first))
        .file("/opt/lib/other-name.so", library("liba.so"))
        .file("/opt/lib/libb.so", second.build())
        .file("/usr/lib/liba.so", library("liba.so"));
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /opt/lib/other-name.so by runpath
    /bin/a needed /opt/lib/libb.so by runpath
      within /bin/a: /opt/lib/libb.so /opt/lib/other-name.so by loaded
    /opt/lib/libb.so needed /usr/lib/liba.so by default-directory
    ");
}

#[test]
fn missing_libraries_and_versions_are_told_of() {
    let needed = [("liba.so", &["A_1", "A_2"][..])];
    let dynamic = Dynamic { versions_needed: &needed, ..needs(&["liba.so", "gone.so"]) };
    let defines = Dynamic { soname: "liba.so", versions_defined: &["A_1"], ..Dynamic::default() };
    let tree = debian()
        .executable("/bin/a", program(GLIBC, &dynamic))
        .executable("/bin/other", program(MUSL, &needs(&[])))
        .file("/usr/lib/liba.so", Elf::new().dynamic_section(&defines).build())
        .file("/usr/lib/plugin.so", Elf::new().dynamic_section(&needs(&["host.so"])).build());
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a needed /usr/lib/liba.so by default-directory
    /bin/a lacks gone.so
    /bin/other lacks /lib/ld-musl-x86_64.so.1
    /usr/lib/plugin.so lacks host.so perhaps
    ! library-missing /bin/a: native: needs gone.so, which its loader finds nowhere in the image
    ! symbol-version-missing /bin/a: native: needs A_2 of /usr/lib/liba.so, which does not define it
    ! library-missing /bin/other: native: needs the loader /lib/ld-musl-x86_64.so.1, which is not in the image
    ");
}

#[test]
fn musl_is_its_own_libraries_and_inherits_every_run_path() {
    let middle = Dynamic { soname: "liba.so", ..needs(&["libb.so", "libc.so"]) };
    let dynamic =
        Dynamic { runpath: "$ORIGIN/../lib", ..needs(&["liba.so", "libc.musl-x86_64.so.1"]) };
    let tree = Tree::default()
        .executable(MUSL, library(""))
        .executable("/opt/bin/a", program(MUSL, &dynamic))
        .file("/opt/lib/liba.so", Elf::new().dynamic_section(&middle).build())
        .file("/opt/lib/libb.so", library("libb.so"))
        .file("/etc/ld-musl-x86_64.path", "/opt/other:/opt/third\n")
        .executable("/bin/b", program(MUSL, &needs(&["libz.so"])))
        .file("/opt/third/libz.so", library("libz.so"));
    assert_snapshot!(links(tree), @"
    /bin/b interpreter /lib/ld-musl-x86_64.so.1 by path
    /bin/b needed /opt/third/libz.so by default-directory
    /opt/bin/a interpreter /lib/ld-musl-x86_64.so.1 by path
    /opt/bin/a needed /opt/lib/liba.so by runpath
    /opt/bin/a needed /lib/ld-musl-x86_64.so.1 by loaded
      within /opt/bin/a: /opt/lib/liba.so /opt/lib/libb.so by runpath
    /opt/lib/liba.so needed /lib/ld-musl-x86_64.so.1 by loaded
    ");
}

#[test]
fn what_is_preloaded_is_loaded_into_every_program() {
    let tree = debian()
        .file("/etc/ld.so.preload", "/usr/lib/libtrace.so # all\n")
        .file("/usr/lib/libtrace.so", library("libtrace.so"))
        .executable("/bin/a", program(GLIBC, &needs(&[])));
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a preload /usr/lib/libtrace.so by path
    ");
}

#[test]
fn notes_name_what_is_loaded_on_demand() {
    let note = r#"[{"soname":["libx.so.2","libx.so.1"],"priority":"suggested"},{"soname":["no.so"],"priority":"required"}]"#;
    let tree = debian()
        .executable(
            "/bin/a",
            Elf::new()
                .dynamic_section(&needs(&[]))
                .interpreter(GLIBC)
                .note(".note.dlopen", "FDO", 0x407c_0c0a, note)
                .build(),
        )
        .file("/usr/lib/libx.so.1", library("libx.so.1"));
    assert_snapshot!(links(tree), @"
    /bin/a interpreter /lib64/ld-linux-x86-64.so.2 by path
    /bin/a on-demand /usr/lib/libx.so.1 by default-directory
    /bin/a lacks no.so
    ");
}

#[test]
fn windows_looks_beside_the_program_whatever_the_case() {
    let tree = Tree::default()
        .executable(
            "/app/a.exe",
            Pe::new().imports(&["KERNEL32.dll", "Helper.DLL"], &["late.dll"]).build(),
        )
        .file("/app/helper.dll", Pe::new().library().build())
        .file("/Windows/System32/late.dll", Pe::new().library().build());
    assert_snapshot!(links(tree), @"
    /app/a.exe needed /app/helper.dll by program-directory
    /app/a.exe delayed /Windows/System32/late.dll by default-directory
    /app/a.exe lacks KERNEL32.dll perhaps
    ");
}

#[test]
fn macos_takes_paths_that_count_from_the_file_or_its_run_paths() {
    let program = MachO::new()
        .loads("@executable_path/liba.dylib")
        .loads("@rpath/libb.dylib")
        .loads("/usr/lib/libSystem.B.dylib")
        .rpath("@loader_path/../lib");
    let tree = Tree::default()
        .executable("/app/bin/a", program.build())
        .file("/app/bin/liba.dylib", MachO::new().library().build())
        .file(
            "/app/lib/libb.dylib",
            MachO::universal(&[MachO::new().library(), MachO::new().library()]),
        );
    assert_snapshot!(links(tree), @"
    /app/bin/a needed /app/bin/liba.dylib by path
    /app/bin/a needed /app/lib/libb.dylib by rpath
    /app/bin/a lacks /usr/lib/libSystem.B.dylib perhaps
    ");
}

#[test]
fn components_link_to_each_other_each_pair_once() {
    let status = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: liba\nStatus: install ok installed\nVersion: 2\n";
    let tree = debian()
        .file("/var/lib/dpkg/status", status)
        .file("/var/lib/dpkg/info/a.list", "/bin/a\n/bin/b\n")
        .file("/var/lib/dpkg/info/liba.list", "/lib/liba.so\n")
        .link("/lib", "usr/lib")
        .executable("/bin/a", program(GLIBC, &needs(&["liba.so"])))
        .executable("/bin/b", program(GLIBC, &needs(&["liba.so"])))
        .file("/usr/lib/liba.so", library("liba.so"));
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let edges: Vec<String> = sbom
        .relationships
        .iter()
        .map(|it| {
            format!("{} {:?} {} {:?}", it.from.as_str(), it.relation, it.to.as_str(), it.proof)
        })
        .collect();
    assert_snapshot!(edges.join("\n"), @"
    pkg:deb/debian/a@1 LinksTo bin:sha256:2df7dfe23a07efaa710494b2bb98ab59adc04ee9be36bbf412a17d23c7ce063a /bin/a
    pkg:deb/debian/a@1 LinksTo pkg:deb/debian/liba@2 /bin/a
    ");
}
