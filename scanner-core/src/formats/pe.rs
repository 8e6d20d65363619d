//! PE files: programs and libraries of Windows, and .NET assemblies.
//! Specification: Microsoft, "PE Format". goblin decodes the structures; the bounds are ours.

use goblin::pe::characteristic::{IMAGE_FILE_DLL, IMAGE_FILE_SYSTEM};
use goblin::pe::data_directories::{DataDirectories, DataDirectory};
use goblin::pe::header::{CoffHeader, DosHeader, PE_MAGIC};
use goblin::pe::optional_header::{MAGIC_64, OptionalHeader};
use goblin::pe::section_table::{
    IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE, SIZEOF_SECTION_TABLE, SectionTable,
};
use scroll::Pread as _;

use super::Malformed;
use super::executable::{Headers, Layout, Role, Section, Segment};

/// Bytes of the signature and the header behind it.
const HEADERS: u64 = 24;

/// Where the parts of a PE file are.
#[derive(Clone, Debug)]
pub struct Pe {
    /// What it is made for.
    pub role: Role,
    /// The kind of processor, as in the specification, "Machine Types".
    pub machine: u16,
    /// Its sections, which are its segments too.
    pub layout: Layout,
    /// The resources: versions, icons, texts.
    pub resources: Option<Directory>,
    /// The header of .NET; none in native code.
    pub clr: Option<Directory>,
    /// The libraries that are loaded with it.
    pub imports: Option<Directory>,
    /// The libraries that are loaded at the first call.
    pub delayed_imports: Option<Directory>,
    /// Whether it carries a signature, which nobody has checked.
    pub signed: bool,
    /// Whether addresses have 64 bits.
    pub is_64_bit: bool,
    base: u64,
}

/// A part that the headers name, by its address in memory relative to the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Relative address.
    pub address: u32,
    /// Size in bytes.
    pub size: u32,
}

impl Pe {
    /// Whether a file that begins with these bytes may be PE: programs of DOS begin the same.
    pub(super) fn matches(start: &[u8]) -> bool {
        start.starts_with(b"MZ")
    }

    /// Reads the headers; none where it is a program of DOS or of an early Windows.
    pub(super) fn read(file: &Headers<'_>) -> Result<Option<Self>, Malformed> {
        let Ok(dos) = DosHeader::parse(file.start) else { return Ok(None) };
        let at = u64::from(dos.pe_pointer);
        let Ok(headers) = file.table(at, HEADERS, "headers") else { return Ok(None) };
        if headers.pread_with::<u32>(0, scroll::LE).ok() != Some(PE_MAGIC) {
            return Ok(None);
        }
        let coff = CoffHeader::parse(&headers, &mut 4)
            .map_err(|_| Malformed { what: "unreadable header", offset: at })?;
        let at = at + HEADERS;
        let size = u64::from(coff.size_of_optional_header);
        let optional = file.table(at, size, "optional header")?;
        // Windows loads files whose directories goblin refuses; those have none here.
        let optional: Option<OptionalHeader> = optional.pread(0).ok();
        let is_64_bit = optional.is_some_and(|it| it.standard_fields.magic == MAGIC_64);
        let base = optional.map_or(0, |it| it.windows_fields.image_base);
        let directories = optional.map(|it| it.data_directories);
        let directory = |get: fn(&DataDirectories) -> Option<&DataDirectory>| {
            let it = directories.as_ref().and_then(get).filter(|it| it.size > 0)?;
            Some(Directory { address: it.virtual_address, size: it.size })
        };
        Ok(Some(Self {
            role: role(&coff),
            machine: coff.machine,
            layout: layout(file, &coff, at + size, base)?,
            resources: directory(DataDirectories::get_resource_table),
            clr: directory(DataDirectories::get_clr_runtime_header),
            imports: directory(DataDirectories::get_import_table),
            delayed_imports: directory(DataDirectories::get_delay_import_descriptor),
            signed: directory(DataDirectories::get_certificate_table).is_some(),
            is_64_bit,
            base,
        }))
    }

    /// The offset in the file of a relative address, and how many bytes follow it there.
    pub fn file_range(&self, address: u32) -> Option<(u64, u64)> {
        self.layout.file_range(self.base.checked_add(address.into())?)
    }
}

fn role(coff: &CoffHeader) -> Role {
    match coff.characteristics {
        it if it & IMAGE_FILE_SYSTEM != 0 => Role::KernelModule,
        it if it & IMAGE_FILE_DLL != 0 => Role::Library,
        _ => Role::Program,
    }
}

fn layout(file: &Headers<'_>, coff: &CoffHeader, at: u64, base: u64) -> Result<Layout, Malformed> {
    let size = u64::from(coff.number_of_sections) * SIZEOF_SECTION_TABLE as u64;
    let table = file.table(at, size, "section table")?;
    let mut layout = Layout::default();
    for entry in table.chunks_exact(SIZEOF_SECTION_TABLE) {
        // A long name stands in a table that programs have no need of; such a section has no name here.
        let mut plain = entry.to_vec();
        if let Some(first) = plain.first_mut().filter(|it| **it == b'/') {
            *first = 0;
        }
        let section = SectionTable::parse(&plain, &mut 0, 0)
            .map_err(|_| Malformed { what: "unreadable section table", offset: at })?;
        let offset = u64::from(section.pointer_to_raw_data);
        let size = u64::from(section.size_of_raw_data);
        let name = section.name.split(|byte| *byte == 0).next().unwrap_or_default();
        let data = section.characteristics & IMAGE_SCN_MEM_WRITE != 0
            && section.characteristics & IMAGE_SCN_MEM_EXECUTE == 0;
        let address = base.saturating_add(section.virtual_address.into());
        layout.segments.push(Segment { address, offset, size, data });
        // What is behind the size in memory only fills up the file.
        let size =
            if section.virtual_size == 0 { size } else { size.min(section.virtual_size.into()) };
        layout.sections.push(Section {
            name: String::from_utf8_lossy(name).into_owned(),
            offset,
            size,
        });
    }
    Ok(layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::executable::Executable;

    fn read(bytes: &[u8]) -> Option<Executable> {
        Executable::read(&bytes, 1 << 16).unwrap()
    }

    #[test]
    fn sections_and_directories_are_where_the_headers_say() {
        let file =
            testkit::Pe::new().library().section(".text", "code").section(".cor", "net").clr();
        let Some(Executable::Pe(pe)) = read(&file.build()) else { panic!("no PE file") };
        assert_eq!((pe.role, pe.machine, pe.resources), (Role::Library, 0x8664, None));
        assert_eq!(pe.clr, Some(Directory { address: 0x2000, size: 3 }));
        let section = pe.layout.section(".cor").unwrap();
        assert_eq!((section.offset, section.size), (1536, 3));
        assert_eq!(pe.file_range(0x2001), Some((1537, 511)));
        assert_eq!(pe.file_range(0x9000), None);
    }

    #[test]
    fn programs_of_dos_are_none_and_cut_ones_are_malformed() {
        let mut dos = b"MZ".to_vec();
        dos.resize(100, 7);
        assert!(read(&dos).is_none());
        assert!(read(b"MZ").is_none());
        let cut = &testkit::Pe::new().section(".data", "x").build()[..100];
        assert!(Executable::read(&cut, 1 << 16).is_err());
    }
}
