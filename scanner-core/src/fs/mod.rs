//! The one merged view of an image that analyzers see.

mod file;
mod links;
mod resolve;

use std::sync::OnceLock;

use crate::image::{Entry, EntryKind, Image};
use crate::limits::Limits;
use crate::path::ImagePath;

pub use file::{File, ReadError, digest};
pub use resolve::LinkError;

/// An image's files as a container would see them.
pub struct LayeredFs<'a> {
    image: &'a Image,
    limits: Limits,
    nodes: Vec<Node<'a>>,
    links: OnceLock<links::Links>,
}

/// One path of the merged view, and the layer that gives it.
#[derive(Clone, Copy)]
struct Node<'a> {
    entry: &'a Entry,
    layer: usize,
}

impl<'a> LayeredFs<'a> {
    /// Lays the layers over each other: of one path, the uppermost layer's entry counts.
    pub fn merge(image: &'a Image, limits: Limits) -> Self {
        let mut nodes =
            Vec::with_capacity(image.layers.iter().map(|layer| layer.entries().len()).sum());
        for (layer, it) in image.layers.iter().enumerate() {
            nodes.extend(it.entries().iter().map(|entry| Node { entry, layer }));
        }
        if image.layers.len() > 1 {
            nodes.sort_by(|a: &Node<'_>, b| {
                a.entry.path.cmp(&b.entry.path).then(b.layer.cmp(&a.layer))
            });
            nodes.dedup_by(|lower, upper| lower.entry.path == upper.entry.path);
        }
        Self { image, limits, nodes, links: OnceLock::new() }
    }

    /// The regular files, in path order.
    pub fn files(&self) -> impl Iterator<Item = File<'_>> {
        self.nodes.iter().filter_map(|node| self.as_file(*node))
    }

    /// The regular files below a directory, in path order.
    pub fn files_below(&self, directory: &ImagePath) -> impl Iterator<Item = File<'_>> {
        let start = self.nodes.partition_point(|node| node.entry.path <= *directory);
        let below = self.nodes.iter().skip(start);
        below
            .take_while(|node| node.entry.path.is_below(directory))
            .filter_map(|node| self.as_file(*node))
    }

    /// The regular files whose paths begin like this one, in path order.
    pub fn files_beginning(&self, start: &ImagePath) -> impl Iterator<Item = File<'_>> {
        let first = self.nodes.partition_point(|node| node.entry.path < *start);
        let alike = self.nodes.iter().skip(first);
        alike
            .take_while(|node| node.entry.path.as_bytes().starts_with(start.as_bytes()))
            .filter_map(|node| self.as_file(*node))
    }

    /// The bounds that reading this view keeps.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The regular file at exactly this path, no link followed.
    pub fn file_at(&self, path: &ImagePath) -> Option<File<'_>> {
        self.as_file(self.node(path)?)
    }

    /// The regular file that this path leads to, links followed inside the image.
    pub fn file(&self, path: &str) -> Option<File<'_>> {
        let path = self.resolve(&ImagePath::normalize(path)?).ok()?;
        self.file_at(&path)
    }

    /// Whether a directory stands at exactly this path.
    pub fn is_directory(&self, path: &ImagePath) -> bool {
        self.node(path).is_some_and(|node| node.entry.kind == EntryKind::Directory)
    }

    fn node(&self, path: &ImagePath) -> Option<Node<'a>> {
        self.nodes.get(self.place(path)?).copied()
    }

    /// Where a path stands among the nodes.
    fn place(&self, path: &ImagePath) -> Option<usize> {
        self.nodes.binary_search_by(|node| node.entry.path.cmp(path)).ok()
    }

    fn as_file(&self, node: Node<'a>) -> Option<File<'_>> {
        let EntryKind::File { size, executable } = node.entry.kind else { return None };
        let layer = self.image.layers.get(node.layer)?;
        Some(File::new(&node.entry.path, size, executable, node.layer, layer.as_ref()))
    }
}
