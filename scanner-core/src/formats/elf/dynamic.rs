//! The dynamic section: what the loader of programs reads.
//! Specification: System V gABI, chapter 5, "Dynamic Section"; GNU and Solaris extensions in glibc's `elf.h`.

use goblin::elf::dynamic::{
    DF_1_NODEFLIB, DF_1_PIE, DT_FLAGS_1, DT_NEEDED, DT_NULL, DT_RPATH, DT_RUNPATH, DT_SONAME,
    DT_STRSZ, DT_STRTAB, DT_VERDEF, DT_VERNEED, Dyn,
};
use scroll::Pread as _;
use scroll::ctx::SizeWith as _;

use super::pieces::Pieces;
use super::versions::{self, Needs};
use super::{Elf, Range};
use crate::read::{ReadAt, window};

/// What the dynamic section says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dynamic {
    /// The name that the file gives itself as a library.
    pub soname: Option<String>,
    /// The libraries that it needs, in the order in which they are loaded.
    pub needed: Vec<String>,
    /// Where libraries are looked for first, by this file and those that it loads. Without force beside a run path.
    pub rpath: Option<String>,
    /// Where libraries that this file itself needs are looked for.
    pub runpath: Option<String>,
    /// Whether libraries are not to be looked for where the system keeps its own.
    pub no_default_directories: bool,
    /// Whether it is a program although it can be loaded anywhere, as a library can.
    pub position_independent: bool,
    /// The symbol versions that it needs, by library.
    pub versions_needed: Vec<Needs>,
    /// The symbol versions that it defines.
    pub versions_defined: Vec<String>,
}

/// The entries as they stand: texts by their place in the table of strings, tables by their address.
#[derive(Default)]
struct Entries {
    strings: Option<u64>,
    strings_size: Option<u64>,
    soname: Option<u64>,
    needed: Vec<u64>,
    rpath: Option<u64>,
    runpath: Option<u64>,
    flags: u64,
    versions_needed: Option<u64>,
    versions_defined: Option<u64>,
}

impl Dynamic {
    /// Reads the section, of at most `limit` bytes. What cannot be read is left out.
    pub(super) fn read(file: &dyn ReadAt, elf: &Elf, limit: u64) -> Option<Self> {
        let entries = Entries::read(file, elf, limit)?;
        let mut texts = Texts::new(file, elf, &entries);
        Some(Self {
            soname: entries.soname.and_then(|at| texts.at(at)),
            needed: entries.needed.iter().map_while(|at| texts.at(*at)).collect(),
            rpath: entries.rpath.and_then(|at| texts.at(at)),
            runpath: entries.runpath.and_then(|at| texts.at(at)),
            no_default_directories: entries.flags & DF_1_NODEFLIB != 0,
            position_independent: entries.flags & DF_1_PIE != 0,
            versions_needed: entries
                .versions_needed
                .map_or_else(Vec::new, |address| versions::needed(file, elf, address, &mut texts)),
            versions_defined: entries
                .versions_defined
                .map_or_else(Vec::new, |address| versions::defined(file, elf, address, &mut texts)),
        })
    }
}

impl Entries {
    fn read(file: &dyn ReadAt, elf: &Elf, limit: u64) -> Option<Self> {
        let (offset, size) = elf.dynamic?;
        let table = window(file, offset, size.min(limit)).ok()?;
        let mut it = Self::default();
        for entry in table.chunks_exact(Dyn::size_with(&elf.context)) {
            let Dyn { d_tag, d_val } = entry.pread_with(0, elf.context).ok()?;
            match d_tag {
                DT_NULL => break,
                DT_STRTAB => it.strings = Some(d_val),
                DT_STRSZ => it.strings_size = Some(d_val),
                DT_SONAME => it.soname = Some(d_val),
                DT_NEEDED => it.needed.push(d_val),
                DT_RPATH => it.rpath = Some(d_val),
                DT_RUNPATH => it.runpath = Some(d_val),
                DT_FLAGS_1 => it.flags = d_val,
                DT_VERNEED => it.versions_needed = Some(d_val),
                DT_VERDEF => it.versions_defined = Some(d_val),
                _ => {}
            }
        }
        Some(it)
    }
}

/// The table of strings.
pub(super) struct Texts<'a> {
    pieces: Pieces<'a>,
    range: Option<Range>,
}

impl<'a> Texts<'a> {
    fn new(file: &'a dyn ReadAt, elf: &Elf, entries: &Entries) -> Self {
        let range = entries.strings.and_then(|address| elf.layout.file_range(address));
        let stated = entries.strings_size.unwrap_or(u64::MAX);
        Self {
            pieces: Pieces::new(file),
            range: range.map(|(offset, size)| (offset, size.min(stated))),
        }
    }

    /// The text at a place in the table.
    pub(super) fn at(&mut self, at: u64) -> Option<String> {
        let (offset, size) = self.range?;
        self.pieces.text(offset.checked_add(at)?, size.checked_sub(at)?)
    }
}
