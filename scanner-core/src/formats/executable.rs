//! Programs and libraries of every kind, told apart by their first bytes, and what their formats have in common.
//! Specification: those of [`elf`](super::elf), [`pe`](super::pe), [`macho`](super::macho) and
//! [`script`](super::script).

use super::elf::Elf;
use super::macho::MachO;
use super::pe::Pe;
use super::script::Script;
use super::{Malformed, exact};
use crate::read::{ReadAt, window};

/// Bytes read to tell the kinds apart: most headers with their tables fit into them.
pub const START: u64 = 1024;

/// A kind of processor: the name that images have for it, and the numbers of ELF, PE and Mach-O; 0 for none.
type Machine = (&'static str, u16, u16, u32);
const MACHINES: &[Machine] = &[
    ("386", 3, 0x14c, 7),
    ("amd64", 62, 0x8664, 0x0100_0007),
    ("arm", 40, 0x1c4, 12),
    ("arm64", 183, 0xaa64, 0x0100_000c),
    ("loong64", 258, 0x6264, 0),
    ("riscv64", 243, 0x5064, 0),
    ("s390x", 22, 0, 0),
];

/// A file that a system can run or load.
#[derive(Clone, Debug)]
pub enum Executable {
    /// Unix and its like.
    Elf(Elf),
    /// Windows.
    Pe(Pe),
    /// macOS and its like, for one machine or several.
    MachO(MachO),
    /// Text with the program that runs it in its first line.
    Script(Script),
}

/// What a binary is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To be run.
    Program,
    /// To be loaded by programs.
    Library,
    /// To be loaded by the kernel.
    KernelModule,
    /// To be linked into programs.
    Object,
    /// To help debuggers with another file; it holds no code.
    Debug,
    /// A picture of a program's memory.
    Core,
}

/// Where the parts of a binary are, in the file and in memory.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The sections that have bytes in the file; none in a file that was stripped of them.
    pub sections: Vec<Section>,
    /// The ranges that are loaded into memory.
    pub segments: Vec<Segment>,
}

/// A named range of the file.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Offset in the file.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
}

/// A range of the file and the memory addresses that it is loaded to.
#[derive(Clone, Debug)]
pub struct Segment {
    /// First address.
    pub address: u64,
    /// Offset in the file.
    pub offset: u64,
    /// Size in the file in bytes.
    pub size: u64,
    /// Whether it is writable data: written by the program and not run.
    pub data: bool,
}

impl Executable {
    /// Whether a file that begins like this may be one.
    pub fn may_begin(start: &[u8]) -> bool {
        Elf::matches(start)
            || MachO::matches(start)
            || Pe::matches(start)
            || start.starts_with(b"#!")
    }

    /// Reads the headers of a file, if it is executable at all. Tables of more than `limit` bytes are malformed.
    pub fn read(file: &dyn ReadAt, limit: u64) -> Result<Option<Self>, Malformed> {
        let start = window(file, 0, START.min(limit))
            .map_err(|_| Malformed { what: "unreadable header", offset: 0 })?;
        let file = Headers { file, start: &start, limit };
        if Elf::matches(&start) {
            return Elf::read(&file).map(|it| Some(Self::Elf(it)));
        }
        if MachO::matches(&start) {
            return MachO::read(&file).map(|it| Some(Self::MachO(it)));
        }
        if Pe::matches(&start) {
            return Ok(Pe::read(&file)?.map(Self::Pe));
        }
        Ok(Script::read(&start).map(Self::Script))
    }

    /// The layouts of its parts: one, but for a file that holds a program for each of several machines.
    pub fn layouts(&self) -> Vec<&Layout> {
        match self {
            Self::Elf(elf) => vec![&elf.layout],
            Self::Pe(pe) => vec![&pe.layout],
            Self::MachO(macho) => macho.slices.iter().map(|it| &it.layout).collect(),
            Self::Script(_) => Vec::new(),
        }
    }

    /// The kinds of processor that it is for, as images name architectures; those that have no name are left out.
    pub fn architectures(&self) -> Vec<&'static str> {
        let name = |is: &dyn Fn(&Machine) -> bool| MACHINES.iter().find(|it| is(it)).map(|it| it.0);
        match self {
            Self::Elf(elf) => name(&|it| it.1 == elf.machine).into_iter().collect(),
            Self::Pe(pe) => name(&|it| it.2 == pe.machine).into_iter().collect(),
            Self::MachO(macho) => {
                macho.slices.iter().filter_map(|slice| name(&|it| it.3 == slice.machine)).collect()
            }
            Self::Script(_) => Vec::new(),
        }
    }

    /// What it is made for.
    pub fn role(&self) -> Role {
        match self {
            Self::Elf(elf) => elf.role,
            Self::Pe(pe) => pe.role,
            Self::MachO(macho) => macho.slices.first().map_or(Role::Object, |it| it.role),
            Self::Script(_) => Role::Program,
        }
    }
}

impl Layout {
    /// The section of this name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The offset in the file of a memory address, and how many bytes follow it there.
    pub fn file_range(&self, address: u64) -> Option<(u64, u64)> {
        self.segments.iter().find_map(|segment| {
            let into = address.checked_sub(segment.address).filter(|into| *into < segment.size)?;
            Some((segment.offset.checked_add(into)?, segment.size.checked_sub(into)?))
        })
    }
}

/// A file whose headers are being read, with its first bytes at hand.
pub(super) struct Headers<'a> {
    pub(super) file: &'a dyn ReadAt,
    pub(super) start: &'a [u8],
    pub(super) limit: u64,
}

impl Headers<'_> {
    /// A table of exactly so many bytes. One over the limit is malformed.
    pub(super) fn table(
        &self,
        offset: u64,
        size: u64,
        what: &'static str,
    ) -> Result<Vec<u8>, Malformed> {
        if size > self.limit {
            return Err(Malformed { what, offset });
        }
        let end = offset.checked_add(size).and_then(|end| usize::try_from(end).ok());
        let at_hand = usize::try_from(offset).ok().zip(end);
        match at_hand.and_then(|(offset, end)| self.start.get(offset..end)) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => exact(self.file, offset, size, what),
        }
    }
}
