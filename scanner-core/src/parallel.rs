//! Work shared out among the cores.

use std::cmp::Reverse;

use rayon::prelude::*;

/// Things that differ by fewer bytes are taken in their order.
const STEP: u64 = 1 << 20;

/// What is made of each thing, in the order of the things. The largest are begun first, so that in the end no core is left
/// alone with one.
pub fn largest_first<'t, T: Sync, R: Send>(
    things: &'t [T],
    bytes: impl Fn(&T) -> u64,
    make: impl Fn(&'t T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, &T)> = things.iter().enumerate().collect();
    order.sort_by_key(|(_, it)| Reverse(bytes(it) / STEP));
    let in_turn = order.into_iter().par_bridge();
    let mut found: Vec<(usize, R)> = in_turn.map(|(place, it)| (place, make(it))).collect();
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_in_the_order_of_the_things_whatever_their_sizes() {
        let sizes: Vec<u64> = (0..500).map(|it| (it * 7919 % 500) << 20).collect();
        assert_eq!(
            largest_first(&sizes, |it| *it, |it| it + 1),
            sizes.iter().map(|it| it + 1).collect::<Vec<_>>()
        );
    }
}
