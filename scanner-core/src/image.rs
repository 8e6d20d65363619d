//! What is scanned: layers of entries, lowest first, whose bytes can be read.

use std::io;
use std::sync::Arc;

use crate::model::{ImageFacts, Notice};
use crate::path::ImagePath;
use crate::read::ReadAt;

/// An image, or a directory that is scanned as one.
pub struct Image {
    /// What the documents call it.
    pub name: String,
    /// What its manifest and configuration say; a directory has neither.
    pub facts: Option<ImageFacts>,
    /// The layers, lowest first. Images of one index share those that are the same.
    pub layers: Vec<Arc<dyn Layer>>,
}

/// One layer. The only trait that a new kind of input implements.
pub trait Layer: Send + Sync {
    /// The diff ID, or the word `directory`.
    fn id(&self) -> &str;

    /// What the layer holds, in path order, each path once. Whatever holds an entry is itself an entry.
    fn entries(&self) -> &[Entry];

    /// What the layer takes away of the layers below it, in path order.
    fn removals(&self) -> &[Removal] {
        &[]
    }

    /// Opens a regular file of this layer.
    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>>;

    /// Told which files will be read, all at once: a layer that is a stream then passes over it once for all of them.
    fn prepare(&self, _paths: &[&ImagePath]) -> io::Result<()> {
        Ok(())
    }

    /// Asked when all is read: fails if the layer could not be read again as it was listed. Nothing that was found in it then counts.
    fn verdict(&self) -> io::Result<()> {
        Ok(())
    }

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
    /// Another name of a file of the layers below.
    Hardlink(ImagePath),
    /// A device, socket or fifo. Never opened.
    Special,
}

/// Something of lower layers that a layer takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Where it is.
    pub path: ImagePath,
    /// How much of it.
    pub extent: Extent,
}

/// How much a removal takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is there, with everything below it: a whiteout.
    Whole,
    /// What is below it: an opaque directory.
    Content,
}

/// A regular file of a layer that is a stream, as it passes by.
pub struct Passing<'a> {
    /// Where it is.
    pub path: &'a ImagePath,
    /// Its size in bytes.
    pub size: u64,
    /// Whether any execute permission is set.
    pub executable: bool,
    /// Its first bytes.
    pub head: &'a [u8],
}

/// How much of a passing file to keep for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: it will not be read.
    Nothing,
    /// Its first bytes, which tell what it is.
    Head,
    /// All of it.
    Whole,
}
