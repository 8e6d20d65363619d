//! What stands in a directory, and what stands at a path.

use super::LayeredFs;
use crate::image::EntryKind;
use crate::path::ImagePath;

impl<'a> LayeredFs<'a> {
    /// What stands at exactly this path, no link followed.
    pub fn kind(&self, path: &ImagePath) -> Option<&'a EntryKind> {
        self.node(path).map(|node| &node.entry.kind)
    }

    /// What stands directly in a directory, in path order. Costs no more than that is, whatever lies deeper.
    pub fn children(&self, directory: &ImagePath) -> Vec<&'a ImagePath> {
        let mut found = Vec::new();
        let mut at = self.nodes.partition_point(|node| node.path <= directory);
        while let Some(node) = self.nodes.get(at).filter(|node| node.path.is_below(directory)) {
            let depth = directory.components().count() + 1;
            let is_child = node.path.components().count() == depth;
            if is_child && self.node(node.path).is_some() {
                found.push(node.path);
            }
            let after = |it: &super::Node<'_>| it.path <= node.path || it.path.is_below(node.path);
            at = if is_child { self.nodes.partition_point(after) } else { at + 1 };
        }
        found
    }
}
