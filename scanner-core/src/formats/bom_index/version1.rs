//! Version 1: one table after the other, each skipped by the lengths in it.

use roaring::RoaringBitmap;

use super::rows::{Names, is_selected};
use super::walk::Walk;
use super::{Index, Malformed, Row, Select, bitmap};

const CUT_LAYER: &str = "the table of layers is cut or holds what is no text";
const CUT_COMPONENT: &str = "the table of components is cut";
const CUT_BITMAP: &str = "a bitmap is cut";
const CUT_ENTRYPOINT: &str = "the table of entrypoints is cut or holds what is no text";

/// The digests of the layers.
pub(super) fn layers(index: &Index<'_>, at: u64) -> Result<Vec<String>, Malformed> {
    let mut walk = Walk::new(index.file, at);
    (0..index.header.layers).map(|_| walk.text(CUT_LAYER)).collect()
}

/// The entrypoints, behind all that comes before them.
pub(super) fn entrypoints(index: &Index<'_>, at: u64) -> Result<Vec<String>, Malformed> {
    let mut walk = Walk::new(index.file, at);
    skip_names(&mut walk, index.header.layers, CUT_LAYER)?;
    skip_names(&mut walk, index.header.components, CUT_COMPONENT)?;
    for _ in 0..index.header.components {
        let size = walk.u32(CUT_BITMAP)?;
        walk.skip(size.into(), CUT_BITMAP)?;
    }
    read_entrypoints(&mut walk, index.header.entrypoints)
}

/// The components that a query is for.
pub(super) fn rows(index: &Index<'_>, at: u64, select: &Select<'_>) -> Result<Vec<Row>, Malformed> {
    let header = &index.header;
    let mut walk = Walk::new(index.file, at);
    skip_names(&mut walk, header.layers, CUT_LAYER)?;
    let mut names = Names::new(select, 0);
    while names.next < header.components {
        let passed = names.pass(walk.at_hand(), header.components);
        if passed > 0 {
            walk.skip(passed as u64, CUT_COMPONENT)?;
            continue;
        }
        let offset = walk.offset();
        names.push(walk.name(CUT_COMPONENT)?, offset)?;
        if names.is_none() {
            return Ok(Vec::new());
        }
    }
    let kept = names.kept;
    if kept.is_empty() && !matches!(select, Select::All) {
        return Ok(Vec::new());
    }
    let wanted: Vec<u32> = kept.iter().map(|(ordinal, _)| *ordinal).collect();
    let layers = bitmaps(&mut walk, index, &wanted, header.layers)?;
    if layers.iter().any(RoaringBitmap::is_empty) {
        return Err(walk.malformed("a component that no layer holds"));
    }
    let mut used = vec![RoaringBitmap::new(); kept.len()];
    if header.has_entrypoints {
        read_entrypoints(&mut walk, header.entrypoints)?;
        used = bitmaps(&mut walk, index, &wanted, header.entrypoints)?;
    }
    if matches!(select, Select::All) && walk.left() > 0 {
        return Err(walk.malformed("bytes behind the end"));
    }
    let rows = kept.into_iter().zip(layers.into_iter().zip(used));
    let rows = rows.map(|((ordinal, identity), (layers, entrypoints))| Row {
        ordinal,
        identity,
        layers,
        entrypoints,
    });
    Ok(rows.filter(|it| is_selected(it, select)).collect())
}

fn skip_names(walk: &mut Walk<'_>, count: u32, what: &'static str) -> Result<(), Malformed> {
    (0..count).try_for_each(|_| walk.name(what).map(drop))
}

fn read_entrypoints(walk: &mut Walk<'_>, count: u32) -> Result<Vec<String>, Malformed> {
    let mut found: Vec<String> = Vec::new();
    for _ in 0..count {
        let malformed = walk.malformed("an entrypoint that is not behind the one before it");
        let name = walk.text(CUT_ENTRYPOINT)?;
        if found.last().is_some_and(|last| *last >= name) {
            return Err(malformed);
        }
        found.push(name);
    }
    Ok(found)
}

/// Walks over the bitmaps of all components and reads the wanted ones, up to the last of them or all.
fn bitmaps(
    walk: &mut Walk<'_>,
    index: &Index<'_>,
    wanted: &[u32],
    bound: u32,
) -> Result<Vec<RoaringBitmap>, Malformed> {
    let mut found = Vec::new();
    let mut wanted = wanted.iter().peekable();
    for ordinal in 0..index.header.components {
        let size = walk.u32(CUT_BITMAP)?;
        if wanted.next_if_eq(&&ordinal).is_none() {
            walk.skip(size.into(), CUT_BITMAP)?;
            continue;
        }
        let offset = walk.offset();
        found.push(bitmap::read(walk.take(size.into(), CUT_BITMAP)?, bound, offset)?);
    }
    Ok(found)
}
