//! One file on the host for the few contents of compressed layers that analyzers will read.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::read::ReadAt;

/// Why content cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to the spill file: {0}")]
pub(super) struct SpillError(io::Error);

/// Bytes that are reserved at a time for small contents.
const CHUNK: usize = 256 << 10;

/// The file. Many layers write to it at once, each in places that it has reserved.
pub struct Spill {
    file: File,
    limit: u64,
    next: AtomicU64,
    passes: AtomicUsize,
}

impl Spill {
    /// Takes an empty file, of which at most `limit` bytes are used. Whoever made it chose the disk.
    pub fn new(file: File, limit: u64) -> Self {
        Self { file, limit, next: AtomicU64::new(0), passes: AtomicUsize::new(0) }
    }

    /// An empty file for what one layer keeps, within the same bound.
    pub(super) fn beside(&self, file: File) -> Self {
        Self::new(file, self.limit)
    }

    /// How many bytes were kept.
    pub fn used(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// How often a layer had to be decompressed once more for content that was not kept.
    pub fn passes(&self) -> usize {
        self.passes.load(Ordering::Relaxed)
    }

    pub(super) fn count_pass(&self) {
        self.passes.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    /// Keeps a whole stream. Nobody else may write meanwhile: its bytes must follow one another.
    pub(super) fn append(self: &Arc<Self>, stream: &mut dyn Read) -> io::Result<Spilled> {
        let start = self.used();
        let mut size = 0_u64;
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                return Ok(Spilled { spill: Arc::clone(self), start, size });
            }
            let place =
                self.reserve(read as u64).filter(|place| *place == start.saturating_add(size));
            let place = place
                .ok_or_else(|| io::Error::other("there is no room for it in the spill file"))?;
            self.write_at(buffer.get(..read).unwrap_or_default(), place)?;
            size = size.saturating_add(read as u64);
        }
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset).map_err(|error| io::Error::other(SpillError(error)))
    }

    fn reserve(&self, size: u64) -> Option<u64> {
        let grown = |next: u64| next.checked_add(size).filter(|next| *next <= self.limit);
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown).ok()
    }
}

/// A stream that was kept whole.
pub(super) struct Spilled {
    spill: Arc<Spill>,
    start: u64,
    size: u64,
}

impl ReadAt for Spilled {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = rest.min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        self.spill.read_at(buffer, self.start.saturating_add(offset))
    }
}

/// Writes the contents of one layer; small ones share a place.
pub(super) struct Writer<'a> {
    spill: &'a Spill,
    place: u64,
    room: usize,
    buffer: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(spill: &'a Spill) -> Self {
        Self { spill, place: 0, room: 0, buffer: Vec::new() }
    }

    /// Keeps `size` bytes: `head`, and what `rest` gives after it. None if there is no room for them.
    /// Memory is taken for bytes that come, not for what `size` claims.
    pub(super) fn keep(
        &mut self,
        head: &[u8],
        size: u64,
        rest: &mut dyn BufRead,
    ) -> io::Result<Option<u64>> {
        if let Ok(size) = usize::try_from(size)
            && size <= CHUNK / 4
        {
            return self.keep_small(head, size, rest);
        }
        let Some(place) = self.spill.reserve(size) else { return Ok(None) };
        self.spill.write_at(head, place)?;
        let mut written = place.saturating_add(head.len() as u64);
        loop {
            let ready = rest.fill_buf()?;
            if ready.is_empty() {
                return Ok(Some(place));
            }
            self.spill.write_at(ready, written)?;
            let read = ready.len();
            rest.consume(read);
            written = written.saturating_add(read as u64);
        }
    }

    fn keep_small(
        &mut self,
        head: &[u8],
        size: usize,
        rest: &mut dyn BufRead,
    ) -> io::Result<Option<u64>> {
        if self.buffer.len() + size > self.room {
            self.flush()?;
            let Some(place) = self.spill.reserve(CHUNK as u64) else { return Ok(None) };
            (self.place, self.room) = (place, CHUNK);
        }
        let start = self.buffer.len();
        self.buffer.extend_from_slice(head);
        let left = size.saturating_sub(head.len()) as u64;
        Read::take(rest, left).read_to_end(&mut self.buffer)?;
        // What does not come has its place all the same.
        self.buffer.resize(start + size, 0);
        Ok(Some(self.place.saturating_add(start as u64)))
    }

    /// Writes what is still held.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.spill.write_at(&self.buffer, self.place)?;
        self.buffer.clear();
        self.room = 0;
        Ok(())
    }
}
