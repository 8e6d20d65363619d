//! ELF files of 64 bits, little endian, put together from sections.
//! Specification: System V gABI, chapters 4 and 5.

const HEADER: usize = 64;
const PROGRAM_HEADER: usize = 56;
const SECTION_HEADER: usize = 64;
/// Address that the first byte of the file is loaded to.
pub(crate) const BASE: u64 = 0x40_0000;

/// An ELF file under construction: one writable segment over the whole file, and named sections.
#[derive(Clone, Debug, Default)]
pub struct Elf {
    sections: Vec<(String, Vec<u8>)>,
    stripped: bool,
}

impl Elf {
    /// A file without sections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.sections.push((name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    /// Leaves out the section headers, as some strip tools do; the bytes stay.
    #[must_use]
    pub fn without_section_headers(mut self) -> Self {
        self.stripped = true;
        self
    }

    /// Offset in the file at which the bytes of the first section begin.
    pub(crate) const fn first_section() -> usize {
        (HEADER + PROGRAM_HEADER).next_multiple_of(16)
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let mut sections = self.sections.clone();
        let names: Vec<u8> =
            sections.iter().flat_map(|(name, _)| [name.as_bytes(), b"\0"].concat()).collect();
        sections.push((".shstrtab".to_owned(), [b"\0", names.as_slice(), b".shstrtab\0"].concat()));
        let mut file = vec![0; Self::first_section()];
        let mut headers = vec![0; SECTION_HEADER];
        let mut name = 1_u32;
        for (title, bytes) in &sections {
            file.resize(file.len().next_multiple_of(16), 0);
            headers.extend(section_header(name, file.len(), bytes.len()));
            name += u32::try_from(title.len()).unwrap() + 1;
            file.extend(bytes);
        }
        let table = file.len().next_multiple_of(16);
        let count = if self.stripped { 0 } else { u16::try_from(sections.len() + 1).unwrap() };
        let header = header(if self.stripped { 0 } else { table }, count);
        file[..HEADER].copy_from_slice(&header);
        let segment = program_header(file.len());
        file[HEADER..HEADER + PROGRAM_HEADER].copy_from_slice(&segment);
        if !self.stripped {
            file.resize(table, 0);
            file.extend(headers);
        }
        file
    }
}

fn header(section_headers: usize, count: u16) -> Vec<u8> {
    let mut it = b"\x7fELF\x02\x01\x01".to_vec();
    it.resize(16, 0);
    it.extend(2_u16.to_le_bytes()); // ET_EXEC
    it.extend(62_u16.to_le_bytes()); // EM_X86_64
    it.extend(1_u32.to_le_bytes());
    it.extend(BASE.to_le_bytes());
    it.extend((HEADER as u64).to_le_bytes());
    it.extend((section_headers as u64).to_le_bytes());
    it.extend(0_u32.to_le_bytes());
    for half in [HEADER, PROGRAM_HEADER, 1, SECTION_HEADER] {
        it.extend(u16::try_from(half).unwrap().to_le_bytes());
    }
    it.extend(count.to_le_bytes());
    it.extend(count.saturating_sub(1).to_le_bytes());
    it
}

fn program_header(size: usize) -> Vec<u8> {
    let mut it = 1_u32.to_le_bytes().to_vec(); // PT_LOAD
    it.extend(6_u32.to_le_bytes()); // readable and writable
    for word in [0, BASE, BASE, size as u64, size as u64, 16] {
        it.extend(word.to_le_bytes());
    }
    it
}

fn section_header(name: u32, offset: usize, size: usize) -> Vec<u8> {
    let mut it = name.to_le_bytes().to_vec();
    it.extend(1_u32.to_le_bytes()); // SHT_PROGBITS
    for word in [2, BASE + offset as u64, offset as u64, size as u64] {
        it.extend(word.to_le_bytes());
    }
    it.extend([0; 8]);
    it.extend(16_u64.to_le_bytes());
    it.extend(0_u64.to_le_bytes());
    it
}
