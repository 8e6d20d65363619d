//! `Packages.db`: rpm's own database of slots and blobs.
//! Specification: rpm's `lib/backend/ndb/rpmpkg.c`.

use super::{Blob, ByteOrder, Listing, Malformed, exact};
use crate::read::{ReadAt, window};

/// Bytes of a page of slots.
pub(super) const PAGE: u64 = 4096;
/// Bytes of a slot, and of the blocks that offsets and sizes are counted in.
const BLOCK: usize = 16;
/// Bytes at the start and at the end of a blob that are not the package's.
const HEAD: u64 = 16;
const TAIL: u64 = 12;
/// Slots whose place the file's header takes.
const HEADER_SLOTS: usize = 2;
const ORDER: ByteOrder = ByteOrder::Little;

/// An open database.
pub(super) struct Ndb<'a> {
    pub(super) file: &'a dyn ReadAt,
    slot_pages: u32,
}

impl<'a> Ndb<'a> {
    /// Opens a file; none where it is not ndb.
    pub(super) fn open(file: &'a dyn ReadAt) -> Result<Option<Self>, Malformed> {
        let malformed = |what| Malformed { what, offset: 0 };
        let start = window(file, 0, 32).map_err(|_| malformed("unreadable header"))?;
        if !start.starts_with(b"RpmP") {
            return Ok(None);
        }
        match (ORDER.u32(&start, 4), ORDER.u32(&start, 12)) {
            (Some(0), Some(slot_pages)) => Ok(Some(Self { file, slot_pages })),
            (Some(_), Some(_)) => Err(malformed("unknown version of ndb")),
            _ => Err(malformed("cut header")),
        }
    }

    pub(super) fn list(&self, found: &mut Listing) {
        for page in 0..self.slot_pages {
            let offset = u64::from(page) * PAGE;
            let slots = match exact(self.file, offset, PAGE, "cut page of slots") {
                Ok(slots) => slots,
                Err(problem) => return found.note(Err(problem)),
            };
            let header = if page == 0 { HEADER_SLOTS } else { 0 };
            for slot in slots.chunks(BLOCK).skip(header) {
                if !slot.starts_with(b"Slot") {
                    return found.note(Err(Malformed { what: "bad slot", offset }));
                }
                let result = self.slot(slot);
                let result = result.and_then(|blob| blob.map_or(Ok(()), |blob| found.add(blob)));
                found.note(result);
            }
        }
    }

    /// The blob of a slot; none where it is free.
    fn slot(&self, slot: &[u8]) -> Result<Option<Blob>, Malformed> {
        let word = |at| ORDER.u32(slot, at).unwrap_or_default();
        let (number, start, blocks) = (word(4), word(8), word(12));
        if start == 0 {
            return Ok(None);
        }
        let offset = u64::from(start) * BLOCK as u64;
        let head = exact(self.file, offset, HEAD, "cut package")?;
        let size = u64::from(ORDER.u32(&head, 12).unwrap_or_default());
        let fills = (HEAD + size + TAIL).div_ceil(BLOCK as u64) == u64::from(blocks);
        if !head.starts_with(b"BlbS") || ORDER.u32(&head, 4) != Some(number) || !fills {
            return Err(Malformed { what: "bad package", offset });
        }
        Ok(Some(Blob { offset: offset + HEAD, size, inline: size, next: 0 }))
    }
}
