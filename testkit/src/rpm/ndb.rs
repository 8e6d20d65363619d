//! `Packages.db`: slots and blobs.
//! Specification: rpm's `lib/backend/ndb/rpmpkg.c`.

use super::word;

const PAGE: usize = 4096;
const BLOCK: usize = 16;

/// A database under construction.
#[derive(Clone, Debug, Default)]
pub struct RpmNdb {
    packages: Vec<Option<Vec<u8>>>,
}

impl RpmNdb {
    /// A database of these header blobs.
    pub fn new(packages: &[Vec<u8>]) -> Self {
        Self { packages: packages.iter().cloned().map(Some).collect() }
    }

    /// Adds the slots of packages that were removed.
    #[must_use]
    pub fn removed(mut self, count: usize) -> Self {
        self.packages.extend(vec![None; count]);
        self
    }

    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let pages = ((self.packages.len() + 2) * BLOCK).div_ceil(PAGE);
        let header = [word(0), 7, word(pages), word(self.packages.len() + 1)];
        let mut file = [b"RpmP".as_slice(), &header.map(u32::to_le_bytes).concat()].concat();
        file.resize(2 * BLOCK, 0);
        let mut blobs = Vec::new();
        for (index, package) in self.packages.iter().enumerate() {
            let (number, start) = (word(index + 1), (pages * PAGE + blobs.len()) / BLOCK);
            let slot = package.as_ref().map_or([0; 3], |bytes| {
                let blocks = (bytes.len() + 28).div_ceil(BLOCK);
                blobs.extend(blob(number, bytes, blocks));
                [number, word(start), word(blocks)]
            });
            file.extend([b"Slot".as_slice(), &slot.map(u32::to_le_bytes).concat()].concat());
        }
        while file.len() < pages * PAGE {
            file.extend(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
        }
        file.extend(blobs);
        file
    }
}

fn blob(number: u32, bytes: &[u8], blocks: usize) -> Vec<u8> {
    let size = word(bytes.len());
    let head = [number, 7, size].map(u32::to_le_bytes).concat();
    let mut it = [b"BlbS", head.as_slice(), bytes].concat();
    it.resize(blocks * BLOCK - 12, 0);
    it.extend(adler32(&it).to_le_bytes());
    it.extend(size.to_le_bytes());
    it.extend(b"BlbE");
    it
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    high << 16 | low
}
