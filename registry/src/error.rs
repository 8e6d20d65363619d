//! Why a registry did not give what was asked for.

use std::time::Duration;

/// Why a registry did not give what was asked for. Nothing in it is secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The registry wants credentials that it takes.
    #[error("{host} refuses access to {what}: {why}")]
    Denied {
        /// The registry.
        host: String,
        /// What was asked for.
        what: String,
        /// What the registry says, and what to do.
        why: String,
    },
    /// There is no such repository, manifest or blob.
    #[error("{host} does not have {what}")]
    NotFound {
        /// The registry.
        host: String,
        /// What was asked for.
        what: String,
    },
    /// The host does not prove that it is what it is called.
    #[error("{host} is not trusted: {why}")]
    Untrusted {
        /// The host.
        host: String,
        /// What is wrong with its certificate, and what to do.
        why: String,
    },
    /// The registry cannot be reached, or is overloaded or broken. Later it may answer.
    #[error("{host} is not available: {why}")]
    Unavailable {
        /// The registry.
        host: String,
        /// What went wrong at last.
        why: String,
        /// For how long it wants to be left alone, where it says so.
        pause: Option<Duration>,
    },
    /// The registry answers something that is not what was asked for.
    #[error("{host} sends {what} that {why}")]
    Corrupt {
        /// The registry.
        host: String,
        /// What was asked for.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// The registry refuses for another reason.
    #[error("{host} refuses {what}: {why}")]
    Refused {
        /// The registry.
        host: String,
        /// What was asked for.
        what: String,
        /// The status and what the registry says.
        why: String,
    },
    /// What was asked for is nothing that can be done.
    #[error("{0}")]
    Unsupported(String),
    /// A file of the machine's configuration cannot be read.
    #[error("cannot read {path}: {why}")]
    Configuration {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

/// The words of an error and of what caused it. Addresses are left out: they may hold tokens.
pub(crate) fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(it) = cause {
        let more = it.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = it.source();
    }
    text
}
