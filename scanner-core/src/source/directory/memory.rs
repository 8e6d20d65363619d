//! What is remembered of a tree: what it lists, and of its files the bytes and digests that a scan asked for.
//!
//! A later state of the tree is then scanned without opening what has not changed. The same scan runs over the same
//! bytes, wherever they come from, so it finds the same; what was not remembered is read from the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, OnceLock};

use super::Directory;
use crate::image::{Entry, EntryKind};
use crate::path::ImagePath;
use crate::read::{Digests, ReadAt};
use crate::source::host::HostFile;

/// A tree as it was, and what of it a scan asked for.
#[derive(Clone)]
pub struct Memory {
    /// What it listed, in path order.
    pub entries: Vec<Entry>,
    /// Whether that is all that was there.
    pub complete: bool,
    /// What was read of its files.
    pub files: BTreeMap<ImagePath, Remembered>,
    /// The bytes of all pieces. They are read when a scan asks for them.
    pub bytes: Arc<dyn ReadAt>,
}

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The digests of all its bytes, if they were asked for.
    pub digests: Option<Digests>,
    /// Pieces of it in order; none begins inside another.
    pub pieces: Vec<Piece>,
}

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where they are in the file.
    pub offset: u64,
    /// How many they are.
    pub length: u64,
    /// Where they are among the bytes of all pieces.
    pub place: u64,
}

/// What has changed since.
#[derive(Default)]
pub(super) struct Changes {
    /// Files and links that are new or other ones now.
    pub(super) files: BTreeSet<ImagePath>,
    /// Directories that may hold something else than before, with those that they are in.
    pub(super) directories: BTreeSet<ImagePath>,
}

/// A memory, and what has changed since.
pub(super) struct Known {
    memory: Memory,
    changes: Changes,
}

impl Known {
    pub(super) fn new(memory: Memory, changes: Changes) -> Self {
        Self { memory, changes }
    }

    /// Everything below a directory, if that is as it was.
    pub(super) fn below(&self, directory: &ImagePath) -> Option<&[Entry]> {
        if !self.memory.complete || self.changes.directories.contains(directory) {
            return None;
        }
        let (place, entry) = self.find(directory)?;
        let rest = self.memory.entries.get(place + 1..)?;
        let end = rest.partition_point(|it| it.path.is_below(directory));
        rest.get(..end).filter(|_| entry.kind == EntryKind::Directory)
    }

    /// What was at a path, if that has not changed. Whether something still is there, only the tree can tell.
    pub(super) fn unchanged(&self, path: &ImagePath) -> Option<&Entry> {
        self.find(path).map(|(_, entry)| entry)
    }

    fn find(&self, path: &ImagePath) -> Option<(usize, &Entry)> {
        let entries = &self.memory.entries;
        let place = entries.binary_search_by(|it| it.path.cmp(path)).ok()?;
        let entry = entries.get(place).filter(|it| !self.changes.files.contains(&it.path));
        Some((place, entry?))
    }

    fn file(&self, path: &ImagePath) -> Option<(u64, &Remembered)> {
        let remembered = self.memory.files.get(path)?;
        let EntryKind::File { size, .. } = self.unchanged(path)?.kind else { return None };
        Some((size, remembered))
    }
}

/// A file of which something is remembered. It is opened only for the rest.
pub(super) struct KnownFile<'a> {
    directory: &'a Directory,
    path: ImagePath,
    size: u64,
    remembered: &'a Remembered,
    bytes: &'a dyn ReadAt,
    opened: OnceLock<HostFile>,
}

impl<'a> KnownFile<'a> {
    pub(super) fn find(directory: &'a Directory, path: &ImagePath) -> Option<Self> {
        let known = directory.known.as_ref()?;
        let (size, remembered) = known.file(path)?;
        let (path, bytes, opened) = (path.clone(), &*known.memory.bytes, OnceLock::new());
        Some(Self { directory, path, size, remembered, bytes, opened })
    }
}

impl ReadAt for KnownFile<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.size {
            return Ok(0);
        }
        if let Some(read) = self.remembered.read(self.bytes, buffer, offset)? {
            return Ok(read);
        }
        if self.opened.get().is_none() {
            // Whoever else opens it meanwhile opens the same file.
            let _ = self.opened.set(self.directory.open_file(&self.path)?);
        }
        self.opened.get().map_or(Ok(0), |it| it.read_at(buffer, offset))
    }

    fn digests(&self) -> Option<io::Result<Digests>> {
        self.remembered.digests.map(Ok)
    }
}

impl Remembered {
    /// Reads as [`ReadAt::read_at`] does, if there is a piece that has the byte at `offset`.
    fn read(
        &self,
        bytes: &dyn ReadAt,
        buffer: &mut [u8],
        offset: u64,
    ) -> io::Result<Option<usize>> {
        let before = self.pieces.partition_point(|it| it.offset <= offset);
        let piece = before.checked_sub(1).and_then(|it| self.pieces.get(it));
        let inside = piece.and_then(|it| {
            Some((it, offset - it.offset, it.length.checked_sub(offset - it.offset)?))
        });
        let Some((piece, start, rest)) = inside.filter(|(_, _, rest)| *rest > 0) else {
            return Ok(None);
        };
        let most = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        bytes.read_at(buffer, piece.place.saturating_add(start)).map(Some)
    }
}
