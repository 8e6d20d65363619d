//! What a scan reads of a tree, remembered for scans of later states.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::Directory;
use super::memory::{Memory, Piece, Remembered};
use crate::image::{Entry, Image, Layer};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::{self, Digests, ReadAt};

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
        let layers = &self.image.layers;
        let entries = layers.iter().flat_map(|layer| layer.entries().iter().cloned()).collect();
        let complete = layers.iter().all(|layer| layer.notices().is_empty());
        let logged = self.log.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        let files = logged.iter().map(|(path, it)| (path.clone(), it.joined(&mut bytes))).collect();
        Memory { entries, complete, files, bytes: Arc::new(bytes) }
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
    digests: Option<Digests>,
    pieces: BTreeMap<u64, Box<[u8]>>,
    bytes: u64,
}

impl Logged {
    /// The same with pieces that overlap or touch made one, their bytes behind those of other files.
    fn joined(&self, all: &mut Vec<u8>) -> Remembered {
        let mut pieces: Vec<Piece> = Vec::new();
        for (offset, bytes) in &self.pieces {
            let end = |it: &Piece| it.offset + it.length;
            let last = pieces.last_mut().filter(|it| end(it) >= *offset);
            let inside = last.as_ref().map_or(0, |it| end(it) - offset);
            let new = usize::try_from(inside).ok().and_then(|it| bytes.get(it..));
            let new = new.unwrap_or_default();
            let (place, length) = (all.len() as u64, new.len() as u64);
            match last {
                Some(last) => last.length += length,
                None => pieces.push(Piece { offset: *offset, length, place }),
            }
            all.extend_from_slice(new);
        }
        Remembered { digests: self.digests, pieces }
    }
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
                it.pieces.clear();
                return;
            }
            let piece = it.pieces.entry(offset).or_default();
            if piece.len() < bytes.len() {
                *piece = bytes.into();
            }
        });
    }
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
            self.log.update(&self.path, |it| it.digests = Some(*digests));
        }
        Some(digests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_overlap_or_touch_become_one() {
        let read = [(0, "012"), (2, "2345"), (4, "4"), (6, "67"), (9, "9")];
        let pieces = read.map(|(offset, it)| (offset, it.as_bytes().into())).into();
        let mut all = b"of others".to_vec();
        let joined = Logged { digests: None, pieces, bytes: 0 }.joined(&mut all);
        let piece = |offset, length, place| Piece { offset, length, place };
        assert_eq!(joined.pieces, [piece(0, 8, 9), piece(9, 1, 17)]);
        assert_eq!(all, b"of others012345679");
    }
}
