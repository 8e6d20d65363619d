//! What can go wrong, in words for users.

/// An error of signing or verifying. No variant ever holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key cannot be used.
    #[error("the key cannot be used: {0}")]
    Key(String),
    /// The bytes are no statement, envelope or bundle.
    #[error("{what} is malformed: {why}")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A trusted root or signing configuration cannot be used.
    #[error("the trust material cannot be used: {0}")]
    Trust(String),
    /// A service does not let us in: credentials are missing, wrong or expired.
    #[error("{service} refused the credentials: {why}")]
    Denied {
        /// Who refused.
        service: &'static str,
        /// What it said.
        why: String,
    },
    /// A service does not prove that it is what it is called.
    #[error("{service} is not trusted: {why}")]
    Untrusted {
        /// Which one.
        service: &'static str,
        /// What is wrong with its certificate, and what to do.
        why: String,
    },
    /// A service refuses to sign: licence, plan, version, quota.
    #[error("{service} refused to sign: {why}")]
    Refused {
        /// Who refused.
        service: &'static str,
        /// What it said.
        why: String,
    },
    /// A service cannot be reached or is overloaded; the same call may succeed later.
    #[error("{service} is unavailable: {why}")]
    Unavailable {
        /// Who did not answer.
        service: &'static str,
        /// What happened.
        why: String,
    },
    /// The signature, certificate, log entry or time does not verify.
    #[error("it does not verify: {0}")]
    Unverified(String),
    /// Whether it verifies or not, it is not what the policy asks for.
    #[error("it is not what is asked for: {0}")]
    Policy(String),
}

impl Error {
    /// Bytes that are not what they should be.
    pub(crate) fn malformed(what: &'static str, why: impl Into<Reason>) -> Self {
        Self::Malformed { what, why: why.into().0 }
    }
}

/// What is wrong with something, as text or as the error that tells it.
pub(crate) struct Reason(String);

impl<T: std::fmt::Display> From<T> for Reason {
    fn from(told: T) -> Self {
        Self(told.to_string())
    }
}
