//! Whether an index is whole: its digests are right, and its maps say the same in both directions.

use roaring::RoaringBitmap;

use super::directory::{Directory, Id, Section, TRAILER};
use super::{Index, Malformed, Row, entrypoints, layers, member, table, used};
use crate::formats::exact;
use crate::read::{ReadAt, sha256_of};

/// The last bytes of an index.
const END: &[u8] = b"BOMIDXE\0";

/// The highest word for what proves a component.
const LAST_ORIGIN: u8 = 5;

/// Checks what a query need not read.
pub(super) fn whole(
    index: &Index<'_>,
    directory: &Directory,
    rows: &[Row],
) -> Result<(), Malformed> {
    trailer(index.file)?;
    directory.sections.iter().try_for_each(|it| digest(index.file, it))?;
    layers(index, directory)?;
    let names = entrypoints(index, directory)?;
    if !names.is_sorted_by(|a, b| a < b) {
        return Err(Malformed { what: "entrypoints that are not in order", offset: 0 });
    }
    inverse(index, directory, Id::LayerComponents, rows, |row| &row.layers)?;
    inverse(index, directory, Id::EntrypointComponents, rows, |row| &row.entrypoints)?;
    let uses = rows.iter().filter(|it| !it.entrypoints.is_empty()).map(|it| it.ordinal);
    if used(index, directory)? != uses.collect() {
        return Err(Malformed { what: "a set of used components that is another one", offset: 0 });
    }
    origins(index, directory)
}

fn trailer(file: &dyn ReadAt) -> Result<(), Malformed> {
    let at = file.size().saturating_sub(TRAILER);
    let bytes = exact(file, at, TRAILER, "cut trailer")?;
    let stated = sha256(file, 0, at)?;
    match bytes.split_at_checked(stated.len()) {
        Some((digest, END)) if *digest == stated => Ok(()),
        _ => Err(Malformed { what: "another digest at the end than that of the file", offset: at }),
    }
}

fn digest(file: &dyn ReadAt, section: &Section) -> Result<(), Malformed> {
    if sha256(file, section.start, section.size)? == section.sha256 {
        return Ok(());
    }
    Err(Malformed { what: "a section with another digest", offset: section.start })
}

fn sha256(file: &dyn ReadAt, start: u64, size: u64) -> Result<[u8; 32], Malformed> {
    let unreadable = Malformed { what: "unreadable bytes", offset: start };
    sha256_of(file, start, size).map_err(|_| unreadable)
}

/// Checks that a map from columns to components is the other direction of the components' own.
fn inverse(
    index: &Index<'_>,
    directory: &Directory,
    id: Id,
    rows: &[Row],
    columns: fn(&Row) -> &RoaringBitmap,
) -> Result<(), Malformed> {
    let map = table(index, directory, id)?;
    for column in 0..map.count {
        let stated = member(&map, column, index.header.components)?;
        let held = rows.iter().filter(|it| columns(it).contains(column)).map(|it| it.ordinal);
        if stated != held.collect() {
            return Err(map.malformed("a map that says something else in the other direction"));
        }
    }
    Ok(())
}

fn origins(index: &Index<'_>, directory: &Directory) -> Result<(), Malformed> {
    let Ok(section) = directory.section(Id::Origins) else {
        return match index.header.components {
            0 => Ok(()),
            _ => Err(Malformed { what: "a section is missing", offset: 0 }),
        };
    };
    let bytes = section.bytes(index.file)?;
    let known = bytes.len() == index.header.components as usize
        && bytes.iter().all(|it| *it <= LAST_ORIGIN);
    if known {
        return Ok(());
    }
    let what = "origins that are not one known byte a component";
    Err(Malformed { what, offset: section.start })
}
