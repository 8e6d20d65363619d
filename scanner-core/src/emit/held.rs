//! Content that is held until its name, which is made of its own digest, is known.

use blake3::Hash;
use rayon::prelude::*;
use uuid::Uuid;

/// So many items of a list make a piece: enough that handing it to another core costs little beside it.
const ITEMS: usize = 48;

/// What was written, in pieces: to grow, a long vector is copied.
#[derive(Default)]
pub(super) struct Held(Vec<Piece>);

/// A piece of it.
struct Piece {
    bytes: Vec<u8>,
    digest: Option<Hash>,
}

impl Piece {
    /// A piece whose digest is made while it is at hand.
    fn digested(bytes: Vec<u8>) -> Self {
        Self { digest: Some(blake3::hash(&bytes)), bytes }
    }
}

impl Held {
    /// Adds a piece.
    pub(super) fn add(&mut self, bytes: Vec<u8>) {
        self.0.push(Piece { bytes, digest: None });
    }

    /// Adds the pieces of a long list in its order, made and digested on all cores. Each is made of its number and its
    /// items, with something beside it that is handed back.
    pub(super) fn add_list<'a, T: Sync, R: Send>(
        &mut self,
        of: &'a [T],
        make: impl Fn(usize, &'a [T]) -> (Vec<u8>, R) + Sync,
    ) -> Vec<R> {
        let parts = of.par_chunks(ITEMS).enumerate().map(|(number, items)| {
            let (bytes, beside) = make(number, items);
            (Piece::digested(bytes), beside)
        });
        let (pieces, beside): (Vec<Piece>, Vec<R>) = parts.unzip();
        self.0.extend(pieces);
        beside
    }

    /// Adds all that another one holds.
    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A UUID of version 5 over the digests of all pieces, which are the same for the same content, and the pieces.
    pub(super) fn finish(self) -> (Uuid, Vec<Vec<u8>>) {
        let digest = |it: &Piece| *it.digest.unwrap_or_else(|| blake3::hash(&it.bytes)).as_bytes();
        let digests: Vec<[u8; 32]> = self.0.par_iter().map(digest).collect();
        let uuid =
            Uuid::new_v5(&Uuid::NAMESPACE_URL, blake3::hash(digests.as_flattened()).as_bytes());
        (uuid, self.0.into_iter().map(|it| it.bytes).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_in_order_however_many_there_are() {
        for count in [0, 1, ITEMS, ITEMS * 20 + 7] {
            let numbers: Vec<usize> = (0..count).collect();
            let mut held = Held::default();
            let firsts = held.add_list(&numbers, |_, part| {
                (part.iter().flat_map(|it| it.to_le_bytes()).collect(), part.first().copied())
            });
            assert!(firsts.into_iter().flatten().eq((0..count).step_by(ITEMS)));
            let expected: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
            assert_eq!(held.finish().1.concat(), expected);
        }
    }

    #[test]
    fn other_content_has_another_name() {
        let name = |of: &[u8]| {
            let mut held = Held::default();
            held.add(of.to_vec());
            held.finish().0
        };
        assert_eq!(name(b"a"), name(b"a"));
        assert_ne!(name(b"a"), name(b"b"));
    }
}
