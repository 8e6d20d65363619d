//! Who signs a statement: a key, a certificate for an identity, or the Signer service.

mod key;
mod keyless;
mod service;

pub use key::KeySigner;
pub use keyless::{KeylessSigner, ambient_token};
pub use service::{Entitlement, Logged, ServiceSigner};

use serde_json::Value;
use sigstore_types::{Bundle, DsseEnvelope, DsseSignature, KeyId, PayloadBytes, SignatureBytes};

use crate::{Error, PAYLOAD_TYPE, verify};

/// One of the ways to sign.
pub enum Signer {
    /// A private key that the user holds.
    Key(KeySigner),
    /// A certificate that Fulcio issues for the identity of this job.
    Keyless(KeylessSigner),
    /// The Signer service, and the Attestor that logs for it.
    Service(ServiceSigner),
}

/// What came of signing.
pub struct Signed {
    /// The bundle.
    pub bundle: Bundle,
    /// Where the Attestor logged it, if one did.
    pub logged: Option<Logged>,
}

impl Signer {
    /// Signs the bytes of a statement.
    ///
    /// # Errors
    /// [`Error::Refused`] when a service will not sign, [`Error::Unavailable`] when it may later.
    pub async fn sign(&self, statement: Vec<u8>) -> Result<Signed, Error> {
        match self {
            Self::Key(signer) => Ok(Signed { bundle: signer.sign(statement).await?, logged: None }),
            Self::Keyless(signer) => {
                Ok(Signed { bundle: signer.sign(&statement).await?, logged: None })
            }
            Self::Service(signer) => signer.sign(&statement).await,
        }
    }

    /// Whether signing a statement again gives the same bundle, and asks nobody.
    pub fn is_repeatable(&self) -> bool {
        matches!(self, Self::Key(signer) if signer.is_unwitnessed())
    }

    /// Whether a bundle is one that need not be made again: of this statement, and signed and witnessed as this signer
    /// would do it. Whose certificate it has is not looked at.
    pub fn would_make(&self, bundle: &Bundle, statement: &[u8]) -> bool {
        let Ok(payload) = verify::payload(bundle) else { return false };
        match self {
            Self::Key(signer) => payload == statement && signer.has_signed(bundle),
            Self::Keyless(_) => payload == statement && verify::has_certificate(bundle),
            Self::Service(_) => service::is_same(statement, payload),
        }
    }
}

/// The envelope of a statement.
fn envelope(statement: Vec<u8>, signature: Vec<u8>) -> DsseEnvelope {
    let signature = DsseSignature::new(SignatureBytes::new(signature), KeyId::default());
    DsseEnvelope::new(PAYLOAD_TYPE, PayloadBytes::new(statement), signature)
}

/// What it means that a service does not answer as it should.
fn refusal(service: &'static str, status: u16, answer: &[u8], secrets: &[&str]) -> Error {
    let why = format!("{status} {}", explanation(answer, secrets));
    match status {
        401 => Error::Denied { service, why },
        408 | 429 | 500.. => Error::Unavailable { service, why },
        _ => Error::Refused { service, why },
    }
}

/// What a service says of its refusal: a problem document's words (RFC 9457), else nothing. The secrets that it was sent
/// are left out.
fn explanation(answer: &[u8], secrets: &[&str]) -> String {
    let problem: Value = serde_json::from_slice(answer).unwrap_or_default();
    let words = ["title", "detail", "error", "error_description", "message"];
    let said = words.iter().filter_map(|word| problem.get(word)?.as_str());
    let said = said.collect::<Vec<_>>().join(": ");
    let secrets = secrets.iter().filter(|it| !it.is_empty());
    let said = secrets.fold(said, |said, secret| said.replace(secret, "…"));
    said.chars().take(500).collect()
}
