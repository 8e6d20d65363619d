//! Signing with a key that the user holds.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use sigstore_bundle::{BundleV03, VerificationMaterialV03};
use sigstore_rekor::{HashedRekordV2, RekorV2Client, RekorV2KeyDetails};
use sigstore_tsa::TimestampClient;
use sigstore_types::bundle::SignatureContent;
use sigstore_types::{Bundle, DerPublicKey, pae};

use super::envelope;
use crate::exchange::Address;
use crate::key::PrivateKey;
use crate::{Error, PAYLOAD_TYPE, verify};

/// What the service is called that says when it saw a signature.
pub(super) const CLOCK: &str = "the timestamp authority";

/// A key, and the services that witness its signatures.
pub struct KeySigner {
    key: PrivateKey,
    public: DerPublicKey,
    log: Option<(RekorV2Client, Address)>,
    timestamps: Option<(TimestampClient, Address)>,
}

impl KeySigner {
    /// A key whose signatures nobody witnesses: the same statement gives the same bundle.
    ///
    /// # Errors
    /// When the key has no public half.
    pub fn new(key: PrivateKey) -> Result<Self, Error> {
        let public = key.public()?;
        Ok(Self { key, public, log: None, timestamps: None })
    }

    /// Logs every signature in this Rekor v2 log. Of the statement only a digest goes there.
    ///
    /// # Errors
    /// When logs do not take the key.
    pub fn logged_in(mut self, url: &str, client: &reqwest::Client) -> Result<Self, Error> {
        if !self.key.can_be_logged() {
            return Err(Error::Key(
                "Rekor takes no plain Ed25519 key: use ECDSA P-256, or sign without a log"
                    .to_owned(),
            ));
        }
        let log = RekorV2Client::builder(url).with_http_client(client.clone()).build();
        let log = log.map_err(|error| Error::Trust(error.to_string()))?;
        self.log = Some((log, Address { client: client.clone(), url: url.to_owned() }));
        Ok(self)
    }

    /// Has every signature timestamped by this authority (RFC 3161).
    ///
    /// # Errors
    /// When the address is none.
    pub fn timestamped_by(mut self, url: &str, client: &reqwest::Client) -> Result<Self, Error> {
        let authority = TimestampClient::builder(url).with_http_client(client.clone()).build();
        let authority = authority.map_err(|error| Error::Trust(error.to_string()))?;
        self.timestamps =
            Some((authority, Address { client: client.clone(), url: url.to_owned() }));
        Ok(self)
    }

    /// Signs the bytes of a statement.
    ///
    /// # Errors
    /// When the log or the authority does not answer.
    pub async fn sign(&self, statement: Vec<u8>) -> Result<Bundle, Error> {
        let message = pae(PAYLOAD_TYPE, &statement);
        let envelope = envelope(statement, self.key.sign(&message));
        let signature = envelope.signature.sig.clone();
        let material = VerificationMaterialV03::PublicKey { hint: self.hint() };
        let mut bundle = BundleV03::new(material, SignatureContent::DsseEnvelope(envelope));
        if let Some((log, address)) = &self.log {
            let digest = sigstore_crypto::sha256(&message);
            let details = RekorV2KeyDetails::PkixEcdsaP256Sha256;
            let entry =
                HashedRekordV2::new_with_public_key(&digest, &signature, &self.public, details);
            bundle = bundle.with_tlog_entry(match log.create_entry(entry).await {
                Ok(entry) => entry,
                Err(error) => return Err(unlogged(error, address).await),
            });
        }
        if let Some((authority, address)) = &self.timestamps {
            let token = authority.timestamp_signature(&signature).await;
            bundle = bundle.with_rfc3161_timestamp(match token {
                Ok(token) => token,
                Err(error) => return Err(address.failed(CLOCK, error.to_string()).await),
            });
        }
        Ok(bundle.into_bundle())
    }

    /// Whether nobody witnesses its signatures.
    pub(super) fn is_unwitnessed(&self) -> bool {
        self.log.is_none() && self.timestamps.is_none()
    }

    /// Whether a bundle has the signature of the key, and the witnesses that it would have now.
    pub(super) fn has_signed(&self, bundle: &Bundle) -> bool {
        let material = &bundle.verification_material;
        let clocks = &material.timestamp_verification_data.rfc3161_timestamps;
        let logged = self.log.is_none() || !material.tlog_entries.is_empty();
        let timed = self.timestamps.is_none() || !clocks.is_empty();
        logged && timed && verify::signature(bundle, &self.public).is_ok()
    }

    /// How verifiers find the key: the digest of its public half, as cosign writes it.
    fn hint(&self) -> String {
        BASE64_STANDARD.encode(Sha256::digest(self.public.as_bytes()))
    }
}

/// What it means that a log does not take an entry.
pub(super) async fn unlogged(error: sigstore_rekor::Error, log: &Address) -> Error {
    use sigstore_rekor::Error::{Http, Status};
    let service = "the transparency log";
    match error {
        Status { status: 400, message } => Error::Refused { service, why: message },
        Status { .. } => Error::Unavailable { service, why: error.to_string() },
        Http(told) => log.failed(service, told).await,
        other => Error::malformed("the answer of the transparency log", other),
    }
}
