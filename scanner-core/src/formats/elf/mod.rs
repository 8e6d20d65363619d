//! ELF files, as far as their headers tell what is where. Only the bytes that carry facts are read.
//! Specification: System V gABI, chapters 4 and 5. goblin decodes the structures; the bounds are ours.

mod dynamic;
mod exports;
mod facts;
mod pieces;
mod versions;

use goblin::container::Ctx;
use goblin::elf::header::{ELFMAG, ET_CORE, ET_DYN, ET_EXEC, Header};
use goblin::elf::program_header::{PT_DYNAMIC, PT_INTERP, PT_LOAD, PT_NOTE, ProgramHeader};
use goblin::elf::section_header::{SHF_EXECINSTR, SHT_NOBITS, SectionHeader};

use super::Malformed;
use super::executable::{Headers, Layout, Role, Section, Segment};

pub use dynamic::Dynamic;
pub use exports::exported;
pub use facts::Facts;
pub use versions::Needs;

/// A range of the file: offset and size.
type Range = (u64, u64);

/// Where the parts of an ELF file are.
#[derive(Clone, Debug)]
pub struct Elf {
    /// What it is made for. Whether a shared object is a program is in [`Facts`].
    pub role: Role,
    /// The kind of processor, `e_machine`.
    pub machine: u16,
    /// What of the kind it is for, `e_flags`: on some machines libraries differ by it.
    pub flags: u32,
    /// Its sections and loaded segments.
    pub layout: Layout,
    context: Ctx,
    interpreter: Option<Range>,
    dynamic: Option<Range>,
    notes: Vec<Range>,
}

impl Elf {
    /// Whether addresses have 64 bits.
    pub fn is_64_bit(&self) -> bool {
        self.context.is_big()
    }

    /// Whether the lowest byte of a number comes first.
    pub fn is_little_endian(&self) -> bool {
        self.context.le.is_little()
    }

    /// Whether a file that begins with these bytes is ELF.
    pub(super) fn matches(start: &[u8]) -> bool {
        start.starts_with(ELFMAG)
    }

    /// Reads the headers.
    pub(super) fn read(file: &Headers<'_>) -> Result<Self, Malformed> {
        let malformed = |what| move |_: goblin::error::Error| Malformed { what, offset: 0 };
        let header =
            goblin::elf::Elf::parse_header(file.start).map_err(malformed("no ELF header"))?;
        let context = Ctx::new(
            header.container().map_err(malformed("unknown ELF class"))?,
            header.endianness().map_err(malformed("unknown byte order"))?,
        );
        let segments = program_headers(file, &header, context)?;
        let (sections, without_code) = sections(file, &header, context).unwrap_or_default();
        let of = |kind| segments.iter().filter(move |it| it.p_type == kind);
        let range = |it: &ProgramHeader| (it.p_offset, it.p_filesz);
        Ok(Self {
            role: role(&header, &sections, without_code),
            machine: header.e_machine,
            flags: header.e_flags,
            context,
            interpreter: of(PT_INTERP).map(range).next(),
            dynamic: of(PT_DYNAMIC).map(range).next(),
            notes: of(PT_NOTE).map(range).collect(),
            layout: Layout { sections, segments: of(PT_LOAD).map(segment).collect() },
        })
    }
}

fn role(header: &Header, sections: &[Section], without_code: bool) -> Role {
    match header.e_type {
        ET_CORE => Role::Core,
        ET_EXEC | ET_DYN if without_code => Role::Debug,
        ET_EXEC => Role::Program,
        ET_DYN => Role::Library,
        _ if sections.iter().any(|it| it.name == ".modinfo") => Role::KernelModule,
        _ => Role::Object,
    }
}

fn segment(it: &ProgramHeader) -> Segment {
    Segment {
        address: it.p_vaddr,
        offset: it.p_offset,
        size: it.p_filesz,
        data: it.is_write() && !it.is_executable(),
    }
}

fn program_headers(
    file: &Headers<'_>,
    header: &Header,
    context: Ctx,
) -> Result<Vec<ProgramHeader>, Malformed> {
    let size = u64::from(header.e_phnum) * ProgramHeader::size(context) as u64;
    let table = file.table(header.e_phoff, size, "program headers")?;
    ProgramHeader::parse(&table, 0, header.e_phnum.into(), context)
        .map_err(|_| Malformed { what: "unreadable program headers", offset: header.e_phoff })
}

/// The sections, and whether those of code have no bytes, as in files for debuggers.
/// None where they are stripped or unreadable: what the loader needs is in the segments.
fn sections(file: &Headers<'_>, header: &Header, context: Ctx) -> Option<(Vec<Section>, bool)> {
    if header.e_shoff == 0 || header.e_shnum == 0 {
        return None;
    }
    let size = u64::from(header.e_shnum) * SectionHeader::size(context) as u64;
    let table = file.table(header.e_shoff, size, "section headers").ok()?;
    let headers = SectionHeader::parse_from(&table, 0, header.e_shnum.into(), context).ok()?;
    let names = headers.get(usize::from(header.e_shstrndx))?;
    let names = file.table(names.sh_offset, names.sh_size, "section names").ok()?;
    let name = |at: usize| {
        let rest = names.get(at..).unwrap_or_default();
        let name = rest.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    };
    let mut code =
        headers.iter().filter(|it| it.sh_flags & u64::from(SHF_EXECINSTR) != 0).peekable();
    let without_code = code.peek().is_some() && code.all(|it| it.sh_type == SHT_NOBITS);
    let sections = headers.iter().filter(|it| it.sh_type != SHT_NOBITS).map(|it| Section {
        name: name(it.sh_name),
        offset: it.sh_offset,
        size: it.sh_size,
    });
    Some((sections.collect(), without_code))
}
