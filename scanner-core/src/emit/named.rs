//! SPDX documents hold a name that is made of their own content.

use std::io::Write as _;

use super::json::Json;
use crate::model::Digesting;

/// JSON that is held until the name of its document is known. It is held in pieces: to grow, a long vector is copied.
#[derive(Default)]
pub(super) struct Held {
    pub(super) json: Json,
    pub(super) pieces: Vec<Vec<u8>>,
}

impl Held {
    /// Sets what was written so far aside as a piece, once it is worth it.
    pub(super) fn set_aside(&mut self) {
        self.pieces.extend(self.json.take_worth());
    }

    /// All that was written.
    pub(super) fn into_pieces(mut self) -> Vec<Vec<u8>> {
        self.pieces.push(self.json.take());
        self.pieces
    }
}

/// The name of the document that these pieces are but for it.
pub(super) fn name<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> String {
    let mut content = Digesting::default();
    for piece in pieces {
        // A digest takes all.
        let _ = content.write_all(piece);
    }
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &content.finish().0);
    format!("https://stella-ops.org/spdx/{uuid}")
}
