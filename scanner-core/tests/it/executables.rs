//! Programs, libraries and scripts, and whom they belong to.

use std::fmt::Write as _;

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use testkit::{Assembly, Elf, GoBuildInfo, MachO, Pe, Tree, version_resource};

use crate::{found, sbom};

/// Names and facts of the components that are files, then what was counted.
pub(crate) fn facts(tree: impl Into<Tree>) -> String {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let mut text = String::new();
    for component in sbom.components.iter().filter(|it| it.identity.file_digest().is_some()) {
        let _ = writeln!(text, "{} {:?}", component.name, component.kind);
        for (key, value) in component.properties.iter() {
            let _ = writeln!(text, "  {key}={value}");
        }
    }
    for (counter, count) in sbom.counts.iter() {
        let _ = writeln!(text, "{counter} {count}");
    }
    text
}

#[test]
fn what_nothing_owns_is_a_component_by_its_digest() {
    assert_snapshot!(found("//- exec /entry.sh\n#!/bin/sh\nexec true\n//- exec /copy.sh\n#!/bin/sh\nexec true\n"), @"
    bin:sha256:a277a3500d80d93c6b28ecbb66d1bfb3c80d65e8c8bd907075df0e903232a7ff
      executable /copy.sh
      executable /entry.sh
    ");
}

#[test]
fn elf_files_say_what_they_can_of_themselves() {
    let elf = Elf::new().section(".comment", "GCC: 12\0GCC: 12\0").interpreter("/lib/ld.so");
    let elf = elf.note(".note.gnu.build-id", "GNU", 3, [0xc0, 0xff, 0xee]).position_independent();
    let tree = Tree::default()
        .executable("/bin/program", elf.build())
        .executable("/bin/static", Elf::new().build())
        .file("/lib/libx.so.1", Elf::new().interpreter("/lib/ld.so").library("libx.so.1").build())
        .file("/lib/plugin.so", Elf::new().library("").build())
        .file("/lib/x.ko", Elf::new().object().section(".modinfo", "name=x").build());
    assert_snapshot!(facts(tree), @r#"
    static Application
      buildId=file-sha256:20e2538befd0269fbcf639b2dc96676583b960cc35edebab87569976b2e055a6
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=656
    plugin.so Library
      buildId=file-sha256:674951fbfa217578f20a93e8d90e44e9e39db6c35c18bdbafce67dae4ff9f68c
      executable:architecture=amd64
      executable:format=elf
      executable:role=library
      executable:size=864
    x.ko Library
      buildId=file-sha256:7ea3a5bdd55e155d2ac4faf9a9bb70a1e633e1dc5f25b6f50a2f9f4ac5bd8981
      executable:architecture=amd64
      executable:format=elf
      executable:role=kernel-module
      executable:size=752
    libx.so.1 Library
      buildId=file-sha256:907e7aab47d63455a910f1f1e02b350c60e1dd27d42c610fc0dd3276b8099b4e
      elf:soname=libx.so.1
      executable:architecture=amd64
      executable:format=elf
      executable:interpreter=/lib/ld.so
      executable:role=library
      executable:size=960
    program Application
      buildId=gnu-build-id:c0ffee
      elf:comment=GCC: 12
      executable:architecture=amd64
      executable:format=elf
      executable:interpreter=/lib/ld.so
      executable:linkage=dynamic
      executable:role=program
      executable:size=1056
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 5
    "#);
}

#[test]
fn programs_without_a_loader_are_static_and_those_that_move_themselves_static_pie() {
    let moved = Elf::new().position_independent();
    for (elf, expected) in [
        (Elf::new().build(), "executable:linkage=static\n"),
        (moved.clone().build(), "executable:linkage=static-pie\n"),
        (moved.interpreter("/lib/ld.so").build(), "executable:linkage=dynamic\n"),
    ] {
        let told = facts(Tree::default().executable("/bin/program", elf));
        assert!(told.contains(expected), "{expected}{told}");
    }
}

#[test]
fn other_executables_say_what_they_can_of_themselves() {
    let tree = Tree::default()
        .file("/lib/x.dll", Pe::new().library().build())
        .file("/lib/x.dylib", MachO::new().library().uuid([0x11; 16]).build())
        .executable("/bin/script", "#!/usr/bin/env -S python3 -u\nprint()\n");
    assert_snapshot!(facts(tree), @r#"
    script Application
      executable:format=script
      executable:interpreter=/usr/bin/env -S python3 -u
      executable:role=program
      executable:size=37
    x.dll Library
      executable:architecture=amd64
      executable:format=pe
      executable:role=library
      executable:size=1024
    x.dylib Library
      buildId=macho-uuid:11111111111111111111111111111111
      executable:architecture=arm64
      executable:format=mach-o
      executable:role=library
      executable:size=128
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 3
    "#);
}

#[test]
fn files_that_no_system_runs_are_not_counted() {
    let tree = Tree::default()
        .file("/lib/x.o", [Elf::new().object().build(), vec![0; 5000]].concat())
        .file("/app/notes", format!("#!/bin/sh\n{}", "x".repeat(5000)))
        .file("/app/X.class", b"\xca\xfe\xba\xbe\0\0\0\x34\0\x10".repeat(500))
        .executable("/app/data", "not a program")
        .executable("/app/empty", "");
    assert_snapshot!(facts(tree), @r#"
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 0
    "#);
}

#[test]
fn owned_and_identified_executables_are_counted_and_nothing_more() {
    let program = Elf::new().build();
    let go = GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n").elf().build();
    let tree = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- link /bin usr/bin\n\
         //- /var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1\n\
         //- /var/lib/dpkg/info/a.list\n/bin/a\n/bin/moved\n//- exec /var/lib/dpkg/info/a.postinst\n#!/bin/sh\n\
         //- /var/lib/dpkg/diversions\n/bin/moved\n/bin/moved.distrib\nb\n\
         //- /app/node_modules/p/package.json\n{\"name\":\"p\",\"version\":\"1\"}\n\
         //- /opt/w-1.dist-info/METADATA\nName: w\nVersion: 1\n//- /opt/w-1.dist-info/RECORD\nw/native.so,,\n";
    let tree = Tree::parse(tree)
        .executable("/usr/bin/a", &program)
        .executable("/usr/bin/moved.distrib", &program)
        .file("/app/node_modules/p/build/Release/p.node", &program)
        .file("/opt/w/native.so", &program)
        .executable("/app/server", go);
    assert_snapshot!(facts(tree), @r#"
    executables{state="identified"} 3
    executables{state="owned"} 3
    executables{state="unknown"} 0
    "#);
}

#[test]
fn a_folder_of_a_package_inside_a_package_is_its_own() {
    let package = |name| format!("{{\"name\":\"{name}\",\"version\":\"1\"}}");
    let program = GoBuildInfo::new("go1.22.1", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n").elf().build();
    let tree = Tree::default()
        .file("/node_modules/a/package.json", package("a"))
        .file("/node_modules/a/node_modules/b/package.json", package("b"))
        .executable("/node_modules/a/node_modules/b/bin/tool", program);
    assert_snapshot!(found(tree), @"
    pkg:golang/a.b/c@v1.0.0
      go /node_modules/a/node_modules/b/bin/tool@
    pkg:golang/stdlib@1.22.1
      go /node_modules/a/node_modules/b/bin/tool@
    pkg:npm/a@1
      node /node_modules/a/package.json
    pkg:npm/b@1
      node /node_modules/a/node_modules/b/package.json
    pkg:golang/a.b/c@v1.0.0 owned by pkg:npm/b@1
    pkg:golang/a.b/c@v1.0.0 depends on pkg:golang/stdlib@1.22.1
    pkg:golang/stdlib@1.22.1 owned by pkg:npm/b@1
    ");
}

#[test]
fn a_program_with_modules_but_no_name_of_its_own_contains_them() {
    let program = GoBuildInfo::new("go1.19.8", "path\tcommand-line-arguments\n").elf().build();
    let tree = || Tree::default().executable("/tool", &program);
    assert_snapshot!(found(tree()), @"
    bin:sha256:f4796ed38a2fdd5fbd248a7e7bb3984ce18762d75c73f26aa8e2a1df0ac8cfb1
      executable /tool
    pkg:golang/stdlib@1.19.8
      go /tool@
    bin:sha256:f4796ed38a2fdd5fbd248a7e7bb3984ce18762d75c73f26aa8e2a1df0ac8cfb1 depends on pkg:golang/stdlib@1.19.8
    ");
    assert_snapshot!(facts(tree()), @r#"
    tool Application
      buildId=file-sha256:f4796ed38a2fdd5fbd248a7e7bb3984ce18762d75c73f26aa8e2a1df0ac8cfb1
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=848
      go:main-package=command-line-arguments
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 1
    "#);
}

#[test]
fn a_note_names_the_source_package_of_a_binary_that_no_database_knows() {
    let note = r#"{"type":"rpm","name":"bash","version":"5.2-3.fc40","architecture":"x86_64","osCpe":"cpe:/o:fedoraproject:fedora:40"}"#;
    let tree = Tree::default()
        .executable("/bash", Elf::new().note(".note.package", "FDO", 0xcafe_1a7e, note).build())
        .file("/boot/bash.efi", Pe::new().section(".pkgnote", note).build());
    assert_snapshot!(found(tree), @"
    pkg:rpm/fedora/bash@5.2-3.fc40?arch=src&distro=fedora-40
      executable /bash@
      executable /boot/bash.efi@
    ");
}

#[test]
fn a_note_that_leaves_the_package_open_is_a_fact_of_the_file() {
    let note = r#"{"type":"mine","name":"tool","version":"1"}"#;
    let program = Elf::new().note(".note.package", "FDO", 0xcafe_1a7e, note).build();
    assert_snapshot!(facts(Tree::default().executable("/tool", program)), @r#"
    tool Application
      buildId=file-sha256:b582ba8819198c7421fef1378f159d0904bd02580b23ff27a7ca5be8c637af7e
      executable:architecture=amd64
      executable:format=elf
      executable:linkage=static
      executable:role=program
      executable:size=800
      package-note:name=tool
      package-note:type=mine
      package-note:version=1
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 1
    "#);
}

#[test]
fn what_installers_put_into_directories_of_their_packages_is_theirs() {
    let gem = "Gem::Specification.new do |s|\n  s.name = \"x\"\n  s.version = \"1\"\nend\n";
    let text = format!(
        "//- /gems/specifications/x-1.gemspec\n{gem}\
         //- /var/www/vendor/composer/installed.json\n{{\"packages\":[{{\"name\":\"a/b\",\"version\":\"1.0\"}}]}}\n\
         //- /brew/Cellar/tool/1.0/INSTALL_RECEIPT.json\n{{}}\n\
         //- /lib/R/library/stats/DESCRIPTION\nPackage: stats\nVersion: 4.2.2\nBuilt: R 4.2.2\n\
         //- /lib/R/library/stats/Meta/package.rds\nx\n\
         //- /lib/rocks-5.1/foo/1-1/foo-1-1.rockspec\npackage = \"foo\"\n//- /lib/rocks-5.1/foo/1-1/rock_manifest\nx\n\
         //- /lib/erlang/lib/crypto-5.4/ebin/crypto.app\n{{application,crypto,[{{vsn,\"5.4\"}},{{modules,[]}}]}}.\n\
         //- /opt/java/release\nJAVA_VERSION=\"21.0.1\"\nIMPLEMENTOR=\"Eclipse Adoptium\"\n\
         //- /opt/lambda/flask-3.0.dist-info/METADATA\nName: flask\nVersion: 3.0\n\
         //- /opt/lambda/flask-3.0.dist-info/RECORD\n../../bin/flask,,\n../../bin/gone,,\n"
    );
    let program = Elf::new().build();
    let mut tree = Tree::parse(&text);
    for path in [
        "/gems/gems/x-1/exe/x",
        "/gems/extensions/x86_64-linux/3.3.0/x-1/x/x.so",
        "/var/www/vendor/a/b/bin/run",
        "/brew/Cellar/tool/1.0/bin/tool",
        "/lib/R/library/stats/libs/stats.so",
        "/lib/rocks-5.1/foo/1-1/bin/foo",
        "/lib/erlang/lib/crypto-5.4/priv/lib/crypto.so",
        "/opt/java/bin/java",
        "/opt/java/lib/server/libjvm.so",
        "/opt/lambda/bin/flask",
    ] {
        tree = tree.executable(path, &program);
    }
    let others = ["/gems/extensions/x86_64-linux/3.3.0/y-1/x.so", "/opt/lambda/bin/other"];
    for path in others {
        tree = tree.executable(path, &program);
    }
    assert_snapshot!(sbom(tree, Limits::default(), FileDetail::None).counts, @r#"executables{state="identified"} 10, executables{state="owned"} 0, executables{state="unknown"} 2"#);
}

#[test]
fn a_root_of_windows_is_read_like_any_other() {
    let tree = Tree::default()
        .file("/Windows/System32/kernel32.dll", Pe::new().library().build())
        .file("/Windows/System32/drivers/disk.sys", Pe::new().section(".text", "driver").build())
        .file("/Windows/command.com", [b"MZ".as_slice(), &[0; 5000]].concat())
        .file("/Program Files/app/app.exe", Pe::new().section(".text", "app").build())
        .file("/Program Files/app/readme.txt", "no program");
    assert_snapshot!(facts(tree), @r#"
    app.exe Application
      executable:architecture=amd64
      executable:format=pe
      executable:role=program
      executable:size=1536
    kernel32.dll Library
      executable:architecture=amd64
      executable:format=pe
      executable:role=library
      executable:size=1024
    disk.sys Application
      executable:architecture=amd64
      executable:format=pe
      executable:role=program
      executable:size=1536
    executables{state="identified"} 0
    executables{state="owned"} 0
    executables{state="unknown"} 3
    "#);
}

#[test]
fn what_windows_keeps_of_its_programs_breaks_nothing() {
    let managed = Assembly::new("System", [4, 0, 0, 0]).pe();
    let strings = [("FileVersion", "4.8.9037.0"), ("ProductVersion", "4.8.9037.0")];
    let gac = "/Windows/Microsoft.NET/assembly/GAC_MSIL/System/v4.0_4.0.0.0__b77a5c561934e089";
    let side = "/Windows/WinSxS/amd64_microsoft.windows.gdiplus_6595b64144ccf1df_1.1.9600.1_none_0";
    let large = |start: &[u8]| [start, &[0; 8192]].concat();
    let tree = Tree::default()
        .file("/Windows/System32/config/SOFTWARE", large(b"regf\x01\0\0\0"))
        .file("/Windows/System32/config/SYSTEM.LOG1", large(b"HvLE"))
        .file("/Users/Default/NTUSER.DAT", large(b"regf"))
        .file("/Windows/Installer/1a2b3c.msi", large(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
        .file("/Windows/WinSxS/Manifests/a.manifest", large(b"DCM\x01PA30"))
        .file("/Windows/servicing/Packages/a.mum", "<?xml version=\"1.0\"?>\n<assembly/>\n")
        .file(format!("{side}/GdiPlus.dll"), Pe::new().library().build())
        .file(format!("{gac}/System.dll"), version_resource(managed, &strings).build());
    let text = found(tree.clone());
    assert!(!text.contains('!'), "{text}");
    let told = facts(tree);
    for fact in ["GdiPlus.dll", "pe:file-version=4.8.9037.0", "executables{state=\"unknown\"} 2"] {
        assert!(told.contains(fact), "{fact}: {told}");
    }
}

#[test]
fn lying_tables_of_sections_hide_no_program() {
    let mut program = Elf::new().section(".text", "code").build();
    program[60] = 0xff; // the number of sections
    let mut names = Elf::new().section(".text", "data").build();
    names[62] = 0xff; // the place of their names
    let tree = Tree::default().executable("/count", program).executable("/names", names);
    assert_snapshot!(sbom(tree, Limits::default(), FileDetail::None).counts, @r#"executables{state="identified"} 0, executables{state="owned"} 0, executables{state="unknown"} 2"#);
}
