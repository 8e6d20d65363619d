//! ELF files of any class and byte order, with what a loader reads and no sections.
//! Specification: System V gABI, chapters 4 and 5.

use crate::elf::{DT_NEEDED, DT_SONAME, DT_STRTAB, PT_DYNAMIC, PT_INTERP, PT_LOAD, PT_NOTE};

const BASE: u64 = 0x1_0000;

/// A shared object for some machine; empty texts are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForeignElf<'a> {
    /// Whether addresses have 64 bits.
    pub is_64_bit: bool,
    /// Whether the highest byte of a number comes first.
    pub is_big_endian: bool,
    /// The number of the processor's kind.
    pub machine: u16,
    /// The loader.
    pub interpreter: &'a str,
    /// The name of the library.
    pub soname: &'a str,
    /// The libraries that it needs.
    pub needed: &'a [&'a str],
    /// Its build ID.
    pub build_id: &'a [u8],
}

impl ForeignElf<'_> {
    /// The finished file.
    pub fn build(&self) -> Vec<u8> {
        let (header, program_header) = if self.is_64_bit { (64, 56) } else { (52, 32) };
        let mut at = header + 4 * program_header;
        let mut texts = vec![0];
        let mut entries = Vec::new();
        let soname = Some((DT_SONAME, self.soname)).filter(|(_, it)| !it.is_empty());
        for (tag, text) in self.needed.iter().map(|it| (DT_NEEDED, *it)).chain(soname) {
            entries.push((tag, texts.len() as u64));
            texts.extend([text.as_bytes(), b"\0"].concat());
        }
        entries.extend([(DT_STRTAB, BASE + at as u64), (0, 0)]);
        let dynamic = entries.iter().flat_map(|(tag, it)| [self.address(*tag), self.address(*it)]);
        let interpreter = [self.interpreter.as_bytes(), b"\0"].concat();
        let note = [&*self.word(4), &*self.word(self.build_id.len()), &*self.word(3), b"GNU\0"];
        let note = [&*note.concat(), self.build_id].concat();
        let named = |kind, is_there: bool| if is_there { kind } else { 0 };
        let mut segments = Vec::new();
        let mut content = Vec::new();
        for (kind, mut bytes) in [
            (0, texts),
            (named(PT_INTERP, !self.interpreter.is_empty()), interpreter),
            (named(PT_NOTE, !self.build_id.is_empty()), note),
            (PT_DYNAMIC, dynamic.collect::<Vec<_>>().concat()),
        ] {
            if kind != 0 {
                segments.extend(self.program_header(kind, at, bytes.len()));
            }
            bytes.resize(bytes.len().next_multiple_of(8), 0);
            at += bytes.len();
            content.extend(bytes);
        }
        let mut file = self.header(header, program_header);
        file.extend(self.program_header(PT_LOAD, 0, at));
        file.extend(segments);
        file.resize(header + 4 * program_header, 0);
        file.extend(content);
        file
    }

    fn header(&self, size: usize, program_header: usize) -> Vec<u8> {
        let class = if self.is_64_bit { 2 } else { 1 };
        let order = if self.is_big_endian { 2 } else { 1 };
        let mut it = [&b"\x7fELF"[..], &[class, order, 1]].concat();
        it.resize(16, 0);
        it.extend(self.half(3));
        it.extend(self.half(self.machine.into()));
        it.extend(self.word(1));
        for address in [BASE, size as u64, 0] {
            it.extend(self.address(address));
        }
        it.extend(self.word(0));
        for half in [size, program_header, 4, 0, 0, 0] {
            it.extend(self.half(half));
        }
        it
    }

    fn program_header(&self, kind: u32, offset: usize, size: usize) -> Vec<u8> {
        let mut it = self.word(kind.try_into().unwrap());
        let (offset, size, flags) = (offset as u64, size as u64, self.word(6));
        if self.is_64_bit {
            it.extend(&flags);
        }
        for address in [offset, BASE + offset, BASE + offset, size, size] {
            it.extend(self.address(address));
        }
        if !self.is_64_bit {
            it.extend(&flags);
        }
        it.extend(self.address(8));
        it
    }

    fn address(&self, number: u64) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        self.ordered(if self.is_64_bit { &bytes } else { &bytes[4..] })
    }

    fn word(&self, number: usize) -> Vec<u8> {
        self.ordered(&u32::try_from(number).unwrap().to_be_bytes())
    }

    fn half(&self, number: usize) -> Vec<u8> {
        self.ordered(&u16::try_from(number).unwrap().to_be_bytes())
    }

    /// The bytes of a number, given with the highest first.
    fn ordered(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if !self.is_big_endian {
            bytes.reverse();
        }
        bytes
    }
}
