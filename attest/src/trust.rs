//! Whom to trust, and whom to ask: trusted roots and signing configurations, from files or from an instance of Sigstore.

pub use sigstore_trust_root::{SigningConfig, TrustedRoot};
use sigstore_trust_root::{SigstoreInstance, TufConfig};

use crate::Error;
use crate::exchange::Address;

/// A trusted root of nobody: signatures of keys that are given need no more.
const NOBODY: &str = r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#;

/// Reads a trusted root.
///
/// # Errors
/// When the text is none.
pub fn root(json: &str) -> Result<TrustedRoot, Error> {
    TrustedRoot::from_json(json).map_err(|error| Error::Trust(error.to_string()))
}

/// A root that trusts no authority and no log.
///
/// # Errors
/// Never in practice; the parser's are passed on.
pub fn nobody() -> Result<TrustedRoot, Error> {
    root(NOBODY)
}

/// The root of the public instance as it was when this program was made: nothing is asked of the network.
///
/// # Errors
/// Never in practice; the parser's are passed on.
pub fn built_in() -> Result<TrustedRoot, Error> {
    TrustedRoot::from_embedded(SigstoreInstance::PublicGood)
        .map_err(|error| Error::Trust(error.to_string()))
}

/// Reads a signing configuration.
///
/// # Errors
/// When the text is none.
pub fn services(json: &str) -> Result<SigningConfig, Error> {
    SigningConfig::from_json(json).map_err(|error| Error::Trust(error.to_string()))
}

/// Fetches the root and the configuration of the public instance by TUF.
///
/// # Errors
/// When the repository cannot be reached, or what it serves does not verify.
pub async fn public(client: reqwest::Client) -> Result<(TrustedRoot, SigningConfig), Error> {
    let config = TufConfig::production().with_http_client(client.clone());
    match sigstore_trust_root::fetch_trust_material(config).await {
        Ok(material) => Ok(material),
        Err(error) => {
            let url = SigstoreInstance::PublicGood.tuf_url().to_owned();
            let repository = Address { client, url };
            Err(repository.failed("the TUF repository", error.to_string()).await)
        }
    }
}
