//! Random access to a file's bytes, whatever holds them.

use std::io;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// Bytes digested at a time.
const PIECE: u64 = 1 << 18;

/// Bytes of one file that can be read at any offset.
pub trait ReadAt: Send + Sync {
    /// The size in bytes.
    fn size(&self) -> u64;

    /// Reads at `offset` into `buffer` and says how many bytes came; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// The digests of all bytes, where they need not be made of them by who asks.
    fn digests(&self) -> Option<io::Result<Digests>> {
        None
    }
}

impl ReadAt for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest =
            usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }
}

/// A part of a file, as a file.
pub struct Section {
    whole: Arc<dyn ReadAt>,
    start: u64,
    size: u64,
}

impl Section {
    /// The `size` bytes from `start` on.
    pub fn new(whole: Arc<dyn ReadAt>, start: u64, size: u64) -> Self {
        Self { whole, start, size }
    }
}

impl ReadAt for Section {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let most = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        match (buffer.get_mut(..most), self.start.checked_add(offset)) {
            (Some(buffer), Some(offset)) => self.whole.read_at(buffer, offset),
            _ => Ok(0),
        }
    }
}

/// Reads a file from its beginning.
pub struct Cursor<'a> {
    file: &'a dyn ReadAt,
    /// What is read next.
    pub offset: u64,
}

impl<'a> Cursor<'a> {
    /// Begins at the first byte.
    pub fn new(file: &'a dyn ReadAt) -> Self {
        Self { file, offset: 0 }
    }
}

impl io::Read for Cursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset = self.offset.saturating_add(read as u64);
        Ok(read)
    }
}

/// Digests of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// SHA-1.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
}

/// Digests a file, of whatever size, in every way that documents list.
pub fn digests(file: &dyn ReadAt) -> io::Result<Digests> {
    if let Some(known) = file.digests() {
        return known;
    }
    let (mut sha1, mut sha256) = (sha1::Sha1::new(), Sha256::new());
    pieces(file, (0, u64::MAX), |piece| {
        sha1.update(piece);
        sha256.update(piece);
    })?;
    Ok(Digests { sha1: sha1.finalize().into(), sha256: sha256.finalize().into() })
}

/// The SHA-256 digest of a file, of whatever size.
pub fn sha256(file: &dyn ReadAt) -> io::Result<[u8; 32]> {
    if let Some(known) = file.digests() {
        return known.map(|it| it.sha256);
    }
    sha256_from(file, 0, u64::MAX).map(|(digest, _)| digest)
}

/// The SHA-256 digest of a part of a file that must be there as a whole.
pub fn sha256_of(file: &dyn ReadAt, start: u64, size: u64) -> io::Result<[u8; 32]> {
    match sha256_from(file, start, start.saturating_add(size))? {
        (digest, read) if read == size => Ok(digest),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn sha256_from(file: &dyn ReadAt, start: u64, end: u64) -> io::Result<([u8; 32], u64)> {
    let mut digest = Sha256::new();
    let read = pieces(file, (start, end), |piece| digest.update(piece))?;
    Ok((digest.finalize().into(), read))
}

/// Reads a file from a place to another or to its end, and tells how many bytes those were.
fn pieces(
    file: &dyn ReadAt,
    (start, end): (u64, u64),
    mut each: impl FnMut(&[u8]),
) -> io::Result<u64> {
    let mut offset = start;
    while offset < end {
        let piece = window(file, offset, PIECE.min(end - offset))?;
        if piece.is_empty() {
            break;
        }
        each(&piece);
        offset += piece.len() as u64;
    }
    Ok(offset - start)
}

/// Reads `length` bytes at `offset`, fewer where the file ends.
/// Memory is taken for bytes that the file really has, not for what `length` claims.
pub fn window(file: &(impl ReadAt + ?Sized), offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let length = length.min(file.size().saturating_sub(offset));
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_begins_and_ends_where_it_was_cut() {
        let section = Section::new(Arc::new(b"0123456789".as_slice()), 2, 5);
        assert_eq!(window(&section, 0, u64::MAX).unwrap(), b"23456");
        assert_eq!(window(&section, 4, 9).unwrap(), b"6");
        let mut text = Vec::new();
        io::Read::read_to_end(&mut Cursor::new(&section), &mut text).unwrap();
        assert_eq!(text, b"23456");
    }

    #[test]
    fn a_window_ends_where_the_file_ends() {
        let file: &[u8] = b"0123456789";
        assert_eq!(window(&file, 8, u64::MAX).unwrap(), b"89");
        assert_eq!(window(&file, 2, 3).unwrap(), b"234");
        assert_eq!(window(&file, 99, 3).unwrap(), b"");
    }
}
