//! A directory on the host, read as one layer: what BuildKit mounts for a generator, or any unpacked root.
//!
//! Nothing outside the directory is ever opened: the kernel resolves every path beneath the root
//! and follows no link (openat2(2), `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).

mod walk;

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustix::fd::OwnedFd;
use rustix::fs::OFlags;

use crate::image::{Entry, Image, Layer};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::ReadAt;
use crate::source::beneath;
use crate::source::host::HostFile;

/// A directory, listed once.
struct Directory {
    root: OwnedFd,
    entries: Vec<Entry>,
    notices: Vec<Notice>,
}

/// Lists a directory with everything below it, as an image of one layer.
///
/// # Errors
/// When the directory itself cannot be opened. What cannot be read below it becomes a notice.
pub fn open(path: &Path, name: String, limits: &Limits) -> io::Result<Image> {
    let root = beneath::open_root(path)?;
    let (entries, notices) = walk::walk(&root, limits)?;
    Ok(Image { name, facts: None, layers: vec![Arc::new(Directory { root, entries, notices })] })
}

impl Layer for Directory {
    fn id(&self) -> &'static str {
        "directory"
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        let fd =
            beneath::open(&self.root, path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
        Ok(Box::new(HostFile::new(fd)?))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
