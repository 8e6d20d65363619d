//! What an ELF file says about itself beside its code: in notes, in the dynamic section, in `.interp`.
//! Specification: System V gABI, chapter 5; GNU ld `--build-id`; systemd, "Package Metadata for Executable Files".

use std::collections::BTreeSet;

use scroll::Pread as _;

use super::{Dynamic, Elf, Range};
use crate::formats::executable::{Role, Section};
use crate::read::{ReadAt, window};

/// Bytes of the longest name of a library or loader.
const NAME: u64 = 4096;
/// Bytes of what compilers say of themselves. Real ones say a line each.
const COMMENT: u64 = 1024;
/// Bytes of a note before its name.
const NOTE_HEADER: usize = 12;
/// Note types, each within the namespace of its owner.
const GNU_BUILD_ID: (&[u8], u32) = (b"GNU\0", 3);
const GO_BUILD_ID: (&[u8], u32) = (b"Go\0\0", 4);
const PACKAGE: (&[u8], u32) = (b"FDO\0", 0xcafe_1a7e);
const DLOPEN: (&[u8], u32) = (b"FDO\0", 0x407c_0c0a);
/// Notes of libraries that are loaded on demand. Real files have one.
const DLOPEN_NOTES: usize = 64;

/// What an ELF file says about itself. What cannot be read is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The loader that it asks for.
    pub interpreter: Option<String>,
    /// What its dynamic section says; none in a file that needs no loader at all.
    pub dynamic: Option<Dynamic>,
    /// The build ID that the linker gave it.
    pub build_id: Option<Vec<u8>>,
    /// Whether the Go linker gave it a build ID of its own.
    pub go_build_id: bool,
    /// What compilers and linkers wrote into it about themselves.
    pub comment: Option<String>,
    /// The package that it was built for, as JSON, and the offset of that note.
    pub package: Option<(u64, Vec<u8>)>,
    /// The libraries that it may load on demand, as JSON.
    pub dlopen: Vec<Vec<u8>>,
}

impl Facts {
    /// Reads them, from tables of at most `limit` bytes.
    pub fn read(file: &dyn ReadAt, elf: &Elf, limit: u64) -> Self {
        let interpreter = elf.interpreter.and_then(|(offset, size)| string(file, offset, size));
        let dynamic = Dynamic::read(file, elf, limit);
        let mut facts = Self { interpreter, dynamic, ..Self::default() };
        facts.comment = elf.layout.section(".comment").and_then(|it| comment(file, it));
        for (offset, size) in note_ranges(elf) {
            facts.notes(file, elf, (offset, size.min(limit)));
        }
        facts
    }

    /// What the file is made for, now that it is known whether a shared object is a program.
    pub fn role(&self, elf: &Elf) -> Role {
        let dynamic = self.dynamic.as_ref();
        let named = dynamic.is_some_and(|it| it.soname.is_some());
        let program = dynamic.is_some_and(|it| it.position_independent)
            || (self.interpreter.is_some() && !named);
        if elf.role == Role::Library && program { Role::Program } else { elf.role }
    }

    fn notes(&mut self, file: &dyn ReadAt, elf: &Elf, (offset, size): Range) {
        let Ok(bytes) = window(file, offset, size) else { return };
        let mut at = 0;
        while let Some(note) = note(&bytes, at, elf) {
            match (note.owner, note.kind) {
                GNU_BUILD_ID => self.build_id = Some(note.content.to_vec()),
                GO_BUILD_ID => self.go_build_id = true,
                PACKAGE => {
                    self.package = Some((offset.saturating_add(at as u64), note.content.to_vec()));
                }
                DLOPEN if self.dlopen.len() < DLOPEN_NOTES => {
                    self.dlopen.push(note.content.to_vec());
                }
                _ => {}
            }
            at = note.next;
        }
    }
}

/// Where notes are: in their segments, or in sections of files that are not loaded as they stand.
fn note_ranges(elf: &Elf) -> Vec<Range> {
    if !elf.notes.is_empty() {
        return elf.notes.clone();
    }
    let named = elf.layout.sections.iter().filter(|it| it.name.starts_with(".note"));
    named.map(|it| (it.offset, it.size)).collect()
}

struct Note<'a> {
    owner: &'a [u8],
    kind: u32,
    content: &'a [u8],
    next: usize,
}

/// The note at a place. Names and contents are padded to four bytes.
fn note<'a>(bytes: &'a [u8], at: usize, elf: &Elf) -> Option<Note<'a>> {
    let number =
        |index: usize| bytes.pread_with::<u32>(at.checked_add(index * 4)?, elf.context.le).ok();
    let (name, content, kind) = (number(0)?, number(1)?, number(2)?);
    let name_at = at.checked_add(NOTE_HEADER)?;
    let name_end = name_at.checked_add(usize::try_from(name).ok()?)?;
    let content_at = name_end.checked_next_multiple_of(4)?;
    let content_end = content_at.checked_add(usize::try_from(content).ok()?)?;
    Some(Note {
        owner: bytes.get(name_at..name_end)?,
        kind,
        content: bytes.get(content_at..content_end)?,
        next: content_end.checked_next_multiple_of(4)?,
    })
}

/// The texts of a section between NUL bytes, each once.
fn comment(file: &dyn ReadAt, section: &Section) -> Option<String> {
    let bytes = window(file, section.offset, section.size.min(COMMENT)).ok()?;
    let texts = bytes.split(|byte| *byte == 0).filter_map(|it| str::from_utf8(it).ok());
    let texts: BTreeSet<&str> = texts.map(str::trim).filter(|it| !it.is_empty()).collect();
    (!texts.is_empty()).then(|| texts.into_iter().collect::<Vec<_>>().join("; "))
}

/// The text that ends with a NUL byte, within so many bytes.
fn string(file: &dyn ReadAt, offset: u64, size: u64) -> Option<String> {
    let bytes = window(file, offset, size.min(NAME)).ok()?;
    let text = bytes.split(|byte| *byte == 0).next()?;
    str::from_utf8(text).ok().filter(|it| !it.is_empty()).map(str::to_owned)
}
