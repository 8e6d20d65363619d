//! Reads forward in a file, a piece at a time, and skips what is not wanted.

use super::Malformed;
use crate::formats::little_endian;
use crate::read::{ReadAt, window};

/// Bytes that are read first: a header is short. Each time that more is wanted it is four times as much.
const FIRST: u64 = 4 << 10;

/// Bytes that are read at a time at most.
const MOST: u64 = 256 << 10;

/// Where the reading is.
pub(super) struct Walk<'a> {
    file: &'a dyn ReadAt,
    /// The piece at hand, and where in the file it begins.
    piece: Vec<u8>,
    start: u64,
    /// What is read next, counted in the piece.
    at: usize,
    /// The size of the next piece.
    next: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(file: &'a dyn ReadAt, offset: u64) -> Self {
        Self { file, piece: Vec::new(), start: offset, at: 0, next: FIRST }
    }

    /// What is read next, counted in the file.
    pub(super) fn offset(&self) -> u64 {
        self.start.saturating_add(self.at as u64)
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> u64 {
        self.file.size().saturating_sub(self.offset())
    }

    pub(super) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, offset: self.offset() }
    }

    /// The next bytes. No memory is taken for more of them than the file has.
    pub(super) fn take(&mut self, size: u64, what: &'static str) -> Result<&[u8], Malformed> {
        let length = usize::try_from(size).map_err(|_| self.malformed(what))?;
        if self.piece.len().saturating_sub(self.at) < length {
            if size > self.left() {
                return Err(self.malformed(what));
            }
            let offset = self.offset();
            let piece = window(self.file, offset, size.max(self.next));
            self.next = (self.next * 4).min(MOST);
            self.piece = piece.map_err(|_| self.malformed("unreadable bytes"))?;
            (self.start, self.at) = (offset, 0);
        }
        let (from, malformed) = (self.at, self.malformed(what));
        self.at = from.saturating_add(length);
        self.piece.get(from..self.at).ok_or(malformed)
    }

    /// What is at hand of what is read next.
    pub(super) fn at_hand(&self) -> &[u8] {
        self.piece.get(self.at..).unwrap_or_default()
    }

    /// Passes over bytes without reading those that are not at hand.
    pub(super) fn skip(&mut self, size: u64, what: &'static str) -> Result<(), Malformed> {
        if size > self.left() {
            return Err(self.malformed(what));
        }
        match usize::try_from(size).ok().and_then(|it| self.at.checked_add(it)) {
            Some(at) if at <= self.piece.len() => self.at = at,
            _ => {
                self.start = self.offset().saturating_add(size);
                self.piece.clear();
                self.at = 0;
            }
        }
        Ok(())
    }

    pub(super) fn array<const N: usize>(
        &mut self,
        what: &'static str,
    ) -> Result<[u8; N], Malformed> {
        let malformed = self.malformed(what);
        self.take(N as u64, what)?.try_into().map_err(|_| malformed)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, Malformed> {
        Ok(u16::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u64(&mut self, what: &'static str) -> Result<u64, Malformed> {
        Ok(little_endian(&self.array::<8>(what)?))
    }

    /// The bytes of a text that has its length before it.
    pub(super) fn name(&mut self, what: &'static str) -> Result<&[u8], Malformed> {
        let size = self.u16(what)?;
        self.take(size.into(), what)
    }

    pub(super) fn text(&mut self, what: &'static str) -> Result<String, Malformed> {
        let malformed = self.malformed(what);
        text(self.name(what)?).ok_or(malformed)
    }
}

/// The first name of these bytes, if it is whole, and what comes behind it.
pub(super) fn split_name(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (size, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*size).into())
}

/// A text that is not empty.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.is_empty()).then(|| text.to_owned())
}
