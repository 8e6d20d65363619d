//! Files of the host, read at any place.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use scanner_core::read::ReadAt;

/// An open file of the host.
pub(crate) struct HostFile {
    file: File,
    size: u64,
}

impl HostFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        File::open(path)?.try_into()
    }
}

impl TryFrom<File> for HostFile {
    type Error = io::Error;

    fn try_from(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl ReadAt for HostFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }
}
