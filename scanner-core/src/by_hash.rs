//! Places in a list, found by hashes of keys: these lie side by side where keys lie all over the memory.

use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

/// How many beginnings of hashes are told apart.
const BEGINNINGS: usize = 1 << 12;

/// So many keys are hashed by one core at a time.
const AT_ONCE: usize = 256;

/// The places of things in a list. However hostile keys are chosen, a search takes the same few steps.
pub(crate) struct ByHash {
    /// Hashes with the places, in order.
    places: Vec<(u64, usize)>,
    /// Where in that the hashes begin that start with these bits.
    begins: Vec<usize>,
}

impl ByHash {
    /// The places of these things.
    pub(crate) fn of<T: Sync, K: Hash>(things: &[T], key: impl Fn(&T) -> &K + Sync) -> Self {
        let hashed = things.par_iter().with_min_len(AT_ONCE).enumerate();
        let mut places: Vec<(u64, usize)> = hashed.map(|(at, it)| (hash(key(it)), at)).collect();
        places.par_sort_unstable();
        let mut begins = vec![0; BEGINNINGS + 1];
        for (hash, _) in &places {
            if let Some(it) = begins.get_mut(beginning(*hash) + 1) {
                *it += 1;
            }
        }
        let mut sum = 0;
        for it in &mut begins {
            sum += *it;
            *it = sum;
        }
        Self { places, begins }
    }

    /// Where this key may be, in order. What is there may have another one.
    pub(crate) fn places(&self, key: &impl Hash) -> impl Iterator<Item = usize> {
        let wanted = hash(key);
        let range = self.begins.get(beginning(wanted)..).and_then(<[usize]>::first_chunk);
        let near = range.and_then(|[begin, end]| self.places.get(*begin..*end)).unwrap_or_default();
        let first = near.partition_point(|(hash, _)| *hash < wanted);
        let alike = near.iter().skip(first).take_while(move |(hash, _)| *hash == wanted);
        alike.map(|(_, place)| *place)
    }
}

fn beginning(hash: u64) -> usize {
    usize::try_from(hash >> 52).unwrap_or_default()
}

/// A hash with the same keys in every run, so that a scan does the same work.
fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
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
