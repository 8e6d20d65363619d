//! Where each path stands among the nodes.

use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::Node;
use crate::path::ImagePath;

/// The places of all nodes, by the hashes of their paths: these lie side by side where paths lie all over the memory.
/// However hostile names are chosen, a search takes the same few steps.
pub(super) struct Places(Vec<(u64, usize)>);

impl Places {
    pub(super) fn of(nodes: &[Node<'_>]) -> Self {
        let mut places: Vec<(u64, usize)> = Vec::with_capacity(nodes.len());
        places.par_extend(nodes.par_iter().enumerate().map(|(at, node)| (hash(node.path), at)));
        places.par_sort_unstable();
        Self(places)
    }

    /// The places where this path may stand, in order.
    pub(super) fn of_path(&self, path: &ImagePath) -> impl Iterator<Item = usize> {
        let wanted = hash(path);
        let first = self.0.partition_point(|(hash, _)| *hash < wanted);
        let alike = self.0.iter().skip(first).take_while(move |(hash, _)| *hash == wanted);
        alike.map(|(_, place)| *place)
    }
}

/// A hash with the same keys in every run, so that a scan does the same work.
fn hash(path: &ImagePath) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}
