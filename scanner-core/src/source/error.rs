//! Why there is no image to scan.

use std::io;

/// Why a source gives no image.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Something cannot be read.
    #[error("cannot read {what}: {error}")]
    Unreadable {
        /// A file, member or blob.
        what: String,
        /// Why.
        error: io::Error,
    },
    /// The source holds no such image or platform.
    #[error("{0}")]
    NotFound(String),
    /// The source is nothing that can be scanned.
    #[error("{0}")]
    Unsupported(String),
    /// A blob is not what its digest, its size or its kind says. No SBOM of it could be trusted.
    #[error("the blob {blob} {why}")]
    Corrupt {
        /// The blob's digest or name.
        blob: String,
        /// What is wrong.
        why: String,
    },
}

impl SourceError {
    #[expect(clippy::needless_pass_by_value, reason = "callers have names, digests and words")]
    pub(super) fn corrupt(blob: impl ToString, why: impl ToString) -> Self {
        Self::Corrupt { blob: blob.to_string(), why: why.to_string() }
    }

    pub(super) fn unreadable(what: impl ToString) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Unreadable { what: what.to_string(), error }
    }
}
