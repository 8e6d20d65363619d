//! A section of counted items, each found by its offset.

use super::directory::Section;
use crate::formats::bom_index::walk::Walk;
use crate::formats::{Malformed, exact, little_endian};
use crate::read::ReadAt;

/// Bytes of a count and of an offset.
const WORD: u64 = 4;

/// An open table.
pub(super) struct Table<'a> {
    file: &'a dyn ReadAt,
    /// Where it is in the file.
    pub(super) start: u64,
    size: u64,
    pub(super) count: u32,
}

impl<'a> Table<'a> {
    /// Opens a section as a table of so many items.
    pub(super) fn open(
        file: &'a dyn ReadAt,
        section: &Section,
        count: u32,
    ) -> Result<Self, Malformed> {
        let table = Self { file, start: section.start, size: section.size, count };
        let stated = Walk::new(file, section.start).u32("cut table")?;
        if stated != count || table.body() > section.size {
            return Err(table.malformed("a table with another count than the header's"));
        }
        Ok(table)
    }

    pub(super) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, offset: self.start }
    }

    /// Where the items begin, counted from the start of the section.
    fn body(&self) -> u64 {
        (u64::from(self.count) + 2) * WORD
    }

    /// The bytes of an item.
    pub(super) fn item(&self, place: u32) -> Result<Vec<u8>, Malformed> {
        let at = self.start + (u64::from(place) + 1) * WORD;
        let offsets = exact(self.file, at, 2 * WORD, "cut table")?;
        let (from, to) = offsets.split_at(4);
        let (from, to) = (little_endian(from), little_endian(to));
        let (first, last) = (place == 0, place + 1 == self.count);
        let room = self.size - self.body();
        if from > to || to > room || (first && from != 0) || (last && to != room) {
            return Err(Malformed { what: "an offset that is not in its table", offset: at });
        }
        exact(self.file, self.start + self.body() + from, to - from, "cut item")
    }

    /// The first place whose item is not below the bytes. Items ascend.
    pub(super) fn bisect(&self, bytes: &[u8]) -> Result<u32, Malformed> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if self.item(middle)?.as_slice() < bytes { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}
