//! Regular files of the host.

use std::io;
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, openat};

use crate::read::ReadAt;

/// Opens a file that the user named and whose links are followed.
pub(super) fn open(path: &Path) -> io::Result<HostFile> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    HostFile::new(openat(rustix::fs::CWD, path, flags, Mode::empty())?)
}

/// An open regular file.
pub(super) struct HostFile {
    fd: OwnedFd,
    size: u64,
}

impl HostFile {
    /// Takes the file if it still is a regular one: it may have changed since it was listed.
    pub(super) fn new(fd: OwnedFd) -> io::Result<Self> {
        let stat = rustix::fs::fstat(&fd)?;
        if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
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
