//! What shows that a program was built by Go although it has no build information.
//! Specification: Go, `cmd/internal/buildid` and `debug/gosym` (the magic numbers of the line table).

use crate::formats::elf::Facts;
use crate::formats::executable::{Executable, Section};
use crate::read::{ReadAt, window};

/// Where the linker puts its build ID: a note of ELF, else the first bytes of the code.
const BUILD_ID_NOTE: &str = ".note.go.buildid";
const CODE: [&str; 2] = [".text", "__text"];
const BUILD_ID: &[u8] = b"\xff Go build ID: \"";
/// Where the table of functions and lines is.
const LINE_TABLE: [&str; 3] = [".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab"];
/// Its magic numbers, and the toolchains that write it.
const MAGICS: [(u32, &str); 4] = [
    (0xffff_fffb, "go1.2-1.15"),
    (0xffff_fffa, "go1.16-1.17"),
    (0xffff_fff0, "go1.18-1.19"),
    (0xffff_fff1, "go1.20+"),
];

/// The markers of one program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markers {
    /// Whether it has a build ID of Go's linker.
    pub build_id: bool,
    /// The toolchains that write a table of functions like the one that it has.
    pub line_table: Option<&'static str>,
}

/// Looks for markers, in what is known of an ELF file too. Those that cannot be read are not there.
pub fn markers(file: &dyn ReadAt, executable: &Executable, facts: Option<&Facts>) -> Markers {
    let layouts = executable.layouts();
    let section = |names: &[&str]| {
        let all = layouts.iter().flat_map(|layout| names.iter().map(|name| layout.section(name)));
        all.flatten().next()
    };
    let build_id = match executable {
        Executable::Elf(elf) if elf.layout.sections.is_empty() => {
            facts.is_some_and(|it| it.go_build_id)
        }
        Executable::Elf(_) => section(&[BUILD_ID_NOTE]).is_some(),
        _ => section(&CODE).is_some_and(|it| begins(file, it, BUILD_ID)),
    };
    let magic = |(number, toolchains): (u32, &'static str), it: &Section| {
        let bytes = [number.to_le_bytes(), number.to_be_bytes()];
        bytes.iter().any(|bytes| begins(file, it, bytes)).then_some(toolchains)
    };
    let line_table =
        section(&LINE_TABLE).and_then(|it| MAGICS.into_iter().find_map(|known| magic(known, it)));
    Markers { build_id, line_table }
}

fn begins(file: &dyn ReadAt, section: &Section, bytes: &[u8]) -> bool {
    window(file, section.offset, bytes.len() as u64).is_ok_and(|it| it == bytes)
}
