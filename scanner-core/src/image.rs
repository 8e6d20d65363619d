//! What is scanned: layers of entries, lowest first, whose bytes can be read.

use std::io;

use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::ReadAt;

/// An image, or a directory that is scanned as one.
pub struct Image {
    /// What the documents call it.
    pub name: String,
    /// The layers, lowest first.
    pub layers: Vec<Box<dyn Layer>>,
}

/// One layer. The only trait that a new kind of input implements.
pub trait Layer: Send + Sync {
    /// The diff ID, or the word `directory`.
    fn id(&self) -> &str;

    /// What the layer holds, in path order, each path once.
    fn entries(&self) -> &[Entry];

    /// Opens a regular file of this layer.
    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>>;

    /// What could not be read while the layer was listed.
    fn notices(&self) -> &[Notice];
}

/// One file, directory or link of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub path: ImagePath,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File {
        /// Size in bytes.
        size: u64,
        /// Whether any execute permission is set.
        executable: bool,
    },
    /// A directory.
    Directory,
    /// A symbolic link and its target as written.
    Symlink(Box<[u8]>),
    /// A device, socket or fifo. Never opened.
    Special,
}
