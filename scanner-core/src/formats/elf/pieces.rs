//! Small pieces of a file that lie close together, read by the page.

use crate::read::{ReadAt, window};

/// Bytes of a page. Two are read at a time, so that no piece of up to one page is cut.
const PAGE: u64 = 4096;
/// Bytes of all texts of one file. Real ones have a few thousand; those of a hostile file overlap.
const TEXTS: u64 = 1 << 20;

/// Reads pieces of one file, of at most a page each.
pub(super) struct Pieces<'a> {
    file: &'a dyn ReadAt,
    start: u64,
    pages: Vec<u8>,
    texts_left: u64,
}

impl<'a> Pieces<'a> {
    /// Nothing is read yet.
    pub(super) fn new(file: &'a dyn ReadAt) -> Self {
        Self { file, start: 0, pages: Vec::new(), texts_left: TEXTS.min(file.size()) }
    }

    /// Exactly so many bytes, if the file has them.
    pub(super) fn bytes(&mut self, offset: u64, size: usize) -> Option<&[u8]> {
        self.rest(offset)?.get(..size)
    }

    /// The text that ends with a NUL byte, within so many bytes; none where it is empty, is no UTF-8 or has no end.
    pub(super) fn text(&mut self, offset: u64, size: u64) -> Option<String> {
        let size = usize::try_from(size.min(PAGE)).ok()?;
        let rest = self.rest(offset)?;
        let end = rest.iter().take(size).position(|byte| *byte == 0)?;
        let text = str::from_utf8(rest.get(..end)?).ok().filter(|it| !it.is_empty())?.to_owned();
        self.texts_left = self.texts_left.checked_sub(text.len() as u64)?;
        Some(text)
    }

    /// What is at hand from a place on: a page or more, but for the end of the file.
    fn rest(&mut self, offset: u64) -> Option<&[u8]> {
        let end = self.start + self.pages.len() as u64;
        let at_end = end >= self.file.size();
        let covered =
            offset >= self.start && (offset.saturating_add(PAGE) <= end || at_end && offset < end);
        if !covered {
            self.start = offset - offset % PAGE;
            self.pages = window(self.file, self.start, 2 * PAGE).ok()?;
        }
        self.pages.get(usize::try_from(offset - self.start).ok()?..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_bytes_of_the_file_wherever_they_are() {
        let mut file: Vec<u8> = (0..20_000_u32).map(|it| (it % 251) as u8 + 1).collect();
        file[4096] = 0;
        file[19_999] = 0;
        let file = file.as_slice();
        let mut pieces = Pieces::new(&file);
        for (offset, size) in [(0, 8), (4090, 300), (19_990, 10), (5, 4096), (12_288, 4096)] {
            let bytes = pieces.bytes(offset as u64, size).map(<[u8]>::to_vec);
            assert_eq!(bytes.as_deref(), file.get(offset..offset + size), "{offset}");
        }
        assert_eq!(pieces.bytes(19_995, 10), None);
        assert_eq!(pieces.bytes(u64::MAX, 1), None);
    }

    #[test]
    fn texts_end_with_a_zero_and_have_a_budget() {
        let file = b"\0one\0two\0no end".as_slice();
        let mut pieces = Pieces::new(&file);
        assert_eq!(pieces.text(1, 99).as_deref(), Some("one"));
        assert_eq!(pieces.text(5, 3), None);
        assert_eq!(pieces.text(9, 99), None);
        assert_eq!(pieces.text(0, 99), None);
        let repeated = std::iter::from_fn(|| pieces.text(1, 99)).count();
        assert_eq!(repeated, 4);
    }
}
