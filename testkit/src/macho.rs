//! Mach-O files of 64 bits, little endian, put together from sections, alone or several in one file.
//! Specification: Apple, `mach-o/loader.h` and `mach-o/fat.h`.

const HEADER: usize = 32;
const SEGMENT: usize = 72;
const SECTION: usize = 80;
const UUID: usize = 24;
const BASE: u64 = 0x1_0000_0000;

/// A Mach-O file under construction: one writable segment over the whole file, and named sections.
#[derive(Clone, Debug, Default)]
pub struct MachO {
    sections: Vec<(String, Vec<u8>)>,
    library: bool,
    uuid: Option<[u8; 16]>,
    commands: Vec<Vec<u8>>,
}

impl MachO {
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

    /// Gives it a UUID.
    #[must_use]
    pub fn uuid(mut self, uuid: [u8; 16]) -> Self {
        self.uuid = Some(uuid);
        self
    }

    /// Names a library that it loads.
    #[must_use]
    pub fn loads(mut self, path: &str) -> Self {
        self.commands.push(command(0xc, 24, path));
        self
    }

    /// Says where its signature is.
    #[must_use]
    pub fn signed(mut self) -> Self {
        let words = [0x1d_u32, 16, 0, 0].map(u32::to_le_bytes);
        self.commands.push(words.concat());
        self
    }

    /// Names a directory in which libraries are looked for.
    #[must_use]
    pub fn rpath(mut self, path: &str) -> Self {
        self.commands.push(command(0x8000_001c, 12, path));
        self
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let segment = SEGMENT + SECTION * self.sections.len();
        let others = self.commands.concat();
        let commands = segment + self.uuid.map_or(0, |_| UUID) + others.len();
        let start = (HEADER + commands).next_multiple_of(16);
        let end = start + self.sections.iter().map(|(_, bytes)| padded(bytes)).sum::<usize>();
        let mut it = Vec::new();
        let kind = if self.library { 6 } else { 2 };
        let count = 1 + u32::from(self.uuid.is_some()) + small(self.commands.len());
        for word in [0xfeed_facf, 0x0100_000c, 0, kind, count, small(commands), 0, 0] {
            it.extend(word.to_le_bytes());
        }
        for word in [0x19, small(segment)] {
            it.extend(word.to_le_bytes());
        }
        it.extend(name("__DATA"));
        for word in [BASE, end as u64, 0, end as u64] {
            it.extend(word.to_le_bytes());
        }
        for word in [3, 3, small(self.sections.len()), 0] {
            it.extend(word.to_le_bytes());
        }
        let mut offset = start;
        for (title, bytes) in &self.sections {
            it.extend(name(title));
            it.extend(name("__DATA"));
            it.extend((BASE + offset as u64).to_le_bytes());
            it.extend((bytes.len() as u64).to_le_bytes());
            it.extend(small(offset).to_le_bytes());
            it.extend([0; 28]);
            offset += padded(bytes);
        }
        if let Some(uuid) = self.uuid {
            it.extend(0x1b_u32.to_le_bytes());
            it.extend(small(UUID).to_le_bytes());
            it.extend(uuid);
        }
        it.extend(others);
        it.resize(start, 0);
        for (_, bytes) in &self.sections {
            it.extend(bytes);
            it.resize(it.len().next_multiple_of(16), 0);
        }
        it
    }

    /// A file that holds each of these for a machine of its own.
    pub fn universal(slices: &[Self]) -> Vec<u8> {
        let slices: Vec<Vec<u8>> = slices.iter().map(Self::build).collect();
        let mut offset = 4096;
        let mut it = 0xcafe_babe_u32.to_be_bytes().to_vec();
        it.extend(small(slices.len()).to_be_bytes());
        for slice in &slices {
            for word in [0x0100_000c, 0, small(offset), small(slice.len()), 12] {
                it.extend(word.to_be_bytes());
            }
            offset += slice.len().next_multiple_of(4096);
        }
        for slice in slices {
            it.resize(it.len().next_multiple_of(4096), 0);
            it.extend(slice);
        }
        it
    }
}

/// A load command with a text behind its head of so many bytes.
fn command(kind: u32, head: usize, text: &str) -> Vec<u8> {
    let size = (head + text.len() + 1).next_multiple_of(8);
    let mut it = Vec::new();
    for word in [kind, small(size), small(head)] {
        it.extend(word.to_le_bytes());
    }
    it.resize(head, 0);
    it.extend(text.as_bytes());
    it.resize(size, 0);
    it
}

fn name(text: &str) -> [u8; 16] {
    let mut name = [0; 16];
    name[..text.len()].copy_from_slice(text.as_bytes());
    name
}

fn padded(bytes: &[u8]) -> usize {
    bytes.len().next_multiple_of(16)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}
