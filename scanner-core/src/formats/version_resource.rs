//! The version resource of PE files: names and versions in words.
//! Specification: Microsoft, "PE Format, The .rsrc Section", "`VS_VERSIONINFO` structure".

use std::collections::BTreeMap;

use super::pe::Pe;
use super::{Malformed, exact, little_endian as number};
use crate::read::ReadAt;

/// The number of resources of this kind.
const VERSION: u64 = 16;
/// Bytes of a directory before its entries, and of an entry.
const DIRECTORY: u64 = 16;
const ENTRY: u64 = 8;
/// What tells in an entry that another directory follows.
const DEEPER: u64 = 1 << 31;

/// Reads the strings of the first version resource, by key: `FileVersion`, `ProductName` and others.
/// One of more than `limit` bytes is malformed.
pub fn read(file: &dyn ReadAt, pe: &Pe, limit: u64) -> Result<BTreeMap<String, String>, Malformed> {
    let Some(bytes) = resource(file, pe, limit)? else { return Ok(BTreeMap::new()) };
    let mut found = BTreeMap::new();
    let root = Block::first(&bytes);
    let strings = root.iter().flat_map(Block::children).filter(|it| it.key == "StringFileInfo");
    for table in strings.collect::<Vec<_>>().iter().flat_map(Block::children) {
        for string in table.children() {
            let value = text(string.value).trim().to_owned();
            if !value.is_empty() {
                found.entry(string.key).or_insert(value);
            }
        }
    }
    Ok(found)
}

/// The bytes of the version resource: by its kind, then the first name and the first language.
fn resource(file: &dyn ReadAt, pe: &Pe, limit: u64) -> Result<Option<Vec<u8>>, Malformed> {
    let Some((root, _)) = pe.resources.and_then(|it| pe.file_range(it.address)) else {
        return Ok(None);
    };
    let mut at = 0;
    for kind in [Some(VERSION), None, None] {
        match entry(file, root.saturating_add(at), kind, limit)? {
            Some(place) => at = place & !DEEPER,
            None => return Ok(None),
        }
    }
    let place = root.saturating_add(at);
    let data = exact(file, place, 8, "cut resource")?;
    let (address, size) = (data.get(..4).map_or(0, number), data.get(4..).map_or(0, number));
    let start = u32::try_from(address).ok().and_then(|it| pe.file_range(it));
    let (start, _) = start.ok_or(Malformed { what: "no such address", offset: place })?;
    if size > limit {
        return Err(Malformed { what: "too long resource", offset: start });
    }
    exact(file, start, size, "cut resource").map(Some)
}

/// What the entry of a directory leads to: the one of this number, or the first.
fn entry(
    file: &dyn ReadAt,
    at: u64,
    id: Option<u64>,
    limit: u64,
) -> Result<Option<u64>, Malformed> {
    let header = exact(file, at, DIRECTORY, "cut resources")?;
    let counts = header.get(12..14).map_or(0, number) + header.get(14..16).map_or(0, number);
    let size = (counts * ENTRY).min(limit);
    let entries = exact(file, at.saturating_add(DIRECTORY), size, "cut resources")?;
    let mut entries = entries.chunks_exact(8).map(|it| it.split_at(4));
    let found = entries.find(|(name, _)| id.is_none_or(|id| number(name) == id));
    Ok(found.map(|(_, place)| number(place)))
}

/// A part of the resource: a key, a value and parts inside it.
struct Block<'a> {
    key: String,
    value: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Block<'a> {
    /// The first part of these bytes: its length, that of its value, whether that is text, its key.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let field = |at: usize| bytes.get(at..at + 2).map(number);
        let length = usize::try_from(field(0)?).ok()?.min(bytes.len());
        let bytes = bytes.get(..length)?;
        let words = if field(4)? == 1 { 2 } else { 1 };
        let key = text(bytes.get(6..)?);
        let start = (6 + key.encode_utf16().count() * 2 + 2).next_multiple_of(4);
        let size = usize::try_from(field(2)?).ok()? * words;
        let value = bytes.get(start..)?;
        let value = value.get(..size.min(value.len()))?;
        let rest = bytes.get((start + value.len()).next_multiple_of(4)..).unwrap_or_default();
        Some(Self { key, value, rest })
    }

    /// The parts inside it.
    fn children(&self) -> Vec<Block<'a>> {
        let mut rest = self.rest;
        let mut found = Vec::new();
        while let Some(block) = Self::first(rest) {
            let length = rest.get(..2).map_or(0, number).max(1);
            let length = usize::try_from(length).unwrap_or(usize::MAX).next_multiple_of(4);
            rest = rest.get(length..).unwrap_or_default();
            found.push(block);
        }
        found
    }
}

/// Text of two bytes a character, up to a zero.
fn text(bytes: &[u8]) -> String {
    let words = bytes.chunks_exact(2).map(|it| u16::try_from(number(it)).unwrap_or(0));
    char::decode_utf16(words.take_while(|it| *it != 0))
        .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
