//! Files shared out among the cores.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::File;

/// Files that differ by less are taken in the order of their paths.
const STEP: u64 = 1 << 20;

/// What is made of each file, in the order of the files. The largest are begun first, so that in the end no core is left
/// alone with one.
pub fn largest_first<'f, 'a: 'f, T: Sync, R: Send>(
    items: &'f [T],
    file: impl Fn(&'f T) -> &'f File<'a>,
    make: impl Fn(&'f T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, &T)> = items.iter().enumerate().collect();
    order.sort_by_key(|(_, it)| Reverse(file(it).size / STEP));
    let in_turn = order.into_iter().par_bridge();
    let mut found: Vec<(usize, R)> = in_turn.map(|(place, it)| (place, make(it))).collect();
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, it)| it).collect()
}
