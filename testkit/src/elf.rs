//! ELF files of 64 bits, little endian, put together from sections.
//! Specification: System V gABI, chapters 4 and 5.

const HEADER: usize = 64;
const PROGRAM_HEADER: usize = 56;
const SECTION_HEADER: usize = 64;
const SYMBOL: usize = 24;
/// Address that the first byte of the file is loaded to.
pub(crate) const BASE: u64 = 0x40_0000;

/// Program headers that there is place for.
const PROGRAM_HEADERS: usize = 8;
/// Types of files, of segments and of dynamic entries.
const EM_X86_64: u16 = 62;
const ET_REL: u16 = 1;
const ET_EXEC: u16 = 2;
const ET_DYN: u16 = 3;
pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PT_DYNAMIC: u32 = 2;
pub(crate) const PT_INTERP: u32 = 3;
pub(crate) const PT_NOTE: u32 = 4;
pub(crate) const DT_NEEDED: u64 = 1;
pub(crate) const DT_STRTAB: u64 = 5;
pub(crate) const DT_SONAME: u64 = 14;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;
const DT_FLAGS_1: u64 = 0x6fff_fffb;
const DT_VERDEF: u64 = 0x6fff_fffc;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DF_1_PIE: u64 = 0x0800_0000;

/// What a dynamic section is to say; empty texts are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dynamic<'a> {
    /// The name of the library.
    pub soname: &'a str,
    /// The libraries that it needs.
    pub needed: &'a [&'a str],
    /// The run path of the old kind.
    pub rpath: &'a str,
    /// The run path of the new kind.
    pub runpath: &'a str,
    /// Bits of `DT_FLAGS_1`.
    pub flags: u64,
    /// The symbol versions that it needs, by library.
    pub versions_needed: &'a [(&'a str, &'a [&'a str])],
    /// The symbol versions that it defines.
    pub versions_defined: &'a [&'a str],
}

/// An ELF file under construction: one writable segment over the whole file, and named sections.
#[derive(Clone, Debug, Default)]
pub struct Elf {
    sections: Vec<(String, Vec<u8>)>,
    /// Types of segments, each over the section at this place.
    segments: Vec<(u32, usize)>,
    kind: Option<u16>,
    machine: Option<u16>,
    stripped: bool,
    debug: bool,
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

    /// Exports data by name, each in a section of its own.
    #[must_use]
    pub fn exports(mut self, data: &[(&str, &[u8])]) -> Self {
        let (mut symbols, mut names) = (vec![0; SYMBOL], vec![0]);
        for (name, bytes) in data {
            symbols.extend(u32::try_from(names.len()).unwrap().to_le_bytes());
            symbols.extend([0x11, 0, 1, 0]); // a global object
            symbols.extend(self.next_address().to_le_bytes());
            symbols.extend((bytes.len() as u64).to_le_bytes());
            names.extend(name.bytes().chain([0]));
            self = self.section(&format!(".{name}"), bytes);
        }
        self.section(".dynsym", symbols).section(".dynstr", names)
    }

    /// Makes it a shared object, and gives it a name where one is given.
    #[must_use]
    pub fn library(mut self, soname: &str) -> Self {
        self.kind = Some(ET_DYN);
        let names = self.next_address();
        let entry = if soname.is_empty() { (0, 0) } else { (DT_SONAME, 1) };
        let it = self.section(".dynstr", [b"\0", soname.as_bytes(), b"\0"].concat());
        it.dynamic(&[(DT_STRTAB, names), entry])
    }

    /// Makes it a shared object with a whole dynamic section.
    #[must_use]
    pub fn dynamic_section(mut self, it: &Dynamic<'_>) -> Self {
        self.kind = Some(ET_DYN);
        let mut texts = vec![0];
        let mut text = |text: &str| {
            let at = texts.len() as u64;
            texts.extend([text.as_bytes(), b"\0"].concat());
            at
        };
        let mut entries: Vec<(u64, u64)> =
            it.needed.iter().map(|name| (DT_NEEDED, text(name))).collect();
        let named = [(DT_SONAME, it.soname), (DT_RPATH, it.rpath), (DT_RUNPATH, it.runpath)];
        let named = named.into_iter().filter(|(_, name)| !name.is_empty());
        entries.extend(named.map(|(tag, name)| (tag, text(name))));
        let needed = versions_needed(it.versions_needed, &mut text);
        let defined = versions_defined(it.versions_defined, &mut text);
        entries.push((DT_STRTAB, self.next_address()));
        let mut file = self.section(".dynstr", texts);
        if !needed.is_empty() {
            entries.push((DT_VERNEED, file.next_address()));
            file = file.section(".gnu.version_r", needed);
        }
        if !defined.is_empty() {
            entries.push((DT_VERDEF, file.next_address()));
            file = file.section(".gnu.version_d", defined);
        }
        entries.push((DT_FLAGS_1, it.flags));
        file.dynamic(&entries)
    }

    /// Sets the number of the processor's kind.
    #[must_use]
    pub fn machine(mut self, machine: u16) -> Self {
        self.machine = Some(machine);
        self
    }

    /// Makes it a program that can be loaded anywhere.
    #[must_use]
    pub fn position_independent(mut self) -> Self {
        self.kind = Some(ET_DYN);
        self.dynamic(&[(DT_FLAGS_1, DF_1_PIE)])
    }

    /// Makes it a file that is to be linked.
    #[must_use]
    pub fn object(mut self) -> Self {
        self.kind = Some(ET_REL);
        self
    }

    /// Makes it a file for debuggers: there is code, but its bytes are in another file.
    #[must_use]
    pub fn debug(mut self) -> Self {
        self.debug = true;
        self
    }

    /// Names the loader.
    #[must_use]
    pub fn interpreter(self, path: &str) -> Self {
        self.segment(PT_INTERP, ".interp", [path.as_bytes(), b"\0"].concat())
    }

    /// Adds a note in a section of its own.
    #[must_use]
    pub fn note(self, section: &str, owner: &str, kind: u32, content: impl AsRef<[u8]>) -> Self {
        let content = content.as_ref();
        let mut note = Vec::new();
        for word in [owner.len() + 1, content.len(), usize::try_from(kind).unwrap()] {
            note.extend(u32::try_from(word).unwrap().to_le_bytes());
        }
        for part in [owner.as_bytes(), b"\0"].concat().chunks(4).chain(content.chunks(4)) {
            note.extend(part);
            note.resize(note.len().next_multiple_of(4), 0);
        }
        self.segment(PT_NOTE, section, note)
    }

    fn dynamic(self, entries: &[(u64, u64)]) -> Self {
        let entries = entries.iter().chain(&[(0, 0)]);
        let bytes = entries.flat_map(|(tag, value)| [tag.to_le_bytes(), value.to_le_bytes()]);
        self.segment(PT_DYNAMIC, ".dynamic", bytes.collect::<Vec<_>>().concat())
    }

    fn segment(mut self, kind: u32, section: &str, bytes: Vec<u8>) -> Self {
        self.segments.push((kind, self.sections.len()));
        self.section(section, bytes)
    }

    /// Address that the first byte of the next section has in memory.
    fn next_address(&self) -> u64 {
        let sizes = self.sections.iter().map(|(_, bytes)| bytes.len().next_multiple_of(16));
        BASE + (Self::first_section() + sizes.sum::<usize>()) as u64
    }

    /// Leaves out the section headers, as some strip tools do; the bytes stay.
    #[must_use]
    pub fn without_section_headers(mut self) -> Self {
        self.stripped = true;
        self
    }

    /// Offset in the file at which the bytes of the first section begin.
    pub(crate) const fn first_section() -> usize {
        (HEADER + PROGRAM_HEADERS * PROGRAM_HEADER).next_multiple_of(16)
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
        if self.debug {
            // After the last section that has a name: `.shstrtab` is looked for in the last place.
            let own = headers.split_off(headers.len() - SECTION_HEADER);
            headers.extend(code_elsewhere());
            headers.extend(own);
        }
        let table = file.len().next_multiple_of(16);
        let count = headers.len() / SECTION_HEADER;
        let count = if self.stripped { 0 } else { u16::try_from(count).unwrap() };
        let header = self.header(if self.stripped { 0 } else { table }, count);
        file[..HEADER].copy_from_slice(&header);
        let mut segments = program_header(PT_LOAD, 0, file.len());
        for (kind, section) in &self.segments {
            let before = self.sections[..*section].iter().map(|it| it.1.len().next_multiple_of(16));
            let offset = Self::first_section() + before.sum::<usize>();
            segments.extend(program_header(*kind, offset, self.sections[*section].1.len()));
        }
        file[HEADER..HEADER + segments.len()].copy_from_slice(&segments);
        if !self.stripped {
            file.resize(table, 0);
            file.extend(headers);
        }
        file
    }

    fn header(&self, section_headers: usize, count: u16) -> Vec<u8> {
        let mut it = b"\x7fELF\x02\x01\x01".to_vec();
        it.resize(16, 0);
        it.extend(self.kind.unwrap_or(ET_EXEC).to_le_bytes());
        it.extend(self.machine.unwrap_or(EM_X86_64).to_le_bytes());
        it.extend(1_u32.to_le_bytes());
        it.extend(BASE.to_le_bytes());
        it.extend((HEADER as u64).to_le_bytes());
        it.extend((section_headers as u64).to_le_bytes());
        it.extend(0_u32.to_le_bytes());
        for half in [HEADER, PROGRAM_HEADER, 1 + self.segments.len(), SECTION_HEADER] {
            it.extend(u16::try_from(half).unwrap().to_le_bytes());
        }
        it.extend(count.to_le_bytes());
        it.extend(count.saturating_sub(1).to_le_bytes());
        it
    }
}

/// Records of libraries, each followed by those of its versions.
fn versions_needed(libraries: &[(&str, &[&str])], text: &mut impl FnMut(&str) -> u64) -> Vec<u8> {
    let mut it = Vec::new();
    for (index, (library, versions)) in libraries.iter().enumerate() {
        let last = index + 1 == libraries.len();
        let next = if last { 0 } else { 16 * (1 + versions.len()) };
        it.extend(1_u16.to_le_bytes());
        it.extend(u16::try_from(versions.len()).unwrap().to_le_bytes());
        for word in [text(library), 16, next as u64] {
            it.extend(u32::try_from(word).unwrap().to_le_bytes());
        }
        for (index, version) in versions.iter().enumerate() {
            let next = if index + 1 == versions.len() { 0 } else { 16 };
            it.extend([0; 8]);
            for word in [text(version), next] {
                it.extend(u32::try_from(word).unwrap().to_le_bytes());
            }
        }
    }
    it
}

/// Records of versions, each followed by that of its name.
fn versions_defined(versions: &[&str], text: &mut impl FnMut(&str) -> u64) -> Vec<u8> {
    let mut it = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let next = if index + 1 == versions.len() { 0 } else { 28 };
        for half in [1_u16, 0, 2, 1] {
            it.extend(half.to_le_bytes());
        }
        for word in [0, 20, next, text(version), 0] {
            it.extend(u32::try_from(word).unwrap().to_le_bytes());
        }
    }
    it
}

fn program_header(kind: u32, offset: usize, size: usize) -> Vec<u8> {
    let mut it = kind.to_le_bytes().to_vec();
    it.extend(6_u32.to_le_bytes()); // readable and writable
    let (offset, size) = (offset as u64, size as u64);
    for word in [offset, BASE + offset, BASE + offset, size, size, 16] {
        it.extend(word.to_le_bytes());
    }
    it
}

/// A section of code without bytes.
fn code_elsewhere() -> Vec<u8> {
    let mut it = 0_u32.to_le_bytes().to_vec();
    it.extend(8_u32.to_le_bytes()); // SHT_NOBITS
    it.extend(6_u64.to_le_bytes()); // SHF_ALLOC, SHF_EXECINSTR
    it.resize(SECTION_HEADER, 0);
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
