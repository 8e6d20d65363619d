//! BOM-Index: whatever a file says, queries agree with each other and stay inside its tables.

use crate::formats::bom_index::{Bounds, Index, Select};

const BOUNDS: Bounds = Bounds { bytes: 1 << 20, cells: 1 << 16 };

pub(super) fn bom_index(bytes: &[u8]) {
    let Ok(index) = Index::open(&bytes, BOUNDS) else { return };
    let named = index.rows(&Select::Named("pkg:", &|it| it.ends_with("x86_64")));
    let (used, held) = (index.rows(&Select::Used), index.rows(&Select::Layer(1)));
    let Ok(all) = index.rows(&Select::All) else { return };
    assert_eq!(all.len(), index.header.components as usize);
    assert!(all.is_sorted_by(|a, b| a.identity < b.identity));
    assert!(all.iter().map(|it| it.identity.len()).sum::<usize>() <= bytes.len());
    assert!(all.iter().all(|it| it.layers.max() < Some(index.header.layers)));
    let matches = |row: &&_| {
        let row: &crate::formats::bom_index::Row = row;
        row.identity.starts_with("pkg:") && row.identity.ends_with("x86_64")
    };
    assert!(named.is_ok_and(|it| it.iter().eq(all.iter().filter(matches))));
    assert!(used.is_ok_and(|it| it.iter().eq(all.iter().filter(|it| !it.entrypoints.is_empty()))));
    assert!(held.is_ok_and(|it| it.iter().eq(all.iter().filter(|it| it.layers.contains(1)))));
}
