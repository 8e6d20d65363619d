//! Statements that others can trust: in-toto, DSSE, Sigstore bundles, who signs them, and who believes them.
//!
//! Bundles, transparency logs, timestamps and certificates are those of the `sigstore-*` crates; what is ours is
//! keys as users keep them, the Signer and Attestor services, and the policy of verification.

mod dpop;
mod error;
mod exchange;
pub mod key;
pub mod signer;
mod statement;
mod stored;
pub mod trust;
pub mod verify;
mod witness;

pub use error::Error;
pub use sigstore_types::Bundle;
pub use statement::{PAYLOAD_TYPE, Statement, Subject};
pub use stored::to_json;
pub use witness::Witness;

/// The media type of a bundle, and the artifact type of the referrer that carries one.
pub const BUNDLE_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
