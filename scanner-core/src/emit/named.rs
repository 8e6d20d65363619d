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
    /// Sets what was written so far aside as a piece, once it is worth it.
    pub(super) fn set_aside(&mut self) {
        if let Some(piece) = self.json.take_worth() {
            self.held.add(piece);
        }
    }

    /// Sets what was written so far aside as a piece.
    pub(super) fn end_piece(&mut self) {
        self.held.add(self.json.take());
    }

    /// How many pieces were set aside.
    pub(super) fn pieces(&self) -> usize {
        self.held.len()
    }

    /// The name of the document that this is but for it, and all pieces.
    pub(super) fn finish(mut self) -> (String, Vec<Vec<u8>>) {
        self.end_piece();
        let (uuid, pieces) = self.held.finish();
        (format!("https://stella-ops.org/spdx/{uuid}"), pieces)
    }
}
