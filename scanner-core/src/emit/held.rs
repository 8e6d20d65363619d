//! Content that is held until its digest, of which its name is made, is known.

use std::io::{self, Write as _};

use crate::model::{Digesting, Sha256};

/// What was written, in pieces: to grow, a long vector is copied.
#[derive(Default)]
pub(super) struct Held {
    digest: Digesting,
    pieces: Vec<Vec<u8>>,
}

impl Held {
    /// Adds a piece.
    pub(super) fn add(&mut self, piece: Vec<u8>) {
        // A digest takes all.
        let _ = self.digest.write_all(&piece);
        self.pieces.push(piece);
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// The digest of all that was written, and the pieces in which it was.
    pub(super) fn finish(self) -> (Sha256, Vec<Vec<u8>>) {
        (self.digest.finish(), self.pieces)
    }
}

impl io::Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
