//! Version 2: a directory of sections. Names are found by bisection, bitmaps by their offsets.

mod directory;
mod table;
mod verify;

use roaring::RoaringBitmap;

use super::rows::{Names, is_selected};
use super::walk::text;
use super::{Index, Malformed, Row, Select, bitmap};

pub(super) use directory::Directory;
use directory::Id;
use table::Table;

/// The digests of the layers.
pub(super) fn layers(index: &Index<'_>, directory: &Directory) -> Result<Vec<String>, Malformed> {
    texts(&table(index, directory, Id::Layers)?)
}

/// The entrypoints.
pub(super) fn entrypoints(
    index: &Index<'_>,
    directory: &Directory,
) -> Result<Vec<String>, Malformed> {
    texts(&table(index, directory, Id::Entrypoints)?)
}

/// The components that a query is for.
pub(super) fn rows(
    index: &Index<'_>,
    directory: &Directory,
    select: &Select<'_>,
) -> Result<Vec<Row>, Malformed> {
    let names = table(index, directory, Id::Components)?;
    let kept = match select {
        Select::Named(prefix, _) => named(&names, prefix, select)?,
        Select::All => named(&names, "", select)?,
        Select::Layer(layer) => {
            let held = table(index, directory, Id::LayerComponents)?;
            chosen(&names, &member(&held, *layer, index.header.components)?)?
        }
        Select::Used => chosen(&names, &used(index, directory)?)?,
    };
    let layers = table(index, directory, Id::ComponentLayers)?;
    let entrypoints = table(index, directory, Id::ComponentEntrypoints)?;
    let row = |(ordinal, identity)| {
        let row = Row {
            ordinal,
            identity,
            layers: member(&layers, ordinal, index.header.layers)?,
            entrypoints: member(&entrypoints, ordinal, index.header.entrypoints)?,
        };
        if row.layers.is_empty() {
            return Err(layers.malformed("a component that no layer holds"));
        }
        Ok(row)
    };
    let mut rows = kept.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    if matches!(select, Select::All) {
        verify::whole(index, directory, &rows)?;
    }
    rows.retain(|it| is_selected(it, select));
    Ok(rows)
}

/// A section that is a table, with as many items as the header says.
fn table<'a>(index: &Index<'a>, directory: &Directory, id: Id) -> Result<Table<'a>, Malformed> {
    let header = &index.header;
    let count = match id {
        Id::Layers | Id::LayerComponents => header.layers,
        Id::Entrypoints | Id::EntrypointComponents => header.entrypoints,
        _ => header.components,
    };
    Table::open(index.file, directory.section(id)?, count)
}

fn texts(table: &Table<'_>) -> Result<Vec<String>, Malformed> {
    let item =
        |place| text(&table.item(place)?).ok_or_else(|| table.malformed("a name that is no text"));
    (0..table.count).map(item).collect()
}

/// The names from the first one that begins with the text on, as long as they do.
fn named(
    names: &Table<'_>,
    prefix: &str,
    select: &Select<'_>,
) -> Result<Vec<(u32, String)>, Malformed> {
    let first = names.bisect(prefix.as_bytes())?;
    let mut kept = Names::new(select, first);
    for place in first..names.count {
        let name = names.item(place)?;
        if !name.starts_with(prefix.as_bytes()) {
            break;
        }
        kept.push(&name, names.start)?;
    }
    Ok(kept.kept)
}

fn chosen(names: &Table<'_>, places: &RoaringBitmap) -> Result<Vec<(u32, String)>, Malformed> {
    let name = |place| {
        let name = text(&names.item(place)?);
        Ok((place, name.ok_or_else(|| names.malformed("a component whose name is no text"))?))
    };
    places.iter().map(name).collect()
}

/// The set at a place of a table.
fn member(table: &Table<'_>, place: u32, bound: u32) -> Result<RoaringBitmap, Malformed> {
    if place >= table.count {
        return Ok(RoaringBitmap::new());
    }
    bitmap::read(&table.item(place)?, bound, table.start)
}

/// The components that any entrypoint uses.
fn used(index: &Index<'_>, directory: &Directory) -> Result<RoaringBitmap, Malformed> {
    let Ok(section) = directory.section(Id::Used) else { return Ok(RoaringBitmap::new()) };
    bitmap::read(&section.bytes(index.file)?, index.header.components, section.start)
}
