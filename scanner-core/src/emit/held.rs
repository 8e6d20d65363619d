//! Content that is held until its digest, of which its name is made, is known.

use std::io;

use crate::model::{Digesting, Sha256};

/// What was written, piece by piece, so that nothing is held twice when it grows.
#[derive(Default)]
pub(super) struct Held {
    digest: Digesting,
    pieces: Vec<Box<[u8]>>,
}

impl Held {
    /// The digest of all that was written, and the pieces in which it was.
    pub(super) fn finish(self) -> (Sha256, Vec<Box<[u8]>>) {
        (self.digest.finish(), self.pieces)
    }
}

impl io::Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.write_all(bytes)?;
        self.pieces.push(bytes.into());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
