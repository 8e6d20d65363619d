//! Long lists, written on all cores and in their order.

use std::io;

/// So many items make a piece: enough that handing it to another core costs little beside it.
const ITEMS: usize = 256;

/// Makes pieces of a list beside each other and hands them on in order, one batch while the next is made.
pub(super) fn pieces<'a, T: Sync>(
    of: &'a [T],
    make: impl Fn(&'a [T]) -> Vec<u8> + Sync,
    mut hand_on: impl FnMut(Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let make = &make;
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    for batch in of.chunks(ITEMS * rayon::current_num_threads()) {
        let parts = batch.chunks(ITEMS);
        let mut next = vec![Vec::new(); parts.len()];
        rayon::in_place_scope(|scope| {
            for (part, room) in parts.zip(&mut next) {
                scope.spawn(move |_| *room = make(part));
            }
            waiting.drain(..).try_for_each(&mut hand_on)
        })?;
        waiting = next;
    }
    waiting.into_iter().try_for_each(hand_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_in_order_however_many_there_are() {
        for count in [0, 1, ITEMS, ITEMS * 20 + 7] {
            let numbers: Vec<usize> = (0..count).collect();
            let mut all = Vec::new();
            let make = |part: &[usize]| part.iter().flat_map(|it| it.to_le_bytes()).collect();
            pieces(&numbers, make, |it| {
                all.extend(it);
                Ok(())
            })
            .unwrap();
            let expected: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
            assert_eq!(all, expected);
        }
    }

    #[test]
    fn what_cannot_be_handed_on_ends_it() {
        let failed = pieces(&[1; 4_000], |_| vec![1], |_| Err(io::Error::other("full")));
        assert_eq!(failed.unwrap_err().to_string(), "full");
    }
}
