//! Signing by the Signer service, and logging by the Attestor.
//!
//! The Signer gets the statement's parts, an operational token bound to a key of ours (DPoP) and proof of
//! entitlement; it gives back a DSSE envelope that it signed. The Attestor logs that and says where.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sigstore_bundle::{BundleV03, VerificationMaterialV03};
use sigstore_types::bundle::SignatureContent;
use sigstore_types::{DerCertificate, DsseEnvelope};
use zeroize::Zeroizing;

use super::{Signed, refusal};
use crate::exchange::failed;
use crate::key::PrivateKey;
use crate::{Error, Statement, dpop};

/// Bytes of an answer that are read at most.
const MOST_BYTES: usize = 64 << 20;

/// The Signer and Attestor services. The client holds the certificate for mutual TLS, where that is asked for.
pub struct ServiceSigner {
    /// Makes the requests.
    pub client: reqwest::Client,
    /// The address of the Signer.
    pub signer: String,
    /// The address of the Attestor, if signatures are to be logged.
    pub attestor: Option<String>,
    /// The operational token.
    pub token: Zeroizing<String>,
    /// The key that the token is bound to; an ECDSA P-256 key.
    pub proof_key: PrivateKey,
    /// What proves that we are entitled.
    pub entitlement: Entitlement,
}

/// Proof of entitlement.
pub enum Entitlement {
    /// The certificate of the connection.
    MutualTls,
    /// A token of the licensing service.
    Token(Zeroizing<String>),
}

/// Where the Attestor logged a bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Logged {
    /// What the log calls the entry.
    pub uuid: String,
    /// Its place in the log.
    pub index: Value,
    /// The proof that it is there.
    pub proof: Value,
}

#[derive(Deserialize)]
struct Answer {
    bundle: Part,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    dsse: DsseEnvelope,
    #[serde(default)]
    certificate_chain: Vec<String>,
    #[serde(default)]
    mode: String,
}

impl ServiceSigner {
    /// Has the bytes of a statement signed, and logged if there is an Attestor.
    ///
    /// # Errors
    /// [`Error::Refused`] when licence, plan or version do not allow it.
    pub async fn sign(&self, statement: &[u8]) -> Result<Signed, Error> {
        let ours = Statement::read(statement)?;
        let body = self.request(&ours);
        let url = format!("{}/api/v1/signer/sign/dsse", self.signer.trim_end_matches('/'));
        let answer: Answer = parse("Signer", &self.post("Signer", &url, &body).await?)?;
        same(&ours, &Statement::read(answer.bundle.dsse.payload.as_bytes())?)?;
        let logged = match &self.attestor {
            Some(attestor) => Some(self.log(attestor, &answer.bundle, statement).await?),
            None => None,
        };
        Ok(Signed { bundle: bundle(answer.bundle)?, logged })
    }

    fn request(&self, statement: &Statement) -> Value {
        let entitlement = match &self.entitlement {
            Entitlement::MutualTls => json!({ "format": "mtls" }),
            Entitlement::Token(token) => json!({ "format": "jwt", "value": token.as_str() }),
        };
        json!({
            "subject": statement.subject,
            "predicateType": statement.predicate_type,
            "predicate": statement.predicate,
            "poe": entitlement,
            "options": { "returnBundle": "dsse+cert" },
        })
    }

    async fn log(&self, attestor: &str, part: &Part, statement: &[u8]) -> Result<Logged, Error> {
        let digest = |bytes: &[u8]| sigstore_crypto::sha256(bytes).to_hex();
        let envelope = serde_json::to_vec(&part.dsse)
            .map_err(|error| Error::malformed("the envelope", error))?;
        let body = json!({
            "bundle": {
                "dsse": part.dsse, "certificateChain": part.certificate_chain, "mode": part.mode,
            },
            "meta": {
                "artifact": { "sha256": digest(statement), "kind": "sbom" },
                "bundleSha256": digest(&envelope),
            },
        });
        let url = format!("{}/api/v1/rekor/entries", attestor.trim_end_matches('/'));
        parse("Attestor", &self.post("Attestor", &url, &body).await?)
    }

    /// Posts a request. A server that asks for a nonce of its own gets a second one with it (RFC 9449 §8).
    async fn post(&self, service: &'static str, url: &str, body: &Value) -> Result<Vec<u8>, Error> {
        let first = self.send(service, url, body, None).await?;
        let nonce = first.headers().get("DPoP-Nonce").and_then(|it| it.to_str().ok());
        let response = match nonce.filter(|_| first.status().as_u16() == 401) {
            Some(nonce) => self.send(service, url, body, Some(nonce)).await?,
            None => first,
        };
        let status = response.status();
        let bytes = read(service, response).await?;
        if status.is_success() {
            return Ok(bytes);
        }
        let entitlement = match &self.entitlement {
            Entitlement::Token(token) => token.as_str(),
            Entitlement::MutualTls => "",
        };
        Err(refusal(service, status.as_u16(), &bytes, &[&self.token, entitlement]))
    }

    async fn send(
        &self,
        service: &'static str,
        url: &str,
        body: &Value,
        nonce: Option<&str>,
    ) -> Result<reqwest::Response, Error> {
        let key = self.proof_key.p256().ok_or_else(|| {
            Error::Key("the token must be bound to an ECDSA P-256 key".to_owned())
        })?;
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Error::Key(format!("no randomness: {error}")))?;
        let issued_at = jiff::Timestamp::now().as_second();
        let request =
            dpop::Request { method: "POST", url, token: &self.token, nonce, issued_at, id };
        let request = self.client.post(url).header("DPoP", dpop::proof(key, &request));
        let token = format!("DPoP {}", self.token.as_str());
        let request = request.header(reqwest::header::AUTHORIZATION, token).json(body);
        request.send().await.map_err(|error| failed(service, &error))
    }
}

/// Reads an answer, up to a bound.
async fn read(service: &'static str, mut response: reqwest::Response) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| failed(service, &error))? {
        if bytes.len() + part.len() > MOST_BYTES {
            return Err(Error::malformed("the answer", format!("{service} sends too much")));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

fn parse<T: for<'a> Deserialize<'a>>(service: &'static str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::malformed("the answer", format!("of the {service}: {error}")))
}

/// Whether two statements, as bytes, say the same.
pub(super) fn is_same(ours: &[u8], theirs: &[u8]) -> bool {
    let (ours, theirs) = (Statement::read(ours), Statement::read(theirs));
    ours.and_then(|ours| same(&ours, &theirs?)).is_ok()
}

/// What was signed must be what we asked for.
fn same(ours: &Statement, theirs: &Statement) -> Result<(), Error> {
    let equal = ours.subject == theirs.subject
        && ours.predicate_type == theirs.predicate_type
        && ours.predicate == theirs.predicate;
    if equal {
        return Ok(());
    }
    Err(Error::Unverified("the Signer signed another statement than it was sent".to_owned()))
}

fn bundle(part: Part) -> Result<sigstore_types::Bundle, Error> {
    let material = match part.certificate_chain.first() {
        Some(leaf) => VerificationMaterialV03::Certificate(
            DerCertificate::from_pem(leaf)
                .map_err(|error| Error::malformed("the Signer's certificate", error))?,
        ),
        None => VerificationMaterialV03::PublicKey {
            hint: part.dsse.signature.keyid.as_str().to_owned(),
        },
    };
    Ok(BundleV03::new(material, SignatureContent::DsseEnvelope(part.dsse)).into_bundle())
}
