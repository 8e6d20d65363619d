//! Signing and verifying, with stand-ins of the services that cannot be had here.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken fixture is a failed test"
)]

mod keys;
mod log;
mod server;
mod service;
mod unknown;

use attest::key::PrivateKey;
use attest::verify::{Policy, Trusted};
use attest::{Statement, Subject};

/// The digest that all statements here are about.
pub(crate) const SUBJECT: &str =
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// Another one.
pub(crate) const OTHER: &str =
    "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

pub(crate) fn statement() -> Vec<u8> {
    let subject = Subject::new("app", SUBJECT).unwrap();
    let predicate = br#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#;
    Statement::write(&[subject], "https://cyclonedx.org/bom", predicate).unwrap()
}

/// A key of ECDSA P-256, made of one byte.
pub(crate) fn key(byte: u8) -> PrivateKey {
    use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
    let key = p256::SecretKey::from_slice(&[byte; 32]).unwrap();
    PrivateKey::from_pem(&key.to_pkcs8_pem(LineEnding::LF).unwrap(), || None).unwrap()
}

/// A policy that trusts a key.
pub(crate) fn trusting(key: &PrivateKey) -> Policy {
    let signer = Trusted::Key(key.public().unwrap());
    Policy { signer, logged: false, witnesses: Vec::new(), predicate_type: None }
}

/// Waits for a future.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
