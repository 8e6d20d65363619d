//! Go programs.

use insta::assert_snapshot;
use testkit::{Dynamic, Elf, GoBuildInfo, MachO, Pe, Tree};

use crate::executables::facts;
use crate::{found, linked};

const MODULES: &str = "path\texample.org/app/cmd\n\
    mod\texample.org/app\tv1.2.3\t\n\
    dep\tgithub.com/A/b\tv0.1.0\th1:x=\n\
    dep\tgithub.com/c/d\tv1.0.0\n=>\tgithub.com/fork/d\tv1.0.1\th1:y=\n\
    dep\tgithub.com/e/f\tv2.0.0+incompatible\n=>\t../f\t\t\n\
    dep\texample.org/workspace\t(devel)\t\n\
    build\tGOOS=linux\n";

#[test]
fn modules_replacements_and_the_standard_library_are_found() {
    let program = GoBuildInfo::new("go1.22.1", MODULES).elf().build();
    assert_snapshot!(found(Tree::default().executable("/app", program)), @"
    pkg:golang/example.org/app@v1.2.3
      go /app@
    pkg:golang/example.org/workspace@%28devel%29
      go /app@
    pkg:golang/github.com/a/b@v0.1.0
      go /app@
    pkg:golang/github.com/e/f@v2.0.0%2Bincompatible
      go /app@
    pkg:golang/github.com/fork/d@v1.0.1
      go /app@
    pkg:golang/stdlib@1.22.1
      go /app@
    pkg:golang/example.org/app@v1.2.3 depends on pkg:golang/example.org/workspace@%28devel%29
    pkg:golang/example.org/app@v1.2.3 depends on pkg:golang/github.com/a/b@v0.1.0
    pkg:golang/example.org/app@v1.2.3 depends on pkg:golang/github.com/e/f@v2.0.0%2Bincompatible
    pkg:golang/example.org/app@v1.2.3 depends on pkg:golang/github.com/fork/d@v1.0.1
    pkg:golang/example.org/app@v1.2.3 depends on pkg:golang/stdlib@1.22.1
    ");
}

#[test]
fn old_programs_and_programs_without_sections_say_the_same() {
    let info = GoBuildInfo::new("go1.22.1", MODULES);
    let new = found(Tree::default().executable("/app", info.elf().build()));
    let old = Elf::new().section(".go.buildinfo", info.pointers()).build();
    assert_eq!(found(Tree::default().executable("/app", old)), new);
    let stripped = info.elf().without_section_headers().build();
    assert_eq!(found(Tree::default().executable("/app", stripped)), new);
}

#[test]
fn programs_of_windows_and_macos_say_the_same() {
    let info = GoBuildInfo::new("go1.22.1", MODULES);
    let elf = found(Tree::default().executable("/app", info.elf().build()));
    let pe = Pe::new().section(".data", info.inline());
    assert_eq!(found(Tree::default().file("/app.exe", pe.build())).replace("app.exe", "app"), elf);
    let macho = MachO::new().section("__go_buildinfo", info.inline());
    assert_eq!(found(Tree::default().executable("/app", macho.build())), elf);
    let universal = MachO::universal(&[macho.clone(), macho]);
    assert_eq!(found(Tree::default().executable("/app", universal)), elf);
}

#[test]
fn a_program_built_from_a_checkout_has_its_commit_as_version() {
    let modules = "path\texample.org/app\nmod\texample.org/app\t(devel)\t\n\
        build\tvcs.revision=c0ffee\nbuild\tvcs.modified=true\n";
    let program = GoBuildInfo::new("go1.21.0", modules).elf().build();
    assert_snapshot!(found(Tree::default().executable("/app", program)), @"
    pkg:golang/example.org/app@c0ffee%2Bdirty
      go /app@
    pkg:golang/stdlib@1.21.0
      go /app@
    pkg:golang/example.org/app@c0ffee%2Bdirty depends on pkg:golang/stdlib@1.21.0
    ");
}

#[test]
fn programs_without_build_information_stay_unknown_and_their_markers_are_counted() {
    let table = [0xf1, 0xff, 0xff, 0xff, 0, 0];
    let elf = Elf::new().section(".note.go.buildid", "x").section(".gopclntab", table).build();
    let stripped = Elf::new().note(".note.go.buildid", "Go\0", 4, "x").without_section_headers();
    let pe = Pe::new().section(".text", b"\xff Go build ID: \"x\"").build();
    let tree = Tree::default()
        .executable("/elf", elf)
        .executable("/stripped", stripped.build())
        .executable("/pe", pe)
        .executable("/not-go", Elf::new().section(".gopclntab", "other").build());
    assert_snapshot!(facts(tree), @r#"
    stripped Application
      buildId=file-sha256:4df2c1e1785838b7770927958efd3cc2f5b660d17d4fc4a064489b8e18930119
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=572
      go:indicators=build-id
      go:version-hint=unknown
    elf Application
      buildId=file-sha256:c8d45fd797497b4ed084401071775ffcbcee5e3488627b0b7e515741626a1d69
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=848
      go:indicators=build-id pclntab
      go:version-hint=go1.20+
    not-go Application
      buildId=file-sha256:d3c107f7ece41df909c6dae18e73647da3d0f077c6a4b1f0d5460907907551c4
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=752
    pe Application
      executable:architecture=amd64
      executable:format=pe
      executable:role=program
      executable:size=1536
      go:indicators=build-id
      go:version-hint=unknown
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 4
    scanner_analyzer_golang_heuristic_total{indicator="build-id",version_hint="go1.20+"} 1
    scanner_analyzer_golang_heuristic_total{indicator="build-id",version_hint="unknown"} 2
    scanner_analyzer_golang_heuristic_total{indicator="pclntab",version_hint="go1.20+"} 1
    "#);
}

#[test]
fn other_elf_files_and_lying_ones_are_no_go_programs() {
    let cut = GoBuildInfo::new("go1.21.0", MODULES).inline();
    let cut = Elf::new().section(".go.buildinfo", &cut[..40]).build();
    let tree = Tree::default()
        .executable("/plain", Elf::new().section(".text", b"x").build())
        .executable("/cut", cut)
        .executable("/header", b"\x7fELF\x02\x01\x01".repeat(20));
    assert_snapshot!(found(tree), @"
    bin:sha256:657df008bf8fa43de3d921773d114f88656197cccad9632c2120469614efe7cb
      executable /cut
    bin:sha256:9c1cd728c1f6da2a34826354ceb70b783f0ed0a40feb153cfbd87699c6a3f56d
      executable /plain
    ! incomplete /cut: go: is a Go program without a list of its modules
    ! malformed /header: executable: program headers at offset 163902297812828418
    ");
}

#[test]
fn modules_are_linked_into_their_program_unless_it_loads_the_standard_library() {
    let info =
        GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\ndep\td.e/f\tv1.0.0\n");
    let program = |elf: Elf| Tree::default().executable("/app", elf.build());
    assert_eq!(
        linked(program(info.elf())),
        [
            "pkg:golang/a.b/c@v1.0.0 has pkg:golang/d.e/f@v1.0.0",
            "pkg:golang/a.b/c@v1.0.0 has pkg:golang/stdlib@1.22.1",
        ]
    );
    assert_eq!(
        linked(program(
            info.elf().dynamic_section(&Dynamic { needed: &["libstd.so"], ..Dynamic::default() })
        )),
        Vec::<String>::new()
    );
}
