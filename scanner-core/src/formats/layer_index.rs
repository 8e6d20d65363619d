//! A layer as it is kept between scans: the contents that analyzers read, then what the layer's archive lists, then a trailer.
//! A format of our own; [`SCHEMA`] is its version.
//!
//! Whoever reads it trusts nothing of it: files are cut short by full disks and changed by broken ones.
//! The trailer has the digest of the list, and the list has the digests of the contents, block by block.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Malformed, exact, little_endian};
use crate::read::ReadAt;

/// The version of the format. It changes with every change of what is written.
pub const SCHEMA: u32 = 1;
/// Bytes of contents that have a digest of their own. Most files are read for a few kilobytes at their beginning.
pub const BLOCK: usize = 16 << 10;
/// What the trailer begins with.
const MAGIC: &[u8; 8] = b"SBXLAYR\x01";
/// Bytes of the trailer: the magic, the sizes of contents and list, the digest of the list.
const TRAILER: u64 = 8 + 8 + 8 + 32;
/// Times that a list may be larger unpacked than packed; paths that repeat one another pack well.
const EXPANSION: u64 = 200;

/// What a layer lists, in the order in which the layer's own structures have it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerIndex<'a> {
    /// Files, directories and links.
    #[serde(borrow)]
    pub items: Vec<Item<'a>>,
    /// Paths that are taken away, and whether only what is below them is.
    #[serde(borrow)]
    pub removals: Vec<(&'a [u8], bool)>,
    /// Path, code and message of each notice.
    #[serde(borrow)]
    pub notices: Vec<(&'a [u8], &'a str, &'a str)>,
    /// The SHA-256 digest of each block of the contents.
    pub blocks: Vec<[u8; 32]>,
}

/// One file, directory or link.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item<'a> {
    /// Its path.
    pub path: &'a [u8],
    /// What it is.
    #[serde(borrow)]
    pub kind: ItemKind<'a>,
    /// Where its bytes begin in the layer's archive.
    pub position: u64,
    /// How many bytes of it are stored there.
    pub stored: u64,
    /// Where bytes of it are kept, and how many.
    pub kept: Option<(u64, u64)>,
    /// Offset and length of each piece that is stored, if the file is sparse.
    pub pieces: Option<Vec<(u64, u64)>>,
}

/// What an item is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind<'a> {
    /// A regular file: its size, and whether it may be executed.
    File(u64, bool),
    /// A directory.
    Directory,
    /// A symbolic link and its target.
    Symlink(&'a [u8]),
    /// A hard link to a file of a lower layer.
    Hardlink(&'a [u8]),
    /// A device, socket or fifo.
    Special,
}

impl<'a> LayerIndex<'a> {
    /// Reads an unpacked list.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        postcard::from_bytes(bytes).map_err(|_| Malformed { what: "no list of a layer", offset: 0 })
    }

    /// What follows the contents of a kept layer: the list, packed, and the trailer.
    pub fn pack(&self, contents: u64) -> Result<Vec<u8>, std::io::Error> {
        let list = postcard::to_allocvec(self).map_err(std::io::Error::other)?;
        let mut packed = zstd::bulk::compress(&list, 1)?;
        let trailer =
            Trailer { contents, list: packed.len() as u64, digest: Sha256::digest(&packed).into() };
        packed.extend(trailer.write());
        Ok(packed)
    }
}

/// Unpacks the list of a kept layer, and tells how many bytes of contents are before it.
pub fn unpack(file: &dyn ReadAt) -> Result<(u64, Vec<u8>), Malformed> {
    let trailer = Trailer::read(file)?;
    let offset = trailer.contents;
    let packed = exact(file, offset, trailer.list, "the list is cut short")?;
    if Sha256::digest(&packed).as_slice() != trailer.digest {
        return Err(Malformed { what: "the list has another digest", offset });
    }
    let most = usize::try_from(trailer.list.saturating_mul(EXPANSION)).unwrap_or(usize::MAX);
    let list = zstd::bulk::Decompressor::upper_bound(&packed)
        .filter(|it| *it <= most)
        .and_then(|it| zstd::bulk::decompress(&packed, it).ok());
    Ok((offset, list.ok_or(Malformed { what: "the list cannot be unpacked", offset })?))
}

/// The digests of a block.
pub fn digest(block: &[u8]) -> [u8; 32] {
    Sha256::digest(block).into()
}

/// The last bytes of a kept layer.
struct Trailer {
    contents: u64,
    list: u64,
    digest: [u8; 32],
}

impl Trailer {
    fn write(&self) -> Vec<u8> {
        let (contents, list) = (self.contents.to_le_bytes(), self.list.to_le_bytes());
        [MAGIC.as_slice(), &contents, &list, &self.digest].concat()
    }

    /// Reads the trailer; what it states must add up to the file.
    fn read(file: &dyn ReadAt) -> Result<Self, Malformed> {
        let offset = file.size().saturating_sub(TRAILER);
        let wrong = |what| Malformed { what, offset };
        let bytes = exact(file, offset, TRAILER, "the trailer is cut short")?;
        let number = |at: usize| bytes.get(at..at + 8).map(little_endian).unwrap_or_default();
        let digest = bytes.get(24..).and_then(|it| it.try_into().ok());
        if !bytes.starts_with(MAGIC) {
            return Err(wrong("no kept layer of this version"));
        }
        let (contents, list) = (number(8), number(16));
        if contents.checked_add(list) != Some(offset) {
            return Err(wrong("sizes do not add up"));
        }
        digest.map(|digest| Self { contents, list, digest }).ok_or(wrong("no digest"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> LayerIndex<'static> {
        let item =
            |path, kind, kept, pieces| Item { path, kind, position: 512, stored: 4, kept, pieces };
        let pieces = Some(vec![(5, 4)]);
        LayerIndex {
            items: vec![
                item(b"/usr/bin/a".as_slice(), ItemKind::File(9, true), Some((0, 4)), pieces),
                item(b"/b\xff".as_slice(), ItemKind::Symlink(b"a"), None, None),
            ],
            removals: vec![(b"/c", true)],
            notices: vec![(b"/", "malformed", "why")],
            blocks: vec![digest(b"abcd")],
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let file = [b"abcd".to_vec(), index().pack(4).unwrap()].concat();
        let (contents, list) = unpack(&file.as_slice()).unwrap();
        assert_eq!(contents, 4);
        assert_eq!(LayerIndex::parse(&list).unwrap(), index());
    }

    #[test]
    fn a_file_that_was_cut_or_changed_in_one_bit_is_refused() {
        let file = [b"abcd".to_vec(), index().pack(4).unwrap()].concat();
        for end in 0..file.len() {
            assert!(unpack(&&file[..end]).is_err(), "cut at {end}");
        }
        for at in 4..file.len() {
            let mut file = file.clone();
            file[at] ^= 1;
            assert!(unpack(&file.as_slice()).is_err(), "changed at {at}");
        }
    }
}
