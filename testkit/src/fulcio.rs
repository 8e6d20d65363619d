//! A stand-in of Fulcio: an authority whose clock stands. It believes every identity token, issues a certificate for
//! ten minutes to whom it names, and shows that to a log of certificates of its own.
//! Specifications: Fulcio's call `api/v2/signingCert` and its extensions of certificates; RFC 5280; RFC 6962 §3.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD as BASE64, BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::certificate::{Certified, authority, of_signer, public};
use crate::der::{EXTENDED_KEY_USAGE, OCTETS, OID, TEXT, critical, extension, sequence, tlv};
use crate::http::{Request, Response};

/// General names, by their context: an address and a URI.
const ADDRESS: u8 = 0x81;
const URI: u8 = 0x86;

const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const CODE_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 3];
/// 1.3.6.1.4.1.57264.1.8.
const ISSUER: &[u8] = &[0x2b, 6, 1, 4, 1, 0x83, 0xbf, 0x30, 1, 8];
/// The same as Fulcio wrote it first, as bytes without a type: 1.3.6.1.4.1.57264.1.1.
const FORMER_ISSUER: &[u8] = &[0x2b, 6, 1, 4, 1, 0x83, 0xbf, 0x30, 1, 1];
/// 1.3.6.1.4.1.11129.2.4.2.
const CERTIFICATE_TIMESTAMPS: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];

/// What it is called.
const NAME: &str = "authority";

/// An authority, and the log that it shows its certificates to.
pub struct Fulcio {
    key: SigningKey,
    log: SigningKey,
    /// From when to when its certificates are valid, each `YYMMDDHHMMSSZ`.
    valid: [String; 2],
}

impl Fulcio {
    /// One whose certificates are valid from a moment to another, each `YYMMDDHHMMSSZ`.
    pub fn new(from: &str, to: &str) -> Self {
        Self {
            key: SigningKey::from_slice(&[12; 32]).unwrap(),
            log: SigningKey::from_slice(&[13; 32]).unwrap(),
            valid: [from.to_owned(), to.to_owned()],
        }
    }

    /// An identity token of an issuer for an address, until the year 2100. Nobody signed it.
    pub fn token(issuer: &str, address: &str) -> String {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({
            "iss": issuer, "sub": "job", "aud": "sigstore", "email": address, "email_verified": true,
            "iat": 1_700_000_000, "exp": 4_102_444_800_u64,
        });
        format!("{}.{}.c2lnbmF0dXJl", part(json!({ "alg": "RS256", "typ": "JWT" })), part(claims))
    }

    /// What trusts it in a trusted root: a member of `certificateAuthorities`, and one of `ctlogs`.
    pub fn authority(&self) -> (Value, Value) {
        let valid = json!({ "start": "2020-01-01T00:00:00Z" });
        let authority = json!({
            "subject": { "organization": "stand-in", "commonName": "authority" },
            "uri": "https://authority.example",
            "certChain": { "certificates": [{ "rawBytes": BASE64.encode(self.certificate()) }] },
            "validFor": valid,
        });
        let log = json!({
            "baseUrl": "https://certificates.example",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": BASE64.encode(public(&self.log)),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": valid,
            },
            "logId": { "keyId": BASE64.encode(Sha256::digest(public(&self.log))) },
        });
        (authority, log)
    }

    /// Issues a certificate to who holds a key, as the token names them; refuses who does not hold it.
    pub fn answer(&self, request: &Request) -> Response {
        if request.path != "/api/v2/signingCert" {
            return Response::status(404).body("{}");
        }
        let wanted: Value = serde_json::from_slice(&request.body).unwrap();
        let token = wanted["credentials"]["oidcIdentityToken"].as_str().unwrap();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        let (kind, identity) = match (&claims["email"], &claims["sub"]) {
            (Value::String(address), _) => (ADDRESS, address),
            (_, Value::String(uri)) => (URI, uri),
            _ => return Response::status(400).body(r#"{"message":"the token names nobody"}"#),
        };
        let asked = &wanted["publicKeyRequest"];
        let pem = asked["publicKey"]["content"].as_str().unwrap();
        let holder = VerifyingKey::from_public_key_pem(pem).unwrap();
        let proof = BASE64.decode(asked["proofOfPossession"].as_str().unwrap()).unwrap();
        let proof = Signature::from_der(&proof).unwrap();
        if holder.verify(identity.as_bytes(), &proof).is_err() {
            return Response::status(400).body(r#"{"message":"the key is not held"}"#);
        }
        let issued = self.issue(&holder, &tlv(kind, identity.as_bytes()), &claims["iss"]);
        let chain = [pem_of(&issued), pem_of(&self.certificate())];
        let answer =
            json!({ "signedCertificateEmbeddedSct": { "chain": { "certificates": chain } } });
        let kind = "application/json";
        Response::status(200).header("Content-Type", kind).body(answer.to_string())
    }

    /// A certificate with the proof that the log has seen it.
    fn issue(&self, holder: &VerifyingKey, identity: &[u8], issuer: &Value) -> Vec<u8> {
        let issuer = issuer.as_str().unwrap().as_bytes();
        let holder = holder.to_public_key_der().unwrap().into_vec();
        let mut extensions = of_signer(&holder, &public(&self.key)).to_vec();
        extensions.extend([
            extension(EXTENDED_KEY_USAGE, &sequence(&[tlv(OID, CODE_SIGNING)])),
            critical(ALTERNATIVE_NAME, &sequence(&[identity.to_vec()])),
            extension(ISSUER, &tlv(TEXT, issuer)),
            extension(FORMER_ISSUER, issuer),
        ]);
        let seen = self.seen(&self.certified(&holder, &extensions).bytes());
        extensions.push(extension(CERTIFICATE_TIMESTAMPS, &tlv(OCTETS, &seen)));
        self.certified(&holder, &extensions).signed(&self.key)
    }

    fn certified<'a>(&'a self, key: &'a [u8], extensions: &'a [Vec<u8>]) -> Certified<'a> {
        let valid = self.valid.each_ref().map(String::as_str);
        Certified { number: 2, issuer: NAME, subject: sequence(&[]), valid, key, extensions }
    }

    /// The log's promise about a certificate, in a list of one.
    fn seen(&self, certified: &[u8]) -> Vec<u8> {
        // 2023-11-14T22:13:20Z, in milliseconds.
        let time = 1_700_000_000_000_u64.to_be_bytes();
        let length = u32::try_from(certified.len()).unwrap().to_be_bytes();
        let issuer = Sha256::digest(public(&self.key));
        let version_and_kind = [0, 0];
        let of_precertificate = [0, 1];
        let no_extensions = [0, 0];
        let signed = [
            &version_and_kind[..],
            &time,
            &of_precertificate,
            &issuer,
            &length[1..],
            certified,
            &no_extensions,
        ];
        let signature: Signature = self.log.sign(&signed.concat());
        let ecdsa_with_sha256 = [4, 3];
        let id = Sha256::digest(public(&self.log));
        let signature = counted(signature.to_der().as_bytes());
        let promise =
            [&[0], &id[..], &time, &no_extensions, &ecdsa_with_sha256, &signature].concat();
        counted(&counted(&promise))
    }

    /// Its own certificate, by itself.
    fn certificate(&self) -> Vec<u8> {
        authority(NAME, &self.key)
    }
}

/// Bytes after their number, in two bytes.
fn counted(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

fn pem_of(certificate: &[u8]) -> String {
    let text = BASE64.encode(certificate);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
