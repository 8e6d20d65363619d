//! ELF files, as far as their headers tell what is where. Only the bytes that carry facts are read.
//! Specification: System V gABI, chapters 4 and 5. goblin decodes the structures; the bounds are ours.

use goblin::container::Ctx;
use goblin::elf::header::{ELFMAG, Header};
use goblin::elf::program_header::{PT_LOAD, ProgramHeader};
use goblin::elf::section_header::{SHT_NOBITS, SectionHeader};

use super::{Malformed, exact};
use crate::read::ReadAt;

/// Bytes that the largest header of an ELF file takes.
const HEADER: u64 = 64;

/// Where the parts of an ELF file are.
#[derive(Clone, Debug, Default)]
pub struct Elf {
    /// Whether numbers are stored with the highest byte first.
    pub big_endian: bool,
    /// The sections that have bytes in the file; none in a file that was stripped of them.
    pub sections: Vec<Section>,
    /// The segments that are loaded into memory.
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

impl Elf {
    /// Whether a file that begins with these bytes is ELF.
    pub fn matches(start: &[u8]) -> bool {
        start.starts_with(ELFMAG)
    }

    /// Reads the headers. Tables of more than `limit` bytes are malformed.
    pub fn read(file: &dyn ReadAt, limit: u64) -> Result<Self, Malformed> {
        let start = crate::read::window(file, 0, HEADER)
            .map_err(|_| Malformed { what: "unreadable header", offset: 0 })?;
        let malformed = |what| move |_: goblin::error::Error| Malformed { what, offset: 0 };
        let header = goblin::elf::Elf::parse_header(&start).map_err(malformed("no ELF header"))?;
        let context = Ctx::new(
            header.container().map_err(malformed("unknown ELF class"))?,
            header.endianness().map_err(malformed("unknown byte order"))?,
        );
        Ok(Self {
            big_endian: !context.is_little_endian(),
            sections: sections(file, &header, context, limit)?,
            segments: segments(file, &header, context, limit)?,
        })
    }

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

fn segments(
    file: &dyn ReadAt,
    header: &Header,
    context: Ctx,
    limit: u64,
) -> Result<Vec<Segment>, Malformed> {
    let entry = ProgramHeader::size(context) as u64;
    let table =
        table(file, header.e_phoff, u64::from(header.e_phnum) * entry, limit, "program headers")?;
    let headers = ProgramHeader::parse(&table, 0, header.e_phnum.into(), context)
        .map_err(|_| Malformed { what: "unreadable program headers", offset: header.e_phoff })?;
    Ok(headers
        .iter()
        .filter(|it| it.p_type == PT_LOAD)
        .map(|it| Segment {
            address: it.p_vaddr,
            offset: it.p_offset,
            size: it.p_filesz,
            data: it.is_write() && !it.is_executable(),
        })
        .collect())
}

fn sections(
    file: &dyn ReadAt,
    header: &Header,
    context: Ctx,
    limit: u64,
) -> Result<Vec<Section>, Malformed> {
    if header.e_shoff == 0 || header.e_shnum == 0 {
        return Ok(Vec::new());
    }
    let entry = SectionHeader::size(context) as u64;
    let Ok(table) =
        table(file, header.e_shoff, u64::from(header.e_shnum) * entry, limit, "section headers")
    else {
        return Ok(Vec::new()); // stripped by force: what the loader needs is in the segments
    };
    let headers = SectionHeader::parse_from(&table, 0, header.e_shnum.into(), context)
        .map_err(|_| Malformed { what: "unreadable section headers", offset: header.e_shoff })?;
    let names = match headers.get(usize::from(header.e_shstrndx)) {
        Some(it) => self::table(file, it.sh_offset, it.sh_size, limit, "section names")?,
        None => Vec::new(),
    };
    let name = |at: usize| {
        let rest = names.get(at..).unwrap_or_default();
        let name = rest.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    };
    Ok(headers
        .iter()
        .filter(|it| it.sh_type != SHT_NOBITS)
        .map(|it| Section { name: name(it.sh_name), offset: it.sh_offset, size: it.sh_size })
        .collect())
}

fn table(
    file: &dyn ReadAt,
    offset: u64,
    size: u64,
    limit: u64,
    what: &'static str,
) -> Result<Vec<u8>, Malformed> {
    if size > limit {
        return Err(Malformed { what, offset });
    }
    exact(file, offset, size, what)
}
