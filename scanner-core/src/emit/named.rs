//! SPDX documents hold a name that is made of their own content.

use super::held::Held;
use super::json::Json;

/// JSON that is held until the name of its document is known.
#[derive(Default)]
pub(super) struct HeldJson {
    pub(super) json: Json,
    held: Held,
}

impl HeldJson {
    /// Writes the rest of a long list that is open, each item an object, on all cores.
    pub(super) fn list<'a, T: Sync>(
        &mut self,
        of: &'a [T],
        write: impl Fn(&mut Json, &'a T) + Sync,
    ) {
        self.json.pieces(of, write, &mut self.held);
    }

    /// The name of the document that this is but for it, and all pieces.
    pub(super) fn finish(mut self) -> (String, Vec<Vec<u8>>) {
        self.held.add(self.json.take());
        name(self.held)
    }
}

/// The name of the document that these pieces are but for it, and the pieces.
pub(super) fn name(held: Held) -> (String, Vec<Vec<u8>>) {
    let (uuid, pieces) = held.finish();
    (format!("https://stella-ops.org/spdx/{uuid}"), pieces)
}
