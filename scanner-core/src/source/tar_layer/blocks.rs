//! The contents of a kept layer. Nothing is given out of a block whose digest was not verified.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::formats::layer_index::{BLOCK, digest};

/// Contents and the digests of their blocks.
pub(super) struct Blocks {
    file: File,
    size: u64,
    blocks: Vec<Block>,
    damaged: AtomicBool,
}

struct Block {
    digest: [u8; 32],
    verified: AtomicBool,
}

impl Blocks {
    pub(super) fn new(file: File, size: u64, digests: &[[u8; 32]]) -> Self {
        let block = |digest: &_| Block { digest: *digest, verified: AtomicBool::new(false) };
        let damaged = AtomicBool::new(false);
        Self { file, size, blocks: digests.iter().map(block).collect(), damaged }
    }

    /// The digests of all blocks of a file.
    pub(super) fn digests(file: &File, size: u64) -> io::Result<Vec<[u8; 32]>> {
        let mut digests = Vec::new();
        let mut buffer = vec![0; BLOCK];
        let mut offset = 0;
        while offset < size {
            let block = read_block(file, &mut buffer, offset, size)?;
            digests.push(digest(block));
            offset = offset.saturating_add(BLOCK as u64);
        }
        Ok(digests)
    }

    /// Whether a block was found damaged.
    pub(super) fn are_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Reads within one block. A damaged block is an error of the kind [`io::ErrorKind::InvalidData`].
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let damage = || {
            self.damaged.store(true, Ordering::Relaxed);
            io::Error::from(io::ErrorKind::InvalidData)
        };
        let index = usize::try_from(offset / BLOCK as u64).unwrap_or(usize::MAX);
        let block = self.blocks.get(index).ok_or_else(damage)?;
        let start = offset - offset % BLOCK as u64;
        let end = start.saturating_add(BLOCK as u64).min(self.size);
        let most = usize::try_from(end.saturating_sub(offset)).unwrap_or(0).min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        if block.verified.load(Ordering::Relaxed) {
            return self.file.read_at(buffer, offset);
        }
        let mut whole = vec![0; BLOCK];
        let whole = read_block(&self.file, &mut whole, start, self.size).map_err(|_| damage())?;
        if digest(whole) != block.digest {
            return Err(damage());
        }
        block.verified.store(true, Ordering::Relaxed);
        let within = usize::try_from(offset - start).unwrap_or(usize::MAX);
        let wanted = whole.get(within..).and_then(|it| it.get(..most)).unwrap_or_default();
        buffer.copy_from_slice(wanted);
        Ok(most)
    }
}

/// Reads the block that begins at an offset.
fn read_block<'a>(
    file: &File,
    buffer: &'a mut [u8],
    offset: u64,
    size: u64,
) -> io::Result<&'a [u8]> {
    let length = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
    let length = length.min(buffer.len());
    let block = buffer.get_mut(..length).unwrap_or_default();
    file.read_exact_at(block, offset)?;
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_blocks_are_told_and_others_are_read() {
        let bytes: Vec<u8> = (0..=250).cycle().take(3 * BLOCK - 5).collect();
        let size = bytes.len() as u64;
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&bytes, 0).unwrap();
        let digests = Blocks::digests(&file, size).unwrap();
        assert_eq!(digests.len(), 3);
        file.write_all_at(b"!", BLOCK as u64 + 7).unwrap();
        let blocks = Blocks::new(file, size, &digests);
        let mut buffer = vec![0; 2 * BLOCK];
        for _ in 0..2 {
            assert_eq!(blocks.read_at(&mut buffer, 9).unwrap(), BLOCK - 9);
            assert_eq!(buffer[..BLOCK - 9], bytes[9..BLOCK]);
        }
        let error = blocks.read_at(&mut buffer, BLOCK as u64).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(blocks.are_damaged());
        assert_eq!(blocks.read_at(&mut buffer, size - 3).unwrap(), 3);
        assert!(blocks.read_at(&mut buffer, size + BLOCK as u64).is_err());
    }
}
