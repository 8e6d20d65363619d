//! Rust programs.

use insta::assert_snapshot;
use testkit::{Dynamic, Elf, MachO, Pe, Tree, zlib};

use crate::{found, linked};

const CRATES: &str = r#"{"packages":[
    {"name":"app","version":"0.3.1-rc.1","source":"local","dependencies":[1,2,3,99],"root":true},
    {"name":"itoa","version":"1.0.11","source":"crates.io"},
    {"name":"autocfg","version":"1.3.0","source":"crates.io","kind":"build"},
    {"name":"forked","version":"0.1.0+meta","source":"git","dependencies":[1]}
]}"#;

fn elf(json: &str) -> Vec<u8> {
    Elf::new().section(".dep-v0", zlib(json)).build()
}

#[test]
fn crates_of_a_program_are_found_and_those_of_its_build_are_not() {
    assert_snapshot!(found(Tree::default().executable("/app", elf(CRATES))), @"
    pkg:cargo/app@0.3.1-rc.1
      rust /app@
    pkg:cargo/forked@0.1.0%2Bmeta
      rust /app@
    pkg:cargo/itoa@1.0.11
      rust /app@
    pkg:cargo/app@0.3.1-rc.1 depends on pkg:cargo/forked@0.1.0%2Bmeta
    pkg:cargo/app@0.3.1-rc.1 depends on pkg:cargo/itoa@1.0.11
    pkg:cargo/forked@0.1.0%2Bmeta depends on pkg:cargo/itoa@1.0.11
    ");
}

#[test]
fn programs_of_windows_and_macos_say_the_same() {
    let elf = found(Tree::default().executable("/app", elf(CRATES)));
    let pe = Pe::new().section(".dep-v0", zlib(CRATES)).build();
    assert_eq!(found(Tree::default().executable("/app", pe)), elf);
    let macho = MachO::new().section(".dep-v0", zlib(CRATES)).build();
    assert_eq!(found(Tree::default().executable("/app", macho)), elf);
}

#[test]
fn a_broken_list_is_told_of_and_the_program_stays_unknown() {
    assert_snapshot!(found(Tree::default().executable("/app", elf("{\"packages\":[{}]}"))), @"
    bin:sha256:82d7646d8bd8bf5cd2edbbba036ef9bb895da30519c154f058320935ecd2feef
      executable /app
    ! malformed /app: rust: unreadable list of crates at offset 512
    ");
}

#[test]
fn a_library_without_a_root_contains_its_crates() {
    let json = r#"{"packages":[{"name":"a","version":"1.0.0","source":"crates.io"}]}"#;
    let library = Elf::new().library("").section(".dep-v0", zlib(json)).build();
    assert_snapshot!(found(Tree::default().file("/lib/a.so", library)), @"
    bin:sha256:0c07b03b40ec6ec3c0aaeebf2b865187641ce12a5c9e979ae8cec045f4cc9739
      executable /lib/a.so
    pkg:cargo/a@1.0.0
      rust /lib/a.so@
    bin:sha256:0c07b03b40ec6ec3c0aaeebf2b865187641ce12a5c9e979ae8cec045f4cc9739 depends on pkg:cargo/a@1.0.0
    ");
}

#[test]
fn crates_are_linked_into_their_program_unless_it_loads_the_standard_library() {
    let program =
        |elf: Elf| Tree::default().executable("/app", elf.section(".dep-v0", zlib(CRATES)).build());
    let app = "pkg:cargo/app@0.3.1-rc.1";
    assert_eq!(
        linked(program(Elf::new())),
        [
            format!("{app} has pkg:cargo/forked@0.1.0%2Bmeta"),
            format!("{app} has pkg:cargo/itoa@1.0.11"),
        ]
    );
    let shared = Elf::new().dynamic_section(&Dynamic {
        needed: &["libstd-0123456789abcdef.so"],
        ..Dynamic::default()
    });
    assert_eq!(linked(program(shared)), Vec::<String>::new());
}
