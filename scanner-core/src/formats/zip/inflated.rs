//! A deflated entry read at any place, without keeping it: what was inflated last is held, the rest is inflated again.
//! Specification: RFC 1951.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};

use crate::read::ReadAt;

/// Bytes held behind the place that was read last. The central directory is at an archive's end, and that of a jar
/// with 10,000 entries is about this long.
const HELD: usize = 1 << 20;
/// Bytes read and inflated at a time.
const CHUNK: usize = 1 << 14;

/// How many more bytes a file and the archives inside it may inflate to, all in all.
#[derive(Debug)]
pub struct Budget(AtomicU64);

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self(AtomicU64::new(bytes))
    }

    /// Whether nothing is left of it.
    pub fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn spend(&self, bytes: u64) {
        let left = |left: u64| Some(left.saturating_sub(bytes));
        // The closure always gives a value, so this cannot fail.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }
}

/// A deflated entry.
pub(super) struct Inflated<'a> {
    packed: Arc<dyn ReadAt + 'a>,
    size: u64,
    budget: Arc<Budget>,
    state: Mutex<State>,
}

/// How far inflating has come.
struct State {
    decompress: Decompress,
    /// Where in the entry the held bytes begin.
    start: u64,
    held: Vec<u8>,
    ended: bool,
}

impl<'a> Inflated<'a> {
    /// An entry of this size when inflated. Nothing is inflated yet.
    pub(super) fn new(packed: Arc<dyn ReadAt + 'a>, size: u64, budget: Arc<Budget>) -> Self {
        Self { packed, size, budget, state: Mutex::new(State::new()) }
    }
}

impl ReadAt for Inflated<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let end = offset.saturating_add(buffer.len() as u64).min(self.size);
        if offset >= end {
            return Ok(0);
        }
        // What a thread that panicked left behind is at worst a reading error.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if offset < state.start {
            *state = State::new();
        }
        // One chunk is enough: who wants more asks again.
        while state.end() <= offset && !state.ended {
            state.inflate(self.packed.as_ref(), &self.budget)?;
        }
        let from = usize::try_from(offset.saturating_sub(state.start)).map_err(io::Error::other)?;
        let there = state.held.get(from..).unwrap_or_default();
        let wanted = usize::try_from(end.saturating_sub(offset)).map_err(io::Error::other)?;
        let length = there.len().min(wanted);
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), there.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl State {
    fn new() -> Self {
        Self { decompress: Decompress::new(false), start: 0, held: Vec::new(), ended: false }
    }

    /// The place up to which bytes were inflated.
    fn end(&self) -> u64 {
        self.start.saturating_add(self.held.len() as u64)
    }

    /// Inflates a chunk more, and lets go of what is held beyond the bound.
    fn inflate(&mut self, packed: &dyn ReadAt, budget: &Budget) -> io::Result<()> {
        if self.held.len() >= HELD.saturating_mul(2) {
            let surplus = self.held.len().saturating_sub(HELD);
            self.held.drain(..surplus);
            self.start = self.start.saturating_add(surplus as u64);
        }
        let mut input = [0; CHUNK];
        let read = packed.read_at(&mut input, self.decompress.total_in())?;
        let input = input.get(..read).unwrap_or_default();
        let before = (self.decompress.total_in(), self.decompress.total_out());
        self.held.reserve(CHUNK);
        let status = self
            .decompress
            .decompress_vec(input, &mut self.held, FlushDecompress::None)
            .map_err(io::Error::other)?;
        let after = (self.decompress.total_in(), self.decompress.total_out());
        budget.spend(after.1.saturating_sub(before.1));
        if budget.is_spent() {
            return Err(io::Error::other("inflates to more than is allowed"));
        }
        self.ended = status == Status::StreamEnd;
        if !self.ended && before == after {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use testkit::Zip;

    use super::*;
    use crate::formats::zip::{Archive, Content};
    use crate::read::window;

    fn whole(bytes: &[u8]) -> Content<'_> {
        Content::new(Arc::new(bytes) as Arc<dyn ReadAt + '_>)
    }

    #[test]
    fn any_place_can_be_read_in_any_order() {
        let content: Vec<u8> = (0..5_000_000_u32).flat_map(|it| (it / 7).to_le_bytes()).collect();
        let zip = Zip::new().deflate("x", &content).build();
        let archive = Archive::open(whole(&zip)).unwrap();
        let listing = archive.entries(1, |_| true);
        let budget = Arc::new(Budget::new(100 << 20));
        let inflated = archive.content(&listing.entries[0], &budget).unwrap();
        assert_eq!(inflated.size(), content.len() as u64);
        for (start, length) in [(19_000_000, 2_000_000), (0, 10), (7, 3_000_000), (20_000_000, 1)] {
            let expected = content.get(start..).unwrap_or_default();
            let expected = &expected[..length.min(expected.len())];
            assert!(
                window(inflated.bytes(), start as u64, length as u64).unwrap() == expected,
                "{start}"
            );
        }
    }

    #[test]
    fn a_spent_budget_ends_reading() {
        let zip = Zip::new().deflate("x", vec![0; 100_000]).build();
        let archive = Archive::open(whole(&zip)).unwrap();
        let entry = archive.entries(1, |_| true).entries.remove(0);
        let budget = Arc::new(Budget::new(50_000));
        assert!(archive.read(&entry, &budget).is_err() && budget.is_spent());
    }
}
