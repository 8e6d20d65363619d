//! Single-file bundles of .NET: an application behind the program that starts it.
//! Specification: dotnet/designs, `accepted/2020/single-file/bundler.md`; dotnet/runtime, `bundle_marker`, `manifest`, `MachOUtils`.

use super::executable::{Executable, Layout, Section};
use super::{Malformed, little_endian as number};
use crate::read::{ReadAt, window};

/// What stands behind the offset of the bundle's header in the data of the program: the SHA-256 of `.net core bundle`.
pub const MARKER: [u8; 32] = [
    0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
    0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
];
/// Bytes before the marker that hold the offset.
const OFFSET: usize = 8;
/// Bytes that a table of sections takes for each of them, at most, and what may stand around it.
const TABLE: u64 = 64;
const AROUND: u64 = 1024;
/// The most bytes that the length of a string takes.
const LENGTH: u64 = 5;

/// A file inside a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Offset in the bundle.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
}

/// What a bundle says of its application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The `deps.json`.
    pub deps: Option<Place>,
    /// The `runtimeconfig.json`.
    pub runtime_config: Option<Place>,
}

impl Bundle {
    /// A file that is not there has no size.
    fn new(deps: Place, runtime_config: Place) -> Self {
        let there = |it: Place| (it.size > 0).then_some(it);
        Self { deps: there(deps), runtime_config: there(runtime_config) }
    }
}

/// Reads the header of a bundle; none where the program has nothing behind it. `limit` bounds the bytes
/// that are searched, and those of the header.
pub fn read(
    file: &dyn ReadAt,
    executable: &Executable,
    limit: u64,
) -> Result<Option<Bundle>, Malformed> {
    for layout in executable.layouts() {
        let data = match executable {
            // The bundle is counted as part of the last segment, where the signature wants it.
            Executable::MachO(_) => layout.section("__data"),
            _ => layout.section(".data").filter(|_| file.size() > end(layout)),
        };
        let offset = data.map(|it| header(file, it, limit)).transpose()?.flatten();
        if let Some(offset) = offset {
            return places(file, offset, limit).map(Some);
        }
    }
    Ok(None)
}

/// Where a program without a bundle ends at most.
fn end(layout: &Layout) -> u64 {
    let end = |offset: u64, size: u64| offset.saturating_add(size);
    let sections = layout.sections.iter().map(|it| end(it.offset, it.size));
    let segments = layout.segments.iter().map(|it| end(it.offset, it.size));
    let tables = TABLE * layout.sections.len() as u64 + AROUND;
    sections.chain(segments).max().unwrap_or(0).saturating_add(tables)
}

/// The offset of the bundle's header: zero in a program that no bundle was made of.
fn header(file: &dyn ReadAt, data: &Section, limit: u64) -> Result<Option<u64>, Malformed> {
    let bytes = window(file, data.offset, data.size.min(limit))
        .map_err(|_| Malformed { what: "unreadable data", offset: data.offset })?;
    let marker = bytes.windows(MARKER.len()).position(|it| *it == MARKER);
    let offset = marker.and_then(|at| bytes.get(at.checked_sub(OFFSET)?..at)).map(number);
    Ok(offset.filter(|it| *it > 0))
}

/// Reads the header: its version, the number of files and a name; then, from version 2 on, the places of the two
/// descriptions, and before that the table of all files.
fn places(file: &dyn ReadAt, at: u64, limit: u64) -> Result<Bundle, Malformed> {
    let bytes = window(file, at, limit)
        .map_err(|_| Malformed { what: "unreadable header of a bundle", offset: at })?;
    let mut reader = Reader(&bytes);
    let mut read = || {
        let (version, _) = (reader.number(4)?, reader.number(4)?);
        let (count, _) = (reader.number(4)?, reader.string()?);
        if version >= 2 {
            return Some(Bundle::new(reader.place()?, reader.place()?));
        }
        let mut found = [Place::default(); 2];
        for _ in 0..count {
            let (place, _, name) = (reader.place()?, reader.number(1)?, reader.string()?);
            if name.ends_with(b".deps.json") {
                found[0] = place;
            } else if name.ends_with(b".runtimeconfig.json") {
                found[1] = place;
            }
        }
        let [deps, config] = found;
        Some(Bundle::new(deps, config))
    };
    read().ok_or(Malformed { what: "cut header of a bundle", offset: at })
}

/// Numbers and strings as .NET writes them, one behind the other.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self, size: usize) -> Option<u64> {
        self.bytes(size).map(number)
    }

    /// Its length stands before it with seven bits a byte, the lowest first.
    fn string(&mut self) -> Option<&'a [u8]> {
        let mut length = 0;
        for shift in (0..LENGTH).map(|it| it * 7) {
            let byte = self.number(1)?;
            length |= (byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return self.bytes(usize::try_from(length).ok()?);
            }
        }
        None
    }

    fn place(&mut self) -> Option<Place> {
        Some(Place { offset: self.number(8)?, size: self.number(8)? })
    }
}
