//! Places in a list, found by hashes of keys: these lie side by side where keys lie all over the memory.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use rayon::prelude::*;

/// How many bits of a hash may count as its beginning.
const BITS: u32 = 18;

/// So many keys are hashed by one core at a time.
const AT_ONCE: usize = 256;

/// The places of things in a list. However hostile keys are chosen, a search takes the same few steps.
pub(crate) struct ByHash {
    /// With keys that nobody knows beforehand: hostile ones cannot be chosen to have the same hash.
    state: RandomState,
    /// Hashes with the places, in order.
    places: Vec<(u64, usize)>,
    /// Where in that the hashes begin that start with these bits.
    begins: Vec<usize>,
    /// How many bits these are.
    bits: u32,
}

impl ByHash {
    /// The places of these things.
    pub(crate) fn of<T: Sync, K: Hash>(things: &[T], key: impl Fn(&T) -> &K + Sync) -> Self {
        let state = RandomState::default();
        let hashed = things.par_iter().with_min_len(AT_ONCE).enumerate();
        let mut places: Vec<(u64, usize)> =
            hashed.map(|(at, it)| (state.hash_one(key(it)), at)).collect();
        places.par_sort_unstable();
        // About one hash for each beginning.
        let bits = (things.len() | 1).ilog2().clamp(1, BITS);
        let mut begins = vec![0; (1 << bits) + 1];
        for (hash, _) in &places {
            if let Some(it) = begins.get_mut(beginning(*hash, bits) + 1) {
                *it += 1;
            }
        }
        let mut sum = 0;
        for it in &mut begins {
            sum += *it;
            *it = sum;
        }
        Self { state, places, begins, bits }
    }

    /// Where this key may be, in order. What is there may have another one.
    pub(crate) fn places(&self, key: &impl Hash) -> impl Iterator<Item = usize> {
        let wanted = self.state.hash_one(key);
        let range =
            self.begins.get(beginning(wanted, self.bits)..).and_then(<[usize]>::first_chunk);
        let near = range.and_then(|[begin, end]| self.places.get(*begin..*end)).unwrap_or_default();
        let first = near.partition_point(|(hash, _)| *hash < wanted);
        let alike = near.iter().skip(first).take_while(move |(hash, _)| *hash == wanted);
        alike.map(|(_, place)| *place)
    }
}

fn beginning(hash: u64, bits: u32) -> usize {
    usize::try_from(hash >> (u64::BITS - bits)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_key_is_found_in_order_and_no_other() {
        let names: Vec<String> = (0..5000).map(|it| (it % 4999).to_string()).collect();
        let by_hash = ByHash::of(&names, |it| it);
        for (at, name) in names.iter().enumerate() {
            let expected = if at % 4999 == 0 { vec![0, 4999] } else { vec![at] };
            assert_eq!(by_hash.places(name).collect::<Vec<_>>(), expected);
        }
        assert_eq!(by_hash.places(&"absent".to_owned()).count(), 0);
        assert_eq!(ByHash::of(&[0; 0], |it| it).places(&0).count(), 0);
    }
}
