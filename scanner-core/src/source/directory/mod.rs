//! A directory on the host, read as one layer: what BuildKit mounts for a generator, or any unpacked root.
//!
//! Nothing outside the directory is ever opened: the kernel resolves every path beneath the root
//! and follows no link (openat2(2), `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).

mod beneath;
mod walk;

use std::io;
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::OFlags;

use crate::image::{Entry, Image, Layer};
use crate::limits::Limits;
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::ReadAt;

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
    Ok(Image { name, layers: vec![Box::new(Directory { root, entries, notices })] })
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

/// An open regular file.
struct HostFile {
    fd: OwnedFd,
    size: u64,
}

impl HostFile {
    /// Takes the file if it still is a regular one: it may have changed since it was listed.
    fn new(fd: OwnedFd) -> io::Result<Self> {
        let stat = rustix::fs::fstat(&fd)?;
        if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no longer a regular file"));
        }
        Ok(Self { fd, size: u64::try_from(stat.st_size).unwrap_or(0) })
    }
}

impl ReadAt for HostFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(rustix::io::pread(&self.fd, buffer, offset)?)
    }
}
