//! Sparse files: GNU's old form (type `S`) and its pax forms 0.0, 0.1 and 1.0.

use std::io::Read as _;

use super::header::{BLOCK, BLOCK_LENGTH, Header};
use super::{Error, Malformed, Member, Stream, Tar, pax};

/// A piece of a file that is stored; what lies between pieces is zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where in the file it begins.
    pub offset: u64,
    /// Its length.
    pub length: u64,
}

impl<S: Stream> Tar<S> {
    /// Finds out whether a member is sparse, and which pieces of it are stored.
    pub(super) fn sparse(
        &mut self,
        header: &Header,
        records: &pax::Records,
        member: &mut Member,
        start: u64,
    ) -> Result<(), Error> {
        let pieces = if header.kind() == b'S' {
            self.old(header, member, start)?
        } else {
            match self.pax(records, member, start)? {
                Some(pieces) => pieces,
                None => return Ok(()),
            }
        };
        let mut end = 0;
        let mut stored = 0_u64;
        for piece in &pieces {
            let (after, total) =
                (piece.offset.checked_add(piece.length), stored.checked_add(piece.length));
            let (Some(after), Some(total)) = (after, total) else {
                return Err(wrong(start).into());
            };
            if piece.offset < end || after > member.size {
                return Err(wrong(start).into());
            }
            (end, stored) = (after, total);
        }
        if stored != member.stored {
            return Err(wrong(start).into());
        }
        member.pieces = Some(pieces);
        Ok(())
    }

    /// Four pieces in the header, and 21 in each block that follows it.
    fn old(
        &mut self,
        header: &Header,
        member: &mut Member,
        start: u64,
    ) -> Result<Vec<Piece>, Error> {
        let gnu = header.as_gnu().ok_or_else(|| wrong(start))?;
        member.size = gnu.real_size().map_err(|_| wrong(start))?;
        let mut pieces = Vec::new();
        self.collect(&gnu.sparse, &mut pieces, start)?;
        let mut extended = gnu.is_extended();
        while extended {
            let block = self.block()?.ok_or_else(|| wrong(start))?;
            let mut extension = tar::GnuExtSparseHeader::new();
            extension.as_mut_bytes().copy_from_slice(&block);
            self.collect(extension.sparse(), &mut pieces, start)?;
            extended = extension.is_extended();
        }
        member.position = self.position;
        Ok(pieces)
    }

    fn collect(
        &self,
        listed: &[tar::GnuSparseHeader],
        pieces: &mut Vec<Piece>,
        start: u64,
    ) -> Result<(), Error> {
        for it in listed.iter().take_while(|it| !it.is_empty()) {
            self.room(pieces.len(), start)?;
            let (Ok(offset), Ok(length)) = (it.offset(), it.length()) else {
                return Err(wrong(start).into());
            };
            pieces.push(Piece { offset, length });
        }
        Ok(())
    }

    /// The forms in which an extended header, or the content itself, begins with the list of pieces.
    fn pax(
        &mut self,
        records: &pax::Records,
        member: &mut Member,
        start: u64,
    ) -> Result<Option<Vec<Piece>>, Error> {
        let version = (records.get(b"GNU.sparse.major"), records.get(b"GNU.sparse.minor"));
        let within = match version {
            (Some(b"0"), Some(b"0" | b"1")) => false,
            (Some(b"1"), Some(b"0")) => true,
            (None, None) if records.get(pax::MAP).is_some() => false,
            _ => return Ok(None),
        };
        if let Some(name) = records.text(b"GNU.sparse.name") {
            member.name = name;
        }
        let size =
            records.number(b"GNU.sparse.size").or_else(|| records.number(b"GNU.sparse.realsize"));
        if let Some(size) = size {
            member.size = size.ok_or_else(|| wrong(start))?;
        }
        let numbers =
            if within { self.numbers(member, start)? } else { self.listed(records, start)? };
        let pieces = numbers
            .chunks_exact(2)
            .filter_map(|it| Some(Piece { offset: *it.first()?, length: *it.get(1)? }));
        Ok(Some(pieces.collect()))
    }

    /// Version 0.x: numbers between commas.
    fn listed(&self, records: &pax::Records, start: u64) -> Result<Vec<u64>, Error> {
        let mut numbers = Vec::new();
        for text in records.get(pax::MAP).unwrap_or_default().split(|byte| *byte == b',') {
            self.room(numbers.len() / 2, start)?;
            numbers.push(pax::decimal(text).ok_or_else(|| wrong(start))?);
        }
        if numbers.len().is_multiple_of(2) { Ok(numbers) } else { Err(wrong(start).into()) }
    }

    /// Version 1.0: a count and numbers in lines, in whole blocks before the content.
    fn numbers(&mut self, member: &mut Member, start: u64) -> Result<Vec<u64>, Error> {
        let mut count = None;
        let mut numbers = Vec::new();
        let mut line = Vec::new();
        while count.is_none_or(|count| (numbers.len() as u64) < count) {
            let mut block = [0; BLOCK_LENGTH];
            for byte in &mut block {
                if self.read(std::slice::from_mut(byte))? == 0 {
                    return Err(wrong(start).into());
                }
            }
            member.position = member.position.saturating_add(BLOCK);
            member.stored = member.stored.saturating_sub(BLOCK);
            for byte in block {
                if byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                if count.is_some_and(|count| numbers.len() as u64 >= count) {
                    break;
                }
                let number = pax::decimal(&line).ok_or_else(|| wrong(start))?;
                line.clear();
                self.room(numbers.len() / 2, start)?;
                match count {
                    None => count = Some(number.checked_mul(2).ok_or_else(|| wrong(start))?),
                    Some(_) => numbers.push(number),
                }
            }
            // No number has so many digits: this is no list.
            if line.len() > BLOCK_LENGTH {
                return Err(wrong(start).into());
            }
        }
        Ok(numbers)
    }

    fn room(&self, pieces: usize, start: u64) -> Result<(), Malformed> {
        let what = "a sparse file with pieces over the limit";
        if pieces < self.bounds.pieces { Ok(()) } else { Err(Malformed { what, offset: start }) }
    }
}

fn wrong(offset: u64) -> Malformed {
    Malformed { what: "a sparse file whose pieces do not fit", offset }
}
