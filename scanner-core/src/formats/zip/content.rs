//! Bytes of a file, of an entry of an archive, or of an entry of an archive inside one. Nothing is copied to disk.

use std::io;
use std::sync::{Arc, OnceLock};

use super::inflated::{Budget, Inflated};
use crate::read::{ReadAt, window};

/// Packed bytes of an entry that are held in memory where they come from inflating themselves: each step back in
/// them would inflate the archive around them again. Few jars are larger.
const HELD: u64 = 32 << 20;

/// Bytes that can be read in any order.
#[derive(Clone)]
pub struct Content<'a> {
    bytes: Arc<dyn ReadAt + 'a>,
    /// Whether a step back costs inflating.
    inflated: bool,
}

impl<'a> Content<'a> {
    /// The bytes of a file.
    pub fn new(file: impl Into<Arc<dyn ReadAt + 'a>>) -> Self {
        Self { bytes: file.into(), inflated: false }
    }

    /// The bytes.
    pub fn bytes(&self) -> &(dyn ReadAt + 'a) {
        self.bytes.as_ref()
    }

    /// Their number.
    pub fn size(&self) -> u64 {
        self.bytes.size()
    }

    /// A part of them.
    pub(super) fn part(&self, start: u64, size: u64) -> Self {
        let part = Part { source: Arc::clone(&self.bytes), start, size };
        if self.inflated && size <= HELD {
            return Self {
                bytes: Arc::new(Held { part, bytes: OnceLock::new() }),
                inflated: false,
            };
        }
        Self { bytes: Arc::new(part), inflated: self.inflated }
    }

    /// What they inflate to.
    pub(super) fn inflate(self, size: u64, budget: &Arc<Budget>) -> Self {
        let inflated = Inflated::new(self.bytes, size, Arc::clone(budget));
        Self { bytes: Arc::new(inflated), inflated: true }
    }
}

impl rawzip::ReaderAt for Content<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.bytes.read_at(buffer, offset)
    }
}

/// A part of other bytes.
struct Part<'a> {
    source: Arc<dyn ReadAt + 'a>,
    start: u64,
    size: u64,
}

impl ReadAt for Part<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.size.saturating_sub(offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        match buffer.get_mut(..length) {
            Some(part) if length > 0 => {
                self.source.read_at(part, self.start.saturating_add(offset))
            }
            _ => Ok(0),
        }
    }
}

/// A part that is held in memory once it is read.
struct Held<'a> {
    part: Part<'a>,
    bytes: OnceLock<Vec<u8>>,
}

impl ReadAt for Held<'_> {
    fn size(&self) -> u64 {
        self.part.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let bytes = if let Some(bytes) = self.bytes.get() {
            bytes
        } else {
            let bytes = window(&self.part, 0, self.part.size)?;
            self.bytes.get_or_init(|| bytes)
        };
        bytes.as_slice().read_at(buffer, offset)
    }
}
