//! What one step remembers of an image, written for the steps of other builds on the same image.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use prost::Message as _;
use rayon::prelude::*;
use scanner_core::image::{Entry, EntryKind};
use scanner_core::path::ImagePath;
use scanner_core::read::{Cursor, Digests};
use scanner_core::source::directory::{self, Memory, Remembered};

use crate::host_file::HostFile;
use crate::output;

/// The file with the tree. BuildKit keeps it as it keeps any result of a step, and only this program writes and reads
/// it.
const TREE: &str = "memory";
/// The file with the bytes that were read. Most of them are read again, by whoever needs them.
const BYTES: &str = "memory.bytes";

/// Items that are decoded at a time.
const PORTION: usize = 1 << 10;

/// A tree with what was read of it. Its portions are decoded side by side.
#[derive(Clone, PartialEq, prost::Message)]
struct Tree {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    portions: Vec<Bytes>,
    #[prost(bool, tag = "2")]
    complete: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Portion {
    #[prost(message, repeated, tag = "1")]
    items: Vec<Item>,
}

/// A file, directory or link.
#[derive(Clone, PartialEq, prost::Message)]
struct Item {
    #[prost(bytes = "vec", tag = "1")]
    path: Vec<u8>,
    #[prost(enumeration = "Kind", tag = "2")]
    kind: i32,
    #[prost(uint64, tag = "3")]
    size: u64,
    #[prost(bytes = "vec", tag = "4")]
    target: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    read: Option<Read>,
}

/// What was read of a file.
#[derive(Clone, PartialEq, prost::Message)]
struct Read {
    #[prost(bytes = "vec", optional, tag = "1")]
    sha1: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "3")]
    sha256: Option<Vec<u8>>,
    #[prost(message, repeated, tag = "2")]
    pieces: Vec<Piece>,
}

/// Bytes of a file, and where they are among all.
#[derive(Clone, PartialEq, prost::Message)]
struct Piece {
    #[prost(uint64, tag = "1")]
    offset: u64,
    #[prost(uint64, tag = "2")]
    length: u64,
    #[prost(uint64, tag = "3")]
    place: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
enum Kind {
    Special = 0,
    File = 1,
    Executable = 2,
    Directory = 3,
    Symlink = 4,
}

/// Writes a memory into a directory, and tells its size in bytes.
pub(super) fn write(memory: Memory, directory: &Path) -> anyhow::Result<usize> {
    let (mut files, complete) = (memory.files, memory.complete);
    let mut items = memory.entries.into_iter().map(|it| item(it, &mut files));
    let portions = std::iter::from_fn(|| {
        let items: Vec<Item> = items.by_ref().take(PORTION).collect();
        (!items.is_empty()).then(|| Portion { items }.encode_to_vec().into())
    });
    let portions = portions.collect();
    let tree = Tree { portions, complete }.encode_to_vec();
    output::write_whole(&directory.join(TREE), &tree)?;
    let path = directory.join(BYTES);
    let copy = || std::io::copy(&mut Cursor::new(&*memory.bytes), &mut File::create(&path)?);
    let bytes = copy().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(tree.len() + usize::try_from(bytes)?)
}

fn item(entry: Entry, files: &mut BTreeMap<ImagePath, Remembered>) -> Item {
    let (kind, size, target) = match entry.kind {
        EntryKind::File { size, executable: true } => (Kind::Executable, size, Vec::new()),
        EntryKind::File { size, executable: false } => (Kind::File, size, Vec::new()),
        EntryKind::Directory => (Kind::Directory, 0, Vec::new()),
        EntryKind::Symlink(target) => (Kind::Symlink, 0, target.into_vec()),
        EntryKind::Hardlink(_) | EntryKind::Special => (Kind::Special, 0, Vec::new()),
    };
    let read = |it: Remembered| Read {
        sha1: it.digests.map(|it| it.sha1.to_vec()),
        sha256: it.digests.map(|it| it.sha256.to_vec()),
        pieces: it.pieces.into_iter().map(Piece::from).collect(),
    };
    let path = entry.path.as_bytes().to_vec();
    Item { kind: kind.into(), size, target, read: files.remove(&entry.path).map(read), path }
}

impl From<directory::Piece> for Piece {
    fn from(it: directory::Piece) -> Self {
        Self { offset: it.offset, length: it.length, place: it.place }
    }
}

impl From<Piece> for directory::Piece {
    fn from(it: Piece) -> Self {
        Self { offset: it.offset, length: it.length, place: it.place }
    }
}

/// Reads the memory in a directory.
pub(super) fn read(directory: &Path) -> anyhow::Result<Memory> {
    let path = directory.join(TREE);
    let tree = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let tree = Tree::decode(Bytes::from(tree)).context("what is remembered of the base image")?;
    let known: anyhow::Result<Vec<Known>> = tree.portions.into_par_iter().map(known).collect();
    let known = known?;
    let mut entries = Vec::with_capacity(known.iter().map(|it| it.entries.len()).sum());
    let mut files = Vec::new();
    for portion in known {
        entries.extend(portion.entries);
        files.extend(portion.files);
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let files = files.into_iter().collect();
    let path = directory.join(BYTES);
    let bytes = HostFile::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Memory { entries, complete: tree.complete, files, bytes: Arc::new(bytes) })
}

/// What a portion says.
#[derive(Default)]
struct Known {
    entries: Vec<Entry>,
    files: Vec<(ImagePath, Remembered)>,
}

fn known(portion: Bytes) -> anyhow::Result<Known> {
    let portion = Portion::decode(portion).context("what is remembered of the base image")?;
    let mut known = Known::default();
    for item in portion.items {
        let (entry, read) = said(item)?;
        known.files.extend(read.map(|it| (entry.path.clone(), it)));
        known.entries.push(entry);
    }
    Ok(known)
}

/// What an item says.
fn said(item: Item) -> anyhow::Result<(Entry, Option<Remembered>)> {
    let path = ImagePath::normalize(&item.path);
    let Some(path) = path.filter(|it| it.as_bytes() == item.path) else {
        bail!("what is remembered of the base image names something that is no path");
    };
    let kind = match item.kind() {
        Kind::File => EntryKind::File { size: item.size, executable: false },
        Kind::Executable => EntryKind::File { size: item.size, executable: true },
        Kind::Directory => EntryKind::Directory,
        Kind::Symlink => EntryKind::Symlink(item.target.into()),
        Kind::Special => EntryKind::Special,
    };
    let read = item.read.map(|read| {
        let sha1 = read.sha1.and_then(|it| it.try_into().ok());
        let sha256 = read.sha256.and_then(|it| it.try_into().ok());
        let digests = sha1.zip(sha256).map(|(sha1, sha256)| Digests { sha1, sha256 });
        let pieces = read.pieces.into_iter().map(directory::Piece::from).collect();
        Remembered { digests, pieces }
    });
    Ok((Entry { path, kind }, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_read_as_it_was_written() {
        let at = |path: &str| ImagePath::normalize(path).unwrap();
        let entry = |path, kind| Entry { path: at(path), kind };
        let entries = vec![
            entry("/a", EntryKind::Directory),
            entry("/a/f", EntryKind::File { size: 7, executable: false }),
            entry("/a/x", EntryKind::File { size: 0, executable: true }),
            entry("/l", EntryKind::Symlink((*b"a/f").into())),
            entry("/s", EntryKind::Special),
        ];
        let pieces = vec![directory::Piece { offset: 3, length: 2, place: 1 }];
        let digests = Some(Digests { sha1: [1; 20], sha256: [2; 32] });
        let remembered = Remembered { digests, pieces };
        let files = [(at("/a/f"), remembered), (at("/a/x"), Remembered::default())].into();
        let memory = Memory { entries, complete: true, files, bytes: Arc::new(b"abc".to_vec()) };
        let directory = tempfile::tempdir().unwrap();
        write(memory.clone(), directory.path()).unwrap();
        let read = read(directory.path()).unwrap();
        assert_eq!((read.entries, read.files), (memory.entries, memory.files));
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut Cursor::new(&*read.bytes), &mut bytes).unwrap();
        assert_eq!((&*bytes, read.complete), (&b"abc"[..], true));
    }

    #[test]
    fn what_is_no_memory_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        assert!(read(place).is_err());
        std::fs::write(place.join(BYTES), b"").unwrap();
        assert!(read(place).is_err());
        std::fs::write(place.join(TREE), b"\xff").unwrap();
        assert!(read(place).is_err());
        let item = Item { path: b"/../x".to_vec(), ..Item::default() };
        let portion = Portion { items: vec![item] }.encode_to_vec();
        let tree = Tree { portions: vec![portion.into()], complete: true };
        std::fs::write(place.join(TREE), tree.encode_to_vec()).unwrap();
        assert!(read(place).is_err());
        std::fs::write(place.join(TREE), Tree::default().encode_to_vec()).unwrap();
        assert!(read(place).is_ok());
        std::fs::remove_file(place.join(BYTES)).unwrap();
        assert!(read(place).is_err());
    }
}
