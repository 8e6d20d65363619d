//! What is remembered of a tree: what it lists, and of its files the bytes and digests that a scan asked for.
//!
//! A later state of the tree is then scanned without opening what has not changed. The same scan runs over the same
//! bytes, wherever they come from, so it finds the same; what was not remembered is read from the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;

use super::Directory;
use crate::image::{Entry, EntryKind, Image, Layer};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::{self, Digests, ReadAt};
use crate::source::host::HostFile;

/// A tree as it was, and what of it a scan asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What it listed, in path order.
    pub entries: Vec<Entry>,
    /// What was read of its files.
    pub files: BTreeMap<ImagePath, Remembered>,
}

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The digests of all its bytes, if they were asked for.
    pub digests: Option<Digests>,
    /// Pieces of it by their offsets; none begins inside another.
    pub pieces: BTreeMap<u64, Bytes>,
}

/// A memory, and what has changed since: paths of files and links that are new or other ones now.
pub(super) struct Known {
    /// What each directory held, in order.
    listings: BTreeMap<Box<[u8]>, Vec<Entry>>,
    files: BTreeMap<ImagePath, Remembered>,
    changed: BTreeSet<ImagePath>,
}

impl Known {
    pub(super) fn new(memory: Memory, changed: BTreeSet<ImagePath>) -> Self {
        let mut listings: BTreeMap<Box<[u8]>, Vec<Entry>> = BTreeMap::new();
        let entries = memory.entries;
        for run in entries.chunk_by(|a, b| a.path.directory() == b.path.directory()) {
            if let Some(directory) = run.first().and_then(|it| it.path.directory()) {
                listings.entry(directory.into()).or_default().extend_from_slice(run);
            }
        }
        Self { listings, files: memory.files, changed }
    }

    /// What a directory held.
    pub(super) fn listing(&self, directory: &[u8]) -> &[Entry] {
        self.listings.get(directory).map(Vec::as_slice).unwrap_or_default()
    }

    /// What of a listing had this name, if that has not changed. Whether something still is there, only the tree can
    /// tell.
    pub(super) fn unchanged<'a>(&self, listing: &'a [Entry], name: &[u8]) -> Option<&'a Entry> {
        let place = listing.binary_search_by(|it| it.path.file_name().cmp(name)).ok()?;
        listing.get(place).filter(|it| !self.changed.contains(&it.path))
    }

    fn file(&self, path: &ImagePath) -> Option<(u64, &Remembered)> {
        let remembered = self.files.get(path)?;
        let entry = self.unchanged(self.listing(path.directory()?), path.file_name())?;
        let EntryKind::File { size, .. } = entry.kind else { return None };
        Some((size, remembered))
    }
}

/// A file of which something is remembered. It is opened only for the rest.
pub(super) struct KnownFile<'a> {
    directory: &'a Directory,
    path: ImagePath,
    size: u64,
    remembered: &'a Remembered,
    opened: OnceLock<HostFile>,
}

impl<'a> KnownFile<'a> {
    pub(super) fn find(directory: &'a Directory, path: &ImagePath) -> Option<Self> {
        let (size, remembered) = directory.known.as_ref()?.file(path)?;
        Some(Self { directory, path: path.clone(), size, remembered, opened: OnceLock::new() })
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
        if let Some((start, piece)) = self.remembered.pieces.range(..=offset).next_back() {
            let read = piece.as_ref().read_at(buffer, offset - start)?;
            if read > 0 {
                return Ok(read);
            }
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

/// A tree of which what is read is remembered.
pub struct Recording {
    image: Image,
    log: Arc<Log>,
}

impl Recording {
    pub(super) fn new(directory: Directory, name: String, limits: &Limits) -> Self {
        let log = Arc::new(Log {
            files: Mutex::default(),
            left: Mutex::new(limits.remembered_bytes),
            most: limits.remembered_file_bytes,
        });
        let layer = RecordedLayer { directory, log: Arc::clone(&log) };
        Self { image: Image { name, facts: None, layers: vec![Arc::new(layer)] }, log }
    }

    /// The tree, to be scanned.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// What has been read of it so far.
    pub fn memory(&self) -> Memory {
        let files = self.log.files.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.iter().map(|(path, it)| (path.clone(), joined(&it.remembered)));
        let entries = self.image.layers.iter().flat_map(|layer| layer.entries().iter().cloned());
        Memory { entries: entries.collect(), files: files.collect() }
    }
}

/// What is read, by all threads.
struct Log {
    files: Mutex<BTreeMap<ImagePath, Logged>>,
    /// Bytes that may still be kept.
    left: Mutex<u64>,
    /// Bytes that may be kept of one file.
    most: u64,
}

/// What is read of one file.
#[derive(Default)]
struct Logged {
    remembered: Remembered,
    bytes: u64,
}

impl Log {
    fn update(&self, path: &ImagePath, change: impl FnOnce(&mut Logged)) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        change(files.entry(path.clone()).or_default());
    }

    fn keep(&self, path: &ImagePath, offset: u64, bytes: &[u8]) {
        {
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(rest) = left.checked_sub(bytes.len() as u64) else { return };
            *left = rest;
        }
        self.update(path, |it| {
            it.bytes = it.bytes.saturating_add(bytes.len() as u64);
            if it.bytes > self.most {
                it.remembered.pieces.clear();
                return;
            }
            let piece = it.remembered.pieces.entry(offset).or_default();
            if piece.len() < bytes.len() {
                *piece = Bytes::copy_from_slice(bytes);
            }
        });
    }
}

/// The same pieces, those that overlap or touch made one.
fn joined(file: &Remembered) -> Remembered {
    let mut pieces: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for (offset, bytes) in &file.pieces {
        let last = pieces.last_entry().filter(|it| it.key() + it.get().len() as u64 >= *offset);
        let Some(mut last) = last else {
            pieces.insert(*offset, bytes.to_vec());
            continue;
        };
        let inside = last.get().len() as u64 - (offset - last.key());
        let new = usize::try_from(inside).ok().and_then(|it| bytes.get(it..));
        last.get_mut().extend_from_slice(new.unwrap_or_default());
    }
    let pieces = pieces.into_iter().map(|(offset, it)| (offset, it.into())).collect();
    Remembered { digests: file.digests, pieces }
}

struct RecordedLayer {
    directory: Directory,
    log: Arc<Log>,
}

impl Layer for RecordedLayer {
    fn id(&self) -> &str {
        self.directory.id()
    }

    fn entries(&self) -> &[Entry] {
        self.directory.entries()
    }

    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        let file = self.directory.open(path)?;
        // Also that nothing of it is needed is worth knowing: it need not be opened then.
        self.log.update(path, |_| {});
        Ok(Box::new(RecordedFile { file, path: path.clone(), log: &self.log }))
    }

    fn notices(&self) -> &[Notice] {
        self.directory.notices()
    }
}

struct RecordedFile<'a> {
    file: Box<dyn ReadAt + 'a>,
    path: ImagePath,
    log: &'a Log,
}

impl ReadAt for RecordedFile<'_> {
    fn size(&self) -> u64 {
        self.file.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.file.read_at(buffer, offset)?;
        if let Some(bytes) = buffer.get(..read).filter(|it| !it.is_empty()) {
            self.log.keep(&self.path, offset, bytes);
        }
        Ok(read)
    }

    fn digests(&self) -> Option<io::Result<Digests>> {
        let digests = read::digests(self.file.as_ref());
        if let Ok(digests) = &digests {
            self.log.update(&self.path, |it| it.remembered.digests = Some(*digests));
        }
        Some(digests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pieces: &[(u64, &str)]) -> Remembered {
        let pieces = pieces
            .iter()
            .map(|(offset, it)| (*offset, Bytes::copy_from_slice(it.as_bytes())))
            .collect();
        Remembered { digests: None, pieces }
    }

    #[test]
    fn pieces_that_overlap_or_touch_become_one() {
        let read = pieces(&[(0, "012"), (2, "2345"), (4, "4"), (6, "67"), (9, "9")]);
        assert_eq!(joined(&read), pieces(&[(0, "01234567"), (9, "9")]));
    }
}
