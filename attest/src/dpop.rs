//! Proofs that whoever sends a token holds the key that it is bound to.
//! Specifications: RFC 9449 (DPoP), RFC 7515 (JWS), RFC 7638 (thumbprints).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What one proof is for.
pub(crate) struct Request<'a> {
    /// The method of the request.
    pub(crate) method: &'a str,
    /// Its address, without query and fragment.
    pub(crate) url: &'a str,
    /// The token that is sent with it.
    pub(crate) token: &'a str,
    /// What the server asked to be repeated.
    pub(crate) nonce: Option<&'a str>,
    /// Seconds since the Unix epoch.
    pub(crate) issued_at: i64,
    /// What makes the proof unique.
    pub(crate) id: [u8; 16],
}

/// Makes the value of the header `DPoP`.
pub(crate) fn proof(key: &SigningKey, request: &Request<'_>) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": public(key) });
    let mut claims = json!({
        "jti": encode(request.id),
        "htm": request.method,
        "htu": request.url,
        "iat": request.issued_at,
        "ath": encode(Sha256::digest(request.token)),
    });
    if let (Some(nonce), Some(claims)) = (request.nonce, claims.as_object_mut()) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", encode(signature.to_bytes()))
}

/// The public key as a JSON Web Key.
fn public(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: Option<&_>| bytes.map(encode::<&p256::FieldBytes>).unwrap_or_default();
    json!({ "crv": "P-256", "kty": "EC", "x": coordinate(point.x()), "y": coordinate(point.y()) })
}

fn encode<B: AsRef<[u8]>>(bytes: B) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;

    use super::*;

    fn decode(part: &str) -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn a_proof_binds_key_request_and_token() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let request = Request {
            method: "POST",
            url: "https://signer.example/sign",
            token: "token",
            nonce: Some("n"),
            issued_at: 1,
            id: [0; 16],
        };
        let proof = proof(&key, &request);
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        key.verifying_key().verify(signed.as_bytes(), &signature).unwrap();
        let header = decode(header);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
        assert!(
            header["jwk"].get("d").is_none() && header["jwk"]["x"].as_str().unwrap().len() == 43
        );
        let claims = decode(claims);
        assert_eq!(claims["htu"], "https://signer.example/sign");
        assert_eq!(claims["ath"], "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A");
        assert_eq!(claims["nonce"], "n");
    }
}
