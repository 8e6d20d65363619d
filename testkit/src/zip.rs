//! Zip archives, honest ones and ones that lie.
//! Specification: PKWARE APPNOTE.TXT 6.3.10.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// An archive under construction.
#[derive(Clone, Debug, Default)]
pub struct Zip {
    entries: Vec<Entry>,
    prefix: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    bytes: Vec<u8>,
    packed: Vec<u8>,
    method: u16,
    /// The size that it claims, where that is not the truth.
    claimed_size: Option<u32>,
    /// The entry whose bytes it claims to be its own.
    shares: Option<usize>,
}

impl Zip {
    /// An archive without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry as it is.
    #[must_use]
    pub fn store(self, name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref().to_vec();
        self.entry(name, bytes.clone(), bytes, 0)
    }

    /// Adds an entry deflated.
    #[must_use]
    pub fn deflate(self, name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes.as_ref()).unwrap();
        self.entry(name, bytes.as_ref().to_vec(), encoder.finish().unwrap(), 8)
    }

    /// Adds what Maven writes into a jar: the coordinates of an artifact.
    /// Stored, so that the archive's bytes are the same whichever compressor is used.
    #[must_use]
    pub fn maven(self, group: &str, artifact: &str, version: &str) -> Self {
        let name = format!("META-INF/maven/{group}/{artifact}/pom.properties");
        let text = format!(
            "#Created by Maven\nartifactId={artifact}\ngroupId={group}\nversion={version}\n"
        );
        self.store(name, text)
    }

    /// Puts bytes in front of the archive, as programs that are archives too have them.
    #[must_use]
    pub fn behind(mut self, prefix: impl AsRef<[u8]>) -> Self {
        self.prefix = prefix.as_ref().to_vec();
        self
    }

    /// Lets the last entry claim another size than it has.
    #[must_use]
    pub fn claiming_size(mut self, size: u32) -> Self {
        self.entries.last_mut().unwrap().claimed_size = Some(size);
        self
    }

    /// Lets the last entry point at the bytes of an earlier one, counted from 0.
    #[must_use]
    pub fn sharing(mut self, with: usize) -> Self {
        self.entries.last_mut().unwrap().shares = Some(with);
        self
    }

    /// Lets the last entry claim another method of compression.
    #[must_use]
    pub fn claiming_method(mut self, method: u16) -> Self {
        self.entries.last_mut().unwrap().method = method;
        self
    }

    fn entry(
        mut self,
        name: impl AsRef<[u8]>,
        bytes: Vec<u8>,
        packed: Vec<u8>,
        method: u16,
    ) -> Self {
        let name = name.as_ref().to_vec();
        self.entries.push(Entry { name, bytes, packed, method, claimed_size: None, shares: None });
        self
    }

    /// The finished archive.
    pub fn build(&self) -> Vec<u8> {
        let mut file = self.prefix.clone();
        let mut offsets = Vec::new();
        for entry in &self.entries {
            offsets.push(file.len() - self.prefix.len());
            if entry.shares.is_none() {
                file.extend(b"PK\x03\x04");
                file.extend(20_u16.to_le_bytes());
                file.extend(entry.header());
                file.extend(&entry.name);
                file.extend(&entry.packed);
            }
        }
        let start = file.len();
        for (entry, offset) in self.entries.iter().zip(&offsets) {
            let offset = entry.shares.map_or(*offset, |with| offsets[with]);
            file.extend(b"PK\x01\x02");
            file.extend([20, 0, 20, 0]); // made by, needed
            file.extend(entry.header());
            file.extend([0; 10]); // comment, disk, attributes
            file.extend(u32::try_from(offset).unwrap().to_le_bytes());
            file.extend(&entry.name);
        }
        let count = u16::try_from(self.entries.len()).unwrap().to_le_bytes();
        let size = u32::try_from(file.len() - start).unwrap();
        file.extend(b"PK\x05\x06\0\0\0\0");
        file.extend([count, count].concat());
        file.extend(size.to_le_bytes());
        file.extend(u32::try_from(start - self.prefix.len()).unwrap().to_le_bytes());
        file.extend([0; 2]);
        file
    }
}

impl Entry {
    /// What local header and central directory have in common, up to the length of the extra field.
    fn header(&self) -> Vec<u8> {
        let mut it = vec![0, 0]; // flags
        it.extend(self.method.to_le_bytes());
        it.extend([0; 4]); // time
        let mut crc = flate2::Crc::new();
        crc.update(&self.bytes);
        it.extend(crc.sum().to_le_bytes());
        let size = u32::try_from(self.bytes.len()).unwrap();
        it.extend(u32::try_from(self.packed.len()).unwrap().to_le_bytes());
        it.extend(self.claimed_size.unwrap_or(size).to_le_bytes());
        it.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        it.extend([0; 2]);
        it
    }
}
