//! Why a document cannot be read.

/// What is wrong with a document, and where.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is larger than any real one.
    #[error("the document is over {0} bytes; no larger one is read")]
    TooLarge(u64),
    /// It holds more than any real one.
    #[error("the document holds over {limit} {what} at byte {offset}; no larger one is read")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there may be.
        limit: usize,
        /// The byte that is one too many.
        offset: usize,
    },
    /// It is nothing that is known.
    #[error(
        "the document is of no known format: CycloneDX JSON has bomFormat, SPDX 2 has spdxVersion, SPDX 3 has @context; XML and tag-value are not read"
    )]
    Unknown,
    /// It is of a version that is not read.
    #[error("the document is {0}; read are CycloneDX 1.4 to 1.7, SPDX 2.2, 2.3 and 3.0.1")]
    Version(String),
    /// It is not what its format says.
    #[error("the document is not as its format says at {path} (byte {offset}): {message}")]
    Invalid {
        /// The place in terms of the format: `components[3].name`.
        path: String,
        /// The byte at which reading ended.
        offset: usize,
        /// What is wrong there.
        message: String,
    },
}
