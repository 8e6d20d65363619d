//! Data that an ELF file exports by name.
//! Specification: System V gABI, chapter 4, "Symbol Table".

use goblin::elf::sym::Sym;
use scroll::Pread as _;
use scroll::ctx::SizeWith as _;

use super::{Elf, Range};
use crate::read::{ReadAt, window};

/// Where in the file the data begins that is exported by each of these names, and how much of its segment follows.
/// Tables of over `limit` bytes are read no further than that.
pub fn exported<const N: usize>(
    file: &dyn ReadAt,
    elf: &Elf,
    names: [&str; N],
    limit: u64,
) -> [Option<Range>; N] {
    let table = |name| {
        let section = elf.layout.section(name)?;
        window(file, section.offset, section.size.min(limit)).ok()
    };
    let mut found = [None; N];
    let (Some(symbols), Some(texts)) = (table(".dynsym"), table(".dynstr")) else { return found };
    for entry in symbols.chunks_exact(Sym::size_with(&elf.context)) {
        let Ok(symbol) = entry.pread_with::<Sym>(0, elf.context) else { break };
        let text = texts.get(symbol.st_name..).unwrap_or_default();
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        for (name, place) in names.iter().zip(&mut found) {
            if name.as_bytes() == text {
                *place = elf.layout.file_range(symbol.st_value);
            }
        }
    }
    found
}
