//! A directory on the host, read as one layer: what BuildKit mounts for a generator, or any unpacked root.
//!
//! Nothing outside the directory is ever opened: the kernel resolves every path beneath the root
//! and follows no link (openat2(2), `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).

mod memory;
mod recording;
mod walk;

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustix::fd::OwnedFd;
use rustix::fs::OFlags;

use crate::image::{Entry, EntryKind, Image, Layer};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::ReadAt;
use crate::source::beneath;
use crate::source::host::HostFile;
use memory::{Changes, Known, KnownFile};

pub use memory::{Memory, Piece, Remembered};
pub use recording::Recording;

/// A directory, listed once.
struct Directory {
    root: OwnedFd,
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    /// What is known of it from before.
    known: Option<Known>,
}

/// Lists a directory with everything below it, as an image of one layer.
///
/// # Errors
/// When the directory itself cannot be opened. What cannot be read below it becomes a notice.
pub fn open(path: &Path, name: String, limits: &Limits) -> io::Result<Image> {
    Ok(Directory::list(path, None, limits)?.into_image(name))
}

/// Lists a directory of which an earlier state is remembered. `changes` holds every file and link that is new or
/// another one since, at its own path, and every directory below the root that lost something; without it there are
/// none. The image is the same as that of [`open`].
///
/// # Errors
/// As [`open`].
pub fn open_against(
    path: &Path,
    name: String,
    memory: Memory,
    changes: Option<&Path>,
    limits: &Limits,
) -> io::Result<Image> {
    let mut since = Changes { directories: [ImagePath::root()].into(), ..Changes::default() };
    if let Some(changes) = changes {
        let listed = Directory::list(changes, None, limits)?;
        if !listed.notices.is_empty() {
            // What is missing there would count as unchanged.
            return open(path, name, limits);
        }
        for entry in listed.entries {
            let directory = entry.kind == EntryKind::Directory;
            let kind = if directory { &mut since.directories } else { &mut since.files };
            kind.insert(entry.path);
        }
    }
    if memory.entries.len() + since.files.len() + since.directories.len() > limits.entries {
        // What is left out then depends on all that is there.
        return open(path, name, limits);
    }
    Ok(Directory::list(path, Some(Known::new(memory, since)), limits)?.into_image(name))
}

/// Lists a directory as [`open`] does, and remembers what will be read of it.
///
/// # Errors
/// As [`open`].
pub fn record(path: &Path, name: String, limits: &Limits) -> io::Result<Recording> {
    Ok(Recording::new(Directory::list(path, None, limits)?, name, limits))
}

impl Directory {
    fn list(path: &Path, known: Option<Known>, limits: &Limits) -> io::Result<Self> {
        let root = beneath::open_root(path)?;
        let (entries, notices) = walk::walk(&root, known.as_ref(), limits)?;
        Ok(Self { root, entries, notices, known })
    }

    fn into_image(self, name: String) -> Image {
        Image { name, facts: None, layers: vec![Arc::new(self)] }
    }

    /// Opens a file of the directory itself.
    fn open_file(&self, path: &ImagePath) -> io::Result<HostFile> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        HostFile::new(beneath::open(&self.root, path, flags)?)
    }
}

impl Layer for Directory {
    fn id(&self) -> &'static str {
        "directory"
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        if let Some(known) = KnownFile::find(self, path) {
            return Ok(Box::new(known));
        }
        Ok(Box::new(self.open_file(path)?))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
