//! One regular file of the merged view.

use std::io;
use std::sync::OnceLock;

use crate::image::Layer;
use crate::model::{FileRecord, Sha256};
use crate::path::ImagePath;
use crate::read::{Digests, ReadAt, digests, sha256, window};

/// A regular file, not yet opened.
pub struct File<'a> {
    /// Where it is.
    pub path: &'a ImagePath,
    /// Its size in bytes, as listed.
    pub size: u64,
    /// Whether any execute permission is set.
    pub executable: bool,
    /// The layer that put it there, counted from the lowest.
    pub layer: usize,
    /// The layer that changes it or takes it away, if one does.
    pub until: Option<usize>,
    pub(super) source: &'a dyn Layer,
    /// Its path in the layer whose content it is.
    pub(super) entry: &'a ImagePath,
    pub(super) sha256: OnceLock<Sha256>,
}

/// Why a file's content is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The file is over the bound for files of its kind.
    #[error("has {size} bytes, over the limit of {limit}")]
    TooLarge {
        /// Size in bytes.
        size: u64,
        /// The bound in bytes.
        limit: u64,
    },
}

/// Digests bytes, of whatever number.
pub fn digest(bytes: &dyn ReadAt) -> io::Result<Sha256> {
    sha256(bytes).map(Sha256)
}

impl File<'_> {
    /// Opens the file for reading in places.
    pub fn open(&self) -> io::Result<Box<dyn ReadAt + '_>> {
        self.source.open(self.entry)
    }

    /// Reads the whole file, if it has no more than `limit` bytes, and remembers its digest.
    pub fn bytes(&self, limit: u64) -> Result<Vec<u8>, ReadError> {
        let file = self.open()?;
        let bytes = window(file.as_ref(), 0, limit.saturating_add(1))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: file.size(), limit });
        }
        self.sha256.get_or_init(|| Sha256::of(&bytes));
        Ok(bytes)
    }

    /// Digests the whole file, if it has no more than `limit` bytes.
    pub fn digest(&self, limit: u64) -> Result<Sha256, ReadError> {
        let file = self.open()?;
        if file.size() > limit {
            return Err(ReadError::TooLarge { size: file.size(), limit });
        }
        let digest = digest(file.as_ref())?;
        Ok(*self.sha256.get_or_init(|| digest))
    }

    /// Digests the whole file in every way that documents list, if it has no more than `limit` bytes.
    pub fn record(&self, limit: u64) -> Result<FileRecord, ReadError> {
        let file = self.open()?;
        if file.size() > limit {
            return Err(ReadError::TooLarge { size: file.size(), limit });
        }
        let Digests { sha1, sha256 } = digests(file.as_ref())?;
        let sha256 = *self.sha256.get_or_init(|| Sha256(sha256));
        let path = self.path.clone();
        Ok(FileRecord { path, sha1, sha256, layer: self.layer, altered: None })
    }

    /// The digest, if the whole file was read.
    pub fn sha256(&self) -> Option<Sha256> {
        self.sha256.get().copied()
    }
}
