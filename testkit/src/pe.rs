//! PE files for 64 bits, put together from sections.
//! Specification: Microsoft, "PE Format".

const DOS_HEADER: usize = 64;
const OPTIONAL_HEADER: usize = 240;
const HEADERS: usize = 1024;
const FILE_ALIGNMENT: usize = 512;
const SECTION_ALIGNMENT: usize = 4096;
const BASE: u64 = 0x1_4000_0000;
/// Place of the header of .NET among the directories.
const CLR: usize = 14;
/// Places of the tables of signatures and libraries among them.
const CERTIFICATES: usize = 4;
const IMPORTS: usize = 1;
const DELAYED_IMPORTS: usize = 13;

/// A PE file under construction: named sections of writable data.
#[derive(Clone, Debug, Default)]
pub struct Pe {
    sections: Vec<(String, Vec<u8>)>,
    library: bool,
    directories: Vec<(usize, usize)>,
}

impl Pe {
    /// A program without sections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.sections.push((name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    /// Marks it as a library.
    #[must_use]
    pub fn library(mut self) -> Self {
        self.library = true;
        self
    }

    /// Names the section that was added last as the one at this place among the directories: 2 for resources.
    #[must_use]
    pub fn directory(mut self, place: usize) -> Self {
        self.directories.push((place, self.sections.len() - 1));
        self
    }

    /// Names the section that was added last as the header of .NET.
    #[must_use]
    pub fn clr(self) -> Self {
        self.directory(CLR)
    }

    /// Gives it a signature, in what is no section but counts as one here.
    #[must_use]
    pub fn signed(self) -> Self {
        self.section(".sig", [0x10, 0, 0, 0, 0, 2, 2, 0]).directory(CERTIFICATES)
    }

    /// Adds the libraries that it imports at once, and those at the first call.
    #[must_use]
    pub fn imports(self, needed: &[&str], delayed: &[&str]) -> Self {
        let it = self.table(needed, (20, 12), ".idata").directory(IMPORTS);
        it.table(delayed, (32, 4), ".didat").directory(DELAYED_IMPORTS)
    }

    /// A section of entries of so many bytes, in which the address of a name has a place, and of the names.
    fn table(self, names: &[&str], (size, place): (usize, usize), section: &str) -> Self {
        let mut address = self.next_address() + u32::try_from((names.len() + 1) * size).unwrap();
        let (mut entries, mut texts) = (Vec::new(), Vec::new());
        for name in names {
            let mut entry = vec![0; size];
            entry[place..place + 4].copy_from_slice(&address.to_le_bytes());
            entries.extend(entry);
            texts.extend([name.as_bytes(), b"\0"].concat());
            address += u32::try_from(name.len() + 1).unwrap();
        }
        entries.resize(entries.len() + size, 0);
        entries.extend(texts);
        self.section(section, entries)
    }

    /// Relative address that the first byte of the next section has in memory.
    pub fn next_address(&self) -> u32 {
        let sizes = self.sections.iter().map(|(_, bytes)| in_memory(bytes));
        u32::try_from(SECTION_ALIGNMENT + sizes.sum::<usize>()).unwrap()
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let mut file = self.headers();
        file.resize(HEADERS, 0);
        for (_, bytes) in &self.sections {
            file.extend(bytes);
            file.resize(file.len().next_multiple_of(FILE_ALIGNMENT), 0);
        }
        file
    }

    fn headers(&self) -> Vec<u8> {
        let mut it = b"MZ".to_vec();
        it.resize(DOS_HEADER - 4, 0);
        it.extend(u32::try_from(DOS_HEADER).unwrap().to_le_bytes());
        it.extend(b"PE\0\0");
        it.extend(0x8664_u16.to_le_bytes());
        it.extend(u16::try_from(self.sections.len()).unwrap().to_le_bytes());
        it.extend([0; 12]);
        it.extend(u16::try_from(OPTIONAL_HEADER).unwrap().to_le_bytes());
        it.extend(if self.library { 0x2022_u16 } else { 0x0022 }.to_le_bytes());
        it.extend(self.optional_header());
        let (mut address, mut offset) = (SECTION_ALIGNMENT, HEADERS);
        for (name, bytes) in &self.sections {
            let mut name = name.as_bytes().to_vec();
            name.resize(8, 0);
            it.extend(name);
            let size = bytes.len().next_multiple_of(FILE_ALIGNMENT);
            for word in [bytes.len(), address, size, offset, 0, 0, 0] {
                it.extend(u32::try_from(word).unwrap().to_le_bytes());
            }
            it.extend(0xc000_0040_u32.to_le_bytes()); // initialized data, readable and writable
            address += in_memory(bytes);
            offset += size;
        }
        it
    }

    fn optional_header(&self) -> Vec<u8> {
        let mut it = 0x20b_u16.to_le_bytes().to_vec();
        it.resize(24, 0);
        it.extend(BASE.to_le_bytes());
        it.extend(u32::try_from(SECTION_ALIGNMENT).unwrap().to_le_bytes());
        it.extend(u32::try_from(FILE_ALIGNMENT).unwrap().to_le_bytes());
        it.resize(108, 0);
        it.extend(16_u32.to_le_bytes());
        for place in 0..16 {
            let section = self.directories.iter().find(|(it, _)| *it == place);
            let range = section.map_or((0, 0), |(_, section)| {
                let before = self.sections[..*section].iter().map(|(_, bytes)| in_memory(bytes));
                (SECTION_ALIGNMENT + before.sum::<usize>(), self.sections[*section].1.len())
            });
            it.extend(u32::try_from(range.0).unwrap().to_le_bytes());
            it.extend(u32::try_from(range.1).unwrap().to_le_bytes());
        }
        it
    }
}

fn in_memory(bytes: &[u8]) -> usize {
    bytes.len().next_multiple_of(SECTION_ALIGNMENT)
}
