//! The one merged view of an image that analyzers see, and the views that lower layers had.

mod file;
mod links;
mod listing;
mod merge;
mod resolve;

use std::sync::{Arc, OnceLock};

use crate::by_hash::ByHash;
use crate::image::{Entry, EntryKind, Image};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;

pub use file::{File, ReadError, digest};
pub use resolve::LinkError;

/// An image's files as a container would see them.
pub struct LayeredFs<'a> {
    image: &'a Image,
    limits: Limits,
    nodes: Arc<Vec<Node<'a>>>,
    by_path: Arc<ByHash>,
    /// The layer after which the image is seen.
    layer: usize,
    /// Whether only files of that layer are listed that a later one changes or takes away.
    replaced: bool,
    links: OnceLock<links::Links>,
    notices: Vec<Notice>,
}

/// Something at a path for as long as no later layer changes it.
#[derive(Clone, Copy)]
struct Node<'a> {
    path: &'a ImagePath,
    /// What is there. Its own path is another one only if the node is a hard link to a lower layer.
    entry: &'a Entry,
    /// The layer that put it there.
    layer: usize,
    /// The layer whose content it is.
    content: usize,
    /// The first layer that has something else there, or nothing.
    until: usize,
}

/// What no layer takes away.
const FOREVER: usize = usize::MAX;

impl Node<'_> {
    fn is_seen(&self, layer: usize) -> bool {
        self.layer <= layer && layer < self.until
    }
}

impl<'a> LayeredFs<'a> {
    /// Lays the layers over each other.
    pub fn merge(image: &'a Image, limits: Limits) -> Self {
        let (nodes, notices) = merge::merge(image);
        let layer = image.layers.len().saturating_sub(1);
        Self {
            image,
            limits,
            by_path: Arc::new(ByHash::of(&nodes, |node| node.path)),
            nodes: Arc::new(nodes),
            layer,
            replaced: false,
            links: OnceLock::new(),
            notices,
        }
    }

    /// The image as it was after each layer of which later ones change or take away something.
    /// Such a view lists only those files; the others can be looked up as in any view.
    pub fn replaced(&self) -> Vec<Self> {
        let mut layers: Vec<usize> =
            self.nodes.iter().filter(|node| node.until != FOREVER).map(|node| node.layer).collect();
        layers.sort_unstable();
        layers.dedup();
        let view = |layer| Self {
            image: self.image,
            limits: self.limits,
            nodes: Arc::clone(&self.nodes),
            by_path: Arc::clone(&self.by_path),
            layer,
            replaced: true,
            links: OnceLock::new(),
            notices: Vec::new(),
        };
        layers.into_iter().map(view).collect()
    }

    /// The regular files, in path order.
    pub fn files(&self) -> impl Iterator<Item = File<'_>> {
        let listed =
            |node: &&Node<'_>| !self.replaced || node.layer == self.layer && node.until != FOREVER;
        self.seen(0).filter(listed).filter_map(|node| self.as_file(*node))
    }

    /// The regular files below a directory, in path order.
    pub fn files_below(&self, directory: &ImagePath) -> impl Iterator<Item = File<'_>> {
        let start = self.nodes.partition_point(|node| node.path <= directory);
        let below = self.seen(start).take_while(|node| node.path.is_below(directory));
        below.filter_map(|node| self.as_file(*node))
    }

    /// The regular files whose paths begin like this one, in path order.
    pub fn files_beginning(&self, start: &ImagePath) -> impl Iterator<Item = File<'_>> {
        let first = self.nodes.partition_point(|node| node.path < start);
        let alike = |node: &&Node<'_>| node.path.as_bytes().starts_with(start.as_bytes());
        self.seen(first).take_while(alike).filter_map(|node| self.as_file(*node))
    }

    /// The names of what is directly in a directory, links among it, in order.
    pub fn names_in<'s>(&'s self, directory: &'s ImagePath) -> impl Iterator<Item = &'s [u8]> {
        let depth = directory.components().count() + 1;
        let start = self.nodes.partition_point(|node| node.path <= directory);
        let below = self.seen(start).take_while(|node| node.path.is_below(directory));
        let direct = below.filter(move |node| node.path.components().count() == depth);
        direct.map(|node| node.path.file_name())
    }

    /// What is seen in this view, from a place among the nodes on.
    fn seen(&self, from: usize) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().skip(from).filter(|node| node.is_seen(self.layer))
    }

    /// The bounds that reading this view keeps.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What stood in the way of laying the layers over each other.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
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

    /// Every layer that put something at this path or took it away, lowest first.
    pub fn touched(&self, path: &ImagePath) -> Vec<usize> {
        let versions = self.versions(path);
        let mut layers: Vec<usize> = versions.flat_map(|node| [node.layer, node.until]).collect();
        layers.retain(|layer| *layer != FOREVER);
        layers.sort_unstable();
        layers.dedup();
        layers
    }

    /// Tells the layers which files will be read.
    pub fn prepare<'p>(&self, paths: impl Iterator<Item = &'p ImagePath>) {
        let mut wanted = vec![Vec::new(); self.image.layers.len()];
        for node in paths.filter_map(|path| self.node(path)) {
            if let Some(paths) = wanted.get_mut(node.content) {
                paths.push(&node.entry.path);
            }
        }
        for (layer, paths) in self.image.layers.iter().zip(&wanted) {
            // What could not be read ahead of time is told of when its turn comes.
            let _ = layer.prepare(paths);
        }
    }

    /// What stood at a path, uppermost layer first.
    fn versions(&self, path: &ImagePath) -> impl Iterator<Item = &Node<'a>> {
        let first = self.nodes.partition_point(|node| node.path < path);
        self.nodes.iter().skip(first).take_while(move |node| node.path == path)
    }

    fn node(&self, path: &ImagePath) -> Option<Node<'a>> {
        self.nodes.get(self.place(path)?).copied()
    }

    /// Where what is seen at a path stands among the nodes.
    fn place(&self, path: &ImagePath) -> Option<usize> {
        let is_it = |node: &Node<'_>| node.is_seen(self.layer) && node.path == path;
        self.by_path.places(path).find(|place| self.nodes.get(*place).is_some_and(is_it))
    }

    fn as_file(&self, node: Node<'a>) -> Option<File<'_>> {
        let EntryKind::File { size, executable } = node.entry.kind else { return None };
        let source = self.image.layers.get(node.content)?.as_ref();
        Some(File {
            path: node.path,
            size,
            executable,
            layer: node.layer,
            until: (node.until != FOREVER).then_some(node.until),
            source,
            entry: &node.entry.path,
            sha256: OnceLock::new(),
        })
    }
}
