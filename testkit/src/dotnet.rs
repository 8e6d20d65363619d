//! .NET assemblies, version resources and single-file bundles.
//! Specification: ECMA-335, partition II, 22 to 25; Microsoft, "`VS_VERSIONINFO` structure"; dotnet/designs, bundler.md.

use crate::Pe;

/// What stands behind the offset of a bundle's header: the SHA-256 of `.net core bundle`.
const MARKER: [u8; 32] = [
    0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
    0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
];

/// An assembly under construction: no code, but what names it.
#[derive(Clone, Debug)]
pub struct Assembly {
    name: String,
    version: [u16; 4],
    culture: String,
    attribute: String,
}

impl Assembly {
    /// An assembly of this name and version.
    pub fn new(name: &str, version: [u16; 4]) -> Self {
        let attribute = "DebuggableAttribute".to_owned();
        Self { name: name.to_owned(), version, culture: String::new(), attribute }
    }

    /// Gives it a language.
    #[must_use]
    pub fn culture(mut self, culture: &str) -> Self {
        culture.clone_into(&mut self.culture);
        self
    }

    /// Marks it as one for compilers alone.
    #[must_use]
    pub fn reference(mut self) -> Self {
        "ReferenceAssemblyAttribute".clone_into(&mut self.attribute);
        self
    }

    /// The library that holds it.
    pub fn pe(&self) -> Pe {
        let pe = Pe::new().library();
        let address = pe.next_address();
        let metadata = self.metadata();
        let mut header = 72_u32.to_le_bytes().to_vec();
        header.extend([2, 0, 5, 0]);
        header.extend((address + 72).to_le_bytes());
        header.extend(u32::try_from(metadata.len()).unwrap().to_le_bytes());
        header.resize(72, 0);
        header.extend(metadata);
        pe.section(".text", header).clr()
    }

    fn metadata(&self) -> Vec<u8> {
        let mut strings = vec![0];
        let mut string = |text: &str| {
            let at = u16::try_from(strings.len()).unwrap();
            strings.extend(text.as_bytes());
            strings.push(0);
            at
        };
        let (name, attribute) = (string(&self.name), string(&self.attribute));
        let culture = if self.culture.is_empty() { 0 } else { string(&self.culture) };
        let tables = self.tables(name, attribute, culture);
        let mut it = b"BSJB\x01\0\x01\0\0\0\0\0".to_vec();
        it.extend(12_u32.to_le_bytes());
        it.extend(b"v4.0.30319\0\0\0\0\x02\0");
        let first = it.len() + 12 + 20;
        for (offset, size, name) in [
            (first, tables.len(), &b"#~\0\0"[..]),
            (first + tables.len(), strings.len(), &b"#Strings\0\0\0\0"[..]),
        ] {
            it.extend(u32::try_from(offset).unwrap().to_le_bytes());
            it.extend(u32::try_from(size).unwrap().to_le_bytes());
            it.extend(name);
        }
        it.extend(tables);
        it.extend(strings);
        it
    }

    /// Five tables of one row each: `Module`, `TypeRef`, `MemberRef`, `CustomAttribute`, `Assembly`.
    fn tables(&self, name: u16, attribute: u16, culture: u16) -> Vec<u8> {
        let mut it = vec![0, 0, 0, 0, 2, 0, 0, 1];
        let present: u64 = 1 | 1 << 0x01 | 1 << 0x0a | 1 << 0x0c | 1 << 0x20;
        it.extend(present.to_le_bytes());
        it.extend(0_u64.to_le_bytes());
        it.extend(1_u32.to_le_bytes().repeat(5));
        it.extend([0; 10]);
        for word in [0, attribute, 0] {
            it.extend(word.to_le_bytes());
        }
        for word in [1_u16 << 3 | 1, 0, 0, 1 << 5 | 0xe, 1 << 3 | 3, 0] {
            it.extend(word.to_le_bytes());
        }
        it.extend(0x8004_u32.to_le_bytes());
        for word in self.version {
            it.extend(word.to_le_bytes());
        }
        it.extend([0; 6]);
        it.extend(name.to_le_bytes());
        it.extend(culture.to_le_bytes());
        it
    }
}

/// Adds a version resource with these strings.
pub fn version_resource(pe: Pe, strings: &[(&str, &str)]) -> Pe {
    let strings: Vec<u8> = strings.iter().flat_map(|(key, value)| block(key, value, &[])).collect();
    let table = block("040904b0", "", &strings);
    let info = block("StringFileInfo", "", &table);
    let root = block("VS_VERSION_INFO", "", &info);
    let address = pe.next_address();
    let mut it = Vec::new();
    for (id, place) in [(16, 0x18 | 1 << 31), (1, 0x30 | 1 << 31), (1033, 0x48_u32)] {
        it.extend([0; 14]);
        it.extend(1_u16.to_le_bytes());
        it.extend(u32::to_le_bytes(id));
        it.extend(place.to_le_bytes());
    }
    it.extend((address + 88).to_le_bytes());
    it.extend(u32::try_from(root.len()).unwrap().to_le_bytes());
    it.extend([0; 8]);
    it.extend(root);
    pe.section(".rsrc", it).directory(2)
}

/// A part of a version resource: lengths, whether the value is text, key, value, parts inside it.
fn block(key: &str, value: &str, inside: &[u8]) -> Vec<u8> {
    let wide = |text: &str| -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    };
    let mut it = vec![0; 2];
    let words = if value.is_empty() { 0 } else { value.encode_utf16().count() + 1 };
    it.extend(u16::try_from(words).unwrap().to_le_bytes());
    it.extend([1, 0]);
    it.extend(wide(key));
    it.resize(it.len().next_multiple_of(4), 0);
    if !value.is_empty() {
        it.extend(wide(value));
        it.resize(it.len().next_multiple_of(4), 0);
    }
    it.extend(inside);
    let length = u16::try_from(it.len()).unwrap();
    it[..2].copy_from_slice(&length.to_le_bytes());
    it.resize(it.len().next_multiple_of(4), 0);
    it
}

/// A bundle under construction: files behind a program that starts them.
#[derive(Clone, Debug)]
pub struct DotnetBundle {
    version: u32,
    files: Vec<(String, Vec<u8>)>,
}

impl DotnetBundle {
    /// A bundle in this version of the format.
    pub fn new(version: u32) -> Self {
        Self { version, files: Vec::new() }
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    /// What a program has in its section `.data`, so that it can start a bundle: no offset yet, and the marker.
    pub fn data() -> Vec<u8> {
        [&[7; 40][..], &[0; 8], &MARKER].concat()
    }

    /// The program with the bundle behind it.
    pub fn build(&self, program: &[u8]) -> Vec<u8> {
        let mut it = program.to_vec();
        it.resize(it.len() + 8192, 0);
        let mut places = Vec::new();
        for (name, bytes) in &self.files {
            places.push((name.as_str(), it.len() as u64, bytes.len() as u64));
            it.extend(bytes);
        }
        let header = (it.len() as u64).to_le_bytes();
        let marker = it.windows(32).position(|it| it == MARKER).unwrap();
        it[marker - 8..marker].copy_from_slice(&header);
        it.extend(self.header(&places));
        // The only segment of a Mach-O file covers the bundle too, as the last one of a real file does.
        if it.starts_with(&0xfeed_facf_u32.to_le_bytes()) {
            let size = (it.len() as u64).to_le_bytes();
            it[80..88].copy_from_slice(&size);
        }
        it
    }

    fn header(&self, places: &[(&str, u64, u64)]) -> Vec<u8> {
        let string = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let mut it = self.version.to_le_bytes().to_vec();
        it.extend(0_u32.to_le_bytes());
        it.extend(u32::try_from(places.len()).unwrap().to_le_bytes());
        it.extend(string("an-identifier"));
        if self.version >= 2 {
            for ending in [".deps.json", ".runtimeconfig.json"] {
                let place = places.iter().find(|(name, ..)| name.ends_with(ending));
                let (offset, size) = place.map_or((0, 0), |(_, offset, size)| (*offset, *size));
                it.extend(offset.to_le_bytes());
                it.extend(size.to_le_bytes());
            }
            it.extend(0_u64.to_le_bytes());
        }
        for (name, offset, size) in places {
            it.extend(offset.to_le_bytes());
            it.extend(size.to_le_bytes());
            if self.version >= 6 {
                it.extend(0_u64.to_le_bytes());
            }
            it.push(1);
            it.extend(string(name));
        }
        it
    }
}
