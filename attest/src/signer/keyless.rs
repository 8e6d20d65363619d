//! Signing with a short-lived certificate for the identity that a token proves: Fulcio, a log and a timestamp.

use sigstore_oidc::IdentityToken;
use sigstore_sign::{Error as Failure, SigningContext, SigningServices, fulcio};
use sigstore_trust_root::SigningConfig;
use sigstore_types::Bundle;
use zeroize::Zeroizing;

use super::key::{CLOCK, unlogged};
use super::refusal;
use crate::Error;
use crate::exchange::Address;

/// An identity, and the services that vouch for it.
pub struct KeylessSigner {
    signer: sigstore_sign::Signer,
    services: SigningServices,
    client: reqwest::Client,
    token: Zeroizing<String>,
}

impl KeylessSigner {
    /// Signs as whom this OpenID Connect token names.
    ///
    /// # Errors
    /// When the token is none or has expired, or the configuration lacks a service.
    pub fn new(
        token: &str,
        config: &SigningConfig,
        client: &reqwest::Client,
    ) -> Result<Self, Error> {
        let identity = IdentityToken::from_jwt(token)
            .map_err(|error| Error::malformed("the identity token", error))?;
        if identity.is_expired() {
            let why = "the identity token has expired".to_owned();
            return Err(Error::Denied { service: "Fulcio", why });
        }
        let services = SigningServices::from_signing_config(config)
            .map_err(|error| Error::Trust(error.to_string()))?;
        let context = SigningContext::new(services.clone()).with_http_client(client.clone());
        let (signer, client) = (context.signer(identity), client.clone());
        Ok(Self { signer, services, client, token: token.to_owned().into() })
    }

    /// Signs the bytes of a statement.
    ///
    /// # Errors
    /// When a service refuses or does not answer.
    pub async fn sign(&self, statement: &[u8]) -> Result<Bundle, Error> {
        match self.signer.sign_raw_statement(statement).await {
            Ok(bundle) => Ok(bundle),
            Err(error) => Err(self.failed(error).await),
        }
    }

    async fn failed(&self, error: Failure) -> Error {
        let at = |url: &str| Address { client: self.client.clone(), url: url.to_owned() };
        match error {
            Failure::Config(_) | Failure::TrustRoot(_) => Error::Trust(error.to_string()),
            Failure::Oidc(_) => {
                Error::Denied { service: "the identity provider", why: error.to_string() }
            }
            Failure::Fulcio(fulcio::Error::Status { status, message }) => {
                let answer = message.split_once(": ").map_or("", |(_, answer)| answer);
                refusal("Fulcio", status, answer.as_bytes(), &[&self.token])
            }
            Failure::Rekor(error) => unlogged(error, &at(self.services.rekor_url())).await,
            Failure::Fulcio(error) => {
                at(self.services.fulcio_url()).failed("Fulcio", error.to_string()).await
            }
            Failure::Tsa(error) => {
                let clock = at(self.services.tsa_url().unwrap_or_default());
                clock.failed(CLOCK, error.to_string()).await
            }
            _ => Error::malformed("what is signed", error),
        }
    }
}

/// The token that the continuous integration job has or can ask for; none outside of one.
///
/// # Errors
/// When the job's provider refuses.
pub async fn ambient_token() -> Result<Option<String>, Error> {
    let token = IdentityToken::detect_ambient().await.map_err(|error| Error::Denied {
        service: "the identity provider of this job",
        why: error.to_string(),
    })?;
    Ok(token.map(|token| token.expose_secret().to_owned()))
}
