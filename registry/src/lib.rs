//! OCI distribution client: pull, push, referrers.
//!
//! Asynchronous, one [`Client`] for any number of registries. [`blocking`] is for threads that wait.
//! Specification: OCI distribution-spec v1.1; Docker's token authentication.

mod auth;
mod blob;
pub mod blocking;
mod client;
mod daemon;
mod digest;
mod error;
pub mod fuzz;
mod headers;
mod host;
mod manifest;
mod mirrors;
mod push;
mod reference;
mod referrers;
mod settings;
mod settling;
mod transport;
mod trust;

pub use auth::Credentials;
pub use blob::BlobStream;
pub use client::{Client, Repository};
pub use daemon::{Daemon, Saved};
pub use digest::sha256;
pub use error::Error;
pub use manifest::Manifest;
pub use push::Indexed;
pub use reference::Reference;
pub use referrers::{Listing, Referrer, fallback_tag};
pub use settings::{Backoff, Settings};
pub use trust::{client, refused_certificate};

/// The result of asking a registry.
pub type Result<T> = std::result::Result<T, Error>;
