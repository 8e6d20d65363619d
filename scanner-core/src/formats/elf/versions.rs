//! Versions of symbols: those that a file needs of its libraries, and those that it defines.
//! Specification: Linux Standard Base, "Symbol Versioning"; Drepper, "ELF Symbol Versioning".

use scroll::Pread as _;

use super::dynamic::Texts;
use super::pieces::Pieces;
use super::{Elf, Range};
use crate::read::ReadAt;

/// Records of each table. Large libraries define some hundred versions.
const RECORDS: usize = 10_000;
/// Marks the record that names the file itself, and a need that may be left unmet.
const BASE: u16 = 1;
const WEAK: u16 = 2;
/// Bytes of the records: a library, one of its versions, a definition, a name of it.
const LIBRARY: usize = 16;
const VERSION: usize = 16;
const DEFINITION: usize = 20;
const NAME: usize = 8;

/// What a file needs of one library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The library, as the file names it.
    pub library: String,
    /// The versions without which the file is not loaded.
    pub versions: Vec<String>,
}

/// The versions that are needed, by library.
pub(super) fn needed(
    file: &dyn ReadAt,
    elf: &Elf,
    address: u64,
    texts: &mut Texts<'_>,
) -> Vec<Needs> {
    let Some(mut table) = Table::new(file, elf, address) else { return Vec::new() };
    let (mut found, mut at, mut left) = (Vec::new(), 0_u64, RECORDS);
    while let Some([count, library, first, next]) = table.library(at) {
        let mut needs =
            Needs { library: texts.at(library).unwrap_or_default(), versions: Vec::new() };
        let mut version = at.saturating_add(first);
        for _ in 0..count {
            let Some((flags, name, step)) = table.version(version) else { break };
            let Some(rest) = left.checked_sub(1) else { return found };
            left = rest;
            needs.versions.extend(texts.at(name).filter(|_| flags & WEAK == 0));
            if step == 0 {
                break;
            }
            version = version.saturating_add(step);
        }
        if !needs.library.is_empty() {
            found.push(needs);
        }
        let Some(rest) = left.checked_sub(1).filter(|_| next > 0) else { break };
        (left, at) = (rest, at.saturating_add(next));
    }
    found
}

/// The versions that are defined, without the one that names the file itself.
pub(super) fn defined(
    file: &dyn ReadAt,
    elf: &Elf,
    address: u64,
    texts: &mut Texts<'_>,
) -> Vec<String> {
    let Some(mut table) = Table::new(file, elf, address) else { return Vec::new() };
    let (mut found, mut at) = (Vec::new(), 0_u64);
    for _ in 0..RECORDS {
        let Some((flags, first, next)) = table.definition(at) else { break };
        let name = table.name(at.saturating_add(first));
        if flags & BASE == 0 {
            found.extend(name.and_then(|name| texts.at(name)));
        }
        if next == 0 {
            break;
        }
        at = at.saturating_add(next);
    }
    found
}

/// A table of records that lead on to each other, by distances that count from themselves.
struct Table<'a> {
    pieces: Pieces<'a>,
    range: Range,
    order: scroll::Endian,
}

impl<'a> Table<'a> {
    fn new(file: &'a dyn ReadAt, elf: &Elf, address: u64) -> Option<Self> {
        let range = elf.layout.file_range(address)?;
        Some(Self { pieces: Pieces::new(file), range, order: elf.context.le })
    }

    fn record(&mut self, at: u64, size: usize) -> Option<&[u8]> {
        let (offset, length) = self.range;
        length.checked_sub(at)?.checked_sub(size as u64)?;
        self.pieces.bytes(offset.checked_add(at)?, size)
    }

    /// Of a library: how many versions, its name, where its first version is, where the next library is.
    fn library(&mut self, at: u64) -> Option<[u64; 4]> {
        let order = self.order;
        let record = self.record(at, LIBRARY)?;
        let word = |place| record.pread_with::<u32>(place, order).ok().map(u64::from);
        let count = record.pread_with::<u16>(2, order).ok()?;
        Some([count.into(), word(4)?, word(8)?, word(12)?])
    }

    /// Of a version: its flags, its name, where the next one is.
    fn version(&mut self, at: u64) -> Option<(u16, u64, u64)> {
        let order = self.order;
        let record = self.record(at, VERSION)?;
        let word = |place| record.pread_with::<u32>(place, order).ok().map(u64::from);
        Some((record.pread_with(4, order).ok()?, word(8)?, word(12)?))
    }

    /// Of a definition: its flags, where its name is, where the next one is.
    fn definition(&mut self, at: u64) -> Option<(u16, u64, u64)> {
        let order = self.order;
        let record = self.record(at, DEFINITION)?;
        let word = |place| record.pread_with::<u32>(place, order).ok().map(u64::from);
        Some((record.pread_with(2, order).ok()?, word(12)?, word(16)?))
    }

    /// The name of a definition.
    fn name(&mut self, at: u64) -> Option<u64> {
        let order = self.order;
        self.record(at, NAME)?.pread_with::<u32>(0, order).ok().map(u64::from)
    }
}
