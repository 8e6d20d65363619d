//! A file of a stored layer, opened. The holes of sparse files read as zeros.

use std::io;

use super::TarLayer;
use super::tree::Content;
use crate::formats::tar::Piece;
use crate::read::ReadAt;

/// An open regular file.
pub(super) struct StoredFile<'a> {
    pub(super) layer: &'a TarLayer,
    pub(super) content: &'a Content,
    pub(super) size: u64,
}

impl ReadAt for StoredFile<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match &self.content.pieces {
            None => self.layer.read_stored(self.content, buffer, offset),
            Some(pieces) => self.read_sparse(pieces, buffer, offset),
        }
    }
}

impl StoredFile<'_> {
    /// Reads within one piece or one hole.
    fn read_sparse(&self, pieces: &[Piece], buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let next =
            pieces.partition_point(|piece| piece.offset.saturating_add(piece.length) <= offset);
        let stored: u64 = pieces.iter().take(next).map(|piece| piece.length).sum();
        let hole_ends = pieces.get(next).map_or(self.size, |piece| piece.offset);
        let piece = pieces.get(next).filter(|piece| piece.offset <= offset);
        let ends = piece.map_or(hole_ends, |piece| piece.offset.saturating_add(piece.length));
        let most =
            usize::try_from(ends.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most) else { return Ok(0) };
        let Some(piece) = piece else {
            buffer.fill(0);
            return Ok(most);
        };
        let within = stored.saturating_add(offset.saturating_sub(piece.offset));
        self.layer.read_stored(self.content, buffer, within)
    }
}
