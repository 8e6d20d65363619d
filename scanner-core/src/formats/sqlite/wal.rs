//! The write-ahead log of an SQLite database: pages that were committed and not yet written back.
//! Specification: <https://www.sqlite.org/fileformat2.html>, section 4.

use std::collections::BTreeMap;

use super::ByteOrder;
use crate::read::{ReadAt, window};

/// Bytes before the frames.
const HEADER: usize = 32;
/// Bytes of a frame before its page.
const FRAME_HEADER: usize = 24;
const VERSION: u32 = 3_007_000;
const BIG: ByteOrder = ByteOrder::Big;

/// The committed pages of a log.
pub(super) struct Log<'a> {
    pub(super) file: &'a dyn ReadAt,
    pub(super) page_size: u64,
    /// Page → offset of its newest committed content in the log.
    pub(super) pages: BTreeMap<u32, u64>,
}

/// The running checksum: two words that every eight bytes change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Checksum(u32, u32);

impl Checksum {
    fn add(mut self, bytes: &[u8], order: ByteOrder) -> Self {
        for pair in bytes.chunks_exact(8) {
            let word = |at| order.u32(pair, at).unwrap_or_default();
            self.0 = self.0.wrapping_add(word(0)).wrapping_add(self.1);
            self.1 = self.1.wrapping_add(word(4)).wrapping_add(self.0);
        }
        self
    }

    fn stored(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self(BIG.u32(bytes, at)?, BIG.u32(bytes, at + 4)?))
    }
}

impl<'a> Log<'a> {
    /// Reads a log up to its last commit; none where nothing is committed.
    /// As in SQLite itself, the first frame that does not add up is the end, and no error.
    pub(super) fn read(file: &'a dyn ReadAt) -> Option<Self> {
        let header = window(file, 0, HEADER as u64).ok()?;
        let order = match BIG.u32(&header, 0)? {
            0x377f_0682 => ByteOrder::Little,
            0x377f_0683 => BIG,
            _ => return None,
        };
        let page_size = BIG.u32(&header, 8)?;
        let mut sum = Checksum(0, 0).add(header.get(..24)?, order);
        if BIG.u32(&header, 4)? != VERSION
            || !page_size.is_power_of_two()
            || !(512..=65536).contains(&page_size)
            || Checksum::stored(&header, 24)? != sum
        {
            return None;
        }
        let frame_size = FRAME_HEADER as u64 + u64::from(page_size);
        let (mut committed, mut pending) = (BTreeMap::new(), Vec::new());
        let mut offset = HEADER as u64;
        while let Ok(frame) = window(file, offset, frame_size) {
            let Some((next, number, commits)) = check(&frame, frame_size, &header, sum, order)
            else {
                break;
            };
            sum = next;
            pending.push((number, offset + FRAME_HEADER as u64));
            if commits {
                committed.extend(pending.drain(..));
            }
            offset += frame_size;
        }
        (!committed.is_empty()).then_some(Self {
            file,
            page_size: page_size.into(),
            pages: committed,
        })
    }
}

/// The checksum after a frame, its page's number, and whether it ends a transaction; none where it is not part of the log.
fn check(
    frame: &[u8],
    size: u64,
    header: &[u8],
    sum: Checksum,
    order: ByteOrder,
) -> Option<(Checksum, u32, bool)> {
    let sum = sum.add(frame.get(..8)?, order).add(frame.get(FRAME_HEADER..)?, order);
    let number = BIG.u32(frame, 0)?;
    let belongs = frame.len() as u64 == size
        && number != 0
        && frame.get(8..16)? == header.get(16..24)?
        && Checksum::stored(frame, 16)? == sum;
    belongs.then_some((sum, number, BIG.u32(frame, 4)? != 0))
}
