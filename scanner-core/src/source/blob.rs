//! Blobs: bytes as a medium stores them, read from the first one on, as often as it takes.

use std::io::{self, Read};
use std::sync::Arc;

use oci_spec::image::Digest;

use crate::read::{Cursor, ReadAt};

/// One blob. Nothing about it is verified yet: whoever reads it does that.
pub trait Blob: Send + Sync {
    /// Begins at the first byte.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;

    /// The same bytes at any offset, where that costs no more than reading them.
    fn at(&self) -> Option<&dyn ReadAt> {
        None
    }
}

/// What holds manifests and blobs by their digests: a layout, a registry.
pub trait Contents: Send + Sync {
    /// A manifest or index of at most `limit` bytes; none if it is not there.
    fn manifest(&self, digest: &Digest, limit: u64) -> io::Result<Option<Vec<u8>>>;

    /// A blob of which `size` bytes are expected; none if it is not there.
    /// Where only opening it tells, that ends with [`io::ErrorKind::NotFound`] instead.
    fn blob(&self, digest: &Digest, size: u64) -> io::Result<Option<Arc<dyn Blob>>>;
}

/// A file that is open already.
pub(super) struct Opened(pub(super) Arc<dyn ReadAt>);

impl Blob for Opened {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(Cursor::new(self.0.as_ref())))
    }

    fn at(&self) -> Option<&dyn ReadAt> {
        Some(self.0.as_ref())
    }
}

/// Reads a whole blob that must not have more than `limit` bytes.
pub(super) fn read_small(blob: &dyn Blob, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    blob.open()?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has over {limit} bytes"),
        ));
    }
    Ok(bytes)
}
