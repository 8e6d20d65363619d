//! Digests of what streams by.

use std::io::{self, Read};

use oci_spec::image::{Digest, DigestAlgorithm};
use sha2::Digest as _;

use crate::model::hex;

/// A digest in the making.
pub(super) enum Digester {
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Digester {
    /// Digests in the manner of `expected`; none if nobody here knows how.
    pub(super) fn new(expected: &Digest) -> Option<Self> {
        match expected.algorithm() {
            DigestAlgorithm::Sha256 => Some(Self::Sha256(sha2::Sha256::new())),
            DigestAlgorithm::Sha384 => Some(Self::Sha384(sha2::Sha384::new())),
            DigestAlgorithm::Sha512 => Some(Self::Sha512(sha2::Sha512::new())),
            _ => None,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(it) => it.update(bytes),
            Self::Sha384(it) => it.update(bytes),
            Self::Sha512(it) => it.update(bytes),
        }
    }

    /// The digest of all that came.
    pub(super) fn finish(self) -> String {
        match self {
            Self::Sha256(it) => format!("sha256:{}", hex(&it.finalize())),
            Self::Sha384(it) => format!("sha384:{}", hex(&it.finalize())),
            Self::Sha512(it) => format!("sha512:{}", hex(&it.finalize())),
        }
    }
}

/// A stream whose bytes are counted and digested as they are read.
pub(super) struct Verified<R> {
    inner: R,
    digester: Digester,
    bytes: u64,
    /// Why the stream ended early, if it did. Whoever reads it first may take that for something else.
    failed: Option<io::Error>,
}

impl<R: Read> Verified<R> {
    pub(super) fn new(inner: R, digester: Digester) -> Self {
        Self { inner, digester, bytes: 0, failed: None }
    }

    /// The bytes that were read so far.
    pub(super) fn count(&self) -> u64 {
        self.bytes
    }

    /// Reads to the end. Fails if reading failed before.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut buffer = vec![0; 128 << 10];
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }

    /// The digest of all that was read.
    pub(super) fn digest(self) -> String {
        self.digester.finish()
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.inner.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let told = io::Error::new(error.kind(), error.to_string());
                self.failed.get_or_insert(error);
                return Err(told);
            }
            result => result?,
        };
        self.digester.update(buffer.get(..read).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}

/// The SHA-256 digest of bytes that are at hand, as manifests write it.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&sha2::Sha256::digest(bytes)))
}
