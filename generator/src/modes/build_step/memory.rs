//! What one step remembers of an image, written for the steps of other builds on the same image.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use prost::Message as _;
use rayon::prelude::*;
use scanner_core::image::{Entry, EntryKind};
use scanner_core::path::ImagePath;
use scanner_core::read::Digests;
use scanner_core::source::directory::{Memory, Remembered};

use crate::output;

/// The file. BuildKit keeps it as it keeps any result of a step, and only this program writes and reads it.
const FILE: &str = "memory";

/// A tree with what was read of it. Its items are decoded side by side.
#[derive(Clone, PartialEq, prost::Message)]
struct Tree {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    items: Vec<Bytes>,
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

/// Bytes of a file. They are never copied: they stay in the bytes that were decoded.
#[derive(Clone, PartialEq, prost::Message)]
struct Piece {
    #[prost(uint64, tag = "1")]
    offset: u64,
    #[prost(bytes = "bytes", tag = "2")]
    bytes: Bytes,
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
    let mut files = memory.files;
    let items = memory.entries.into_iter().map(|it| item(it, &mut files));
    let items = items.map(|it| it.encode_to_vec().into()).collect();
    let bytes = Tree { items }.encode_to_vec();
    output::write_whole(&directory.join(FILE), &bytes)?;
    Ok(bytes.len())
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
        pieces: it.pieces.into_iter().map(|(offset, bytes)| Piece { offset, bytes }).collect(),
    };
    let path = entry.path.as_bytes().to_vec();
    Item { kind: kind.into(), size, target, read: files.remove(&entry.path).map(read), path }
}

/// Reads the memory in a directory.
pub(super) fn read(directory: &Path) -> anyhow::Result<Memory> {
    let path = directory.join(FILE);
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let tree = Tree::decode(Bytes::from(bytes)).context("what is remembered of the base image")?;
    let known = tree.items.into_par_iter().map(known).collect::<anyhow::Result<Vec<_>>>()?;
    let (mut entries, files): (Vec<Entry>, Vec<Option<(ImagePath, Remembered)>>) =
        known.into_par_iter().unzip();
    let ((), files) = rayon::join(
        || entries.sort_by(|a, b| a.path.cmp(&b.path)),
        || files.into_iter().flatten().collect(),
    );
    Ok(Memory { entries, files })
}

/// What an item says.
fn known(item: Bytes) -> anyhow::Result<(Entry, Option<(ImagePath, Remembered)>)> {
    let item = Item::decode(item).context("what is remembered of the base image")?;
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
        let pieces = read.pieces.into_iter().map(|it| (it.offset, it.bytes)).collect();
        (path.clone(), Remembered { digests, pieces })
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
        let pieces = [(3, Bytes::from_static(b"abc"))].into();
        let digests = Some(Digests { sha1: [1; 20], sha256: [2; 32] });
        let remembered = Remembered { digests, pieces };
        let files = [(at("/a/f"), remembered), (at("/a/x"), Remembered::default())].into();
        let memory = Memory { entries, files };
        let directory = tempfile::tempdir().unwrap();
        write(memory.clone(), directory.path()).unwrap();
        assert_eq!(read(directory.path()).unwrap(), memory);
    }

    #[test]
    fn what_is_no_memory_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert!(read(directory.path()).is_err());
        std::fs::write(directory.path().join(FILE), b"\xff").unwrap();
        assert!(read(directory.path()).is_err());
        let item = Item { path: b"/../x".to_vec(), ..Item::default() };
        let items = vec![item.encode_to_vec().into()];
        std::fs::write(directory.path().join(FILE), Tree { items }.encode_to_vec()).unwrap();
        assert!(read(directory.path()).is_err());
    }
}
