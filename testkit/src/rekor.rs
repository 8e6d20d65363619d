//! A stand-in of Rekor logs, whose servers cannot be had from package registries: a Merkle tree in memory that takes
//! entries by the call of version 2 and answers with an inclusion proof and a signed checkpoint, and makes entries as
//! version 1 has them.
//! Specifications: RFC 6962; C2SP tlog-checkpoint and tlog-cosignature; the types `hashedrekord` and `dsse` of Rekor.

use std::sync::Mutex;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::{Request, Response};

const ORIGIN: &str = "log.example";

/// A log with some entries.
pub struct Rekor {
    key: SigningKey,
    leaves: Mutex<Vec<[u8; 32]>>,
    witness: Option<Witness>,
}

/// Who cosigns checkpoints.
#[derive(Clone)]
pub struct Witness {
    name: String,
    key: ed25519_dalek::SigningKey,
    time: u64,
}

impl Witness {
    /// One with a key that is made of one byte, and whose clock stands.
    pub fn new(name: &str, key: u8, time: u64) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&[key; 32]);
        Self { name: name.to_owned(), key, time }
    }

    /// Its public key, as witnesses write them.
    pub fn public(&self) -> String {
        let id = self.id().iter().fold(String::new(), |text, it| format!("{text}{it:02x}"));
        let key = [&[4], &self.key.verifying_key().to_bytes()[..]].concat();
        format!("{}+{id}+{}", self.name, BASE64.encode(key))
    }

    fn id(&self) -> [u8; 4] {
        let key = self.key.verifying_key().to_bytes();
        let id = Sha256::digest([self.name.as_bytes(), b"\n\x04", &key].concat());
        [id[0], id[1], id[2], id[3]]
    }

    fn line(&self, text: &str) -> String {
        let signed = format!("cosignature/v1\ntime {}\n{text}", self.time);
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        let line = [&self.id()[..], &self.time.to_be_bytes(), &signature].concat();
        format!("\u{2014} {} {}\n", self.name, BASE64.encode(line))
    }
}

impl Default for Rekor {
    fn default() -> Self {
        let key = SigningKey::from_slice(&[9; 32]).unwrap();
        let leaves = (0..5).map(|it: u8| leaf(&[it])).collect();
        Self { key, leaves: Mutex::new(leaves), witness: None }
    }
}

impl Rekor {
    /// Has every checkpoint cosigned.
    #[must_use]
    pub fn witnessed(self, witness: Witness) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// The root that trusts it.
    pub fn trusted_root(&self) -> Value {
        json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [{
                "baseUrl": format!("https://{ORIGIN}"),
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": BASE64.encode(self.public()),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": { "start": "2020-01-01T00:00:00Z" },
                },
                "logId": { "keyId": BASE64.encode(self.id()) },
            }],
        })
    }

    /// Takes an entry of version 2.
    pub fn answer(&self, request: &Request) -> Response {
        if request.path != "/api/v2/log/entries" {
            return Response::status(404).body("{}");
        }
        let wanted: Value = serde_json::from_slice(&request.body).unwrap();
        let wanted = &wanted["hashedRekordRequestV002"];
        let (signature, verifier) =
            (&wanted["signature"]["content"], &wanted["signature"]["verifier"]);
        // Keys in order, as RFC 8785 has them.
        let signer = ["publicKey", "x509Certificate"].into_iter().find_map(|kind| {
            let bytes = verifier[kind]["rawBytes"].as_str()?;
            Some(format!(r#""{kind}":{{"rawBytes":"{bytes}"}}"#))
        });
        let body = format!(
            r#"{{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{{"hashedRekordV002":{{"data":{{"algorithm":"SHA2_256","digest":{}}},"signature":{{"content":{signature},"verifier":{{"keyDetails":{},{}}}}}}}}}}}"#,
            wanted["digest"],
            verifier["keyDetails"],
            signer.unwrap(),
        );
        let mut entry = self.entry(&body);
        entry["kindVersion"] = json!({ "kind": "hashedrekord", "version": "0.0.2" });
        entry["integratedTime"] = json!("0");
        let kind = "application/json";
        Response::status(201).header("Content-Type", kind).body(entry.to_string())
    }

    /// An entry of version 1 about a DSSE envelope and the PEM of its signer's public key, with a promise that it is
    /// there since a moment.
    pub fn version_1(&self, envelope: &Value, public: &str, time: i64) -> Value {
        let hex = |bytes: &[u8]| crate::digest(bytes).replace("sha256:", "");
        let payload = BASE64.decode(envelope["payload"].as_str().unwrap()).unwrap();
        let body = format!(
            r#"{{"apiVersion":"0.0.1","kind":"dsse","spec":{{"envelopeHash":{{"algorithm":"sha256","value":"{}"}},"payloadHash":{{"algorithm":"sha256","value":"{}"}},"signatures":[{{"signature":{},"verifier":"{}"}}]}}}}"#,
            hex(envelope.to_string().as_bytes()),
            hex(&payload),
            envelope["signatures"][0]["sig"],
            BASE64.encode(public),
        );
        let mut entry = self.entry(&body);
        let id = self.id().iter().fold(String::new(), |text, it| format!("{text}{it:02x}"));
        let promise = format!(
            r#"{{"body":"{}","integratedTime":{time},"logID":"{id}","logIndex":{}}}"#,
            BASE64.encode(&body),
            entry["logIndex"].as_str().unwrap(),
        );
        let signed: Signature = self.key.sign(promise.as_bytes());
        entry["kindVersion"] = json!({ "kind": "dsse", "version": "0.0.1" });
        entry["integratedTime"] = json!(time.to_string());
        entry["inclusionPromise"] =
            json!({ "signedEntryTimestamp": BASE64.encode(signed.to_der().as_bytes()) });
        entry
    }

    /// Adds an entry, and proves that it is there.
    fn entry(&self, body: &str) -> Value {
        let mut leaves = self.leaves.lock().unwrap();
        leaves.push(leaf(body.as_bytes()));
        let (index, size) = (leaves.len() - 1, leaves.len());
        let root = tree(&leaves);
        let text = format!("{ORIGIN}\n{size}\n{}\n", BASE64.encode(root));
        let signed: Signature = self.key.sign(text.as_bytes());
        let line = BASE64.encode([&self.id()[..4], signed.to_der().as_bytes()].concat());
        let witness = self.witness.as_ref().map(|it| it.line(&text)).unwrap_or_default();
        let checkpoint = format!("{text}\n\u{2014} {ORIGIN} {line}\n{witness}");
        let hashes: Vec<String> = path(index, &leaves).iter().map(|it| BASE64.encode(it)).collect();
        json!({
            "logIndex": index.to_string(),
            "logId": { "keyId": BASE64.encode(self.id()) },
            "inclusionProof": {
                "logIndex": index.to_string(),
                "rootHash": BASE64.encode(root),
                "treeSize": size.to_string(),
                "hashes": hashes,
                "checkpoint": { "envelope": checkpoint },
            },
            "canonicalizedBody": BASE64.encode(body),
        })
    }

    fn public(&self) -> Vec<u8> {
        self.key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec()
    }

    fn id(&self) -> [u8; 32] {
        Sha256::digest(self.public()).into()
    }
}

fn leaf(body: &[u8]) -> [u8; 32] {
    Sha256::digest([&[0], body].concat()).into()
}

fn node(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    Sha256::digest([&[1], &left[..], &right[..]].concat()).into()
}

/// Where a tree of so many leaves divides: the largest power of two below.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

fn tree(leaves: &[[u8; 32]]) -> [u8; 32] {
    if let [one] = leaves {
        return *one;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    node(tree(left), tree(right))
}

/// The audit path of a leaf, lowest first.
fn path(index: usize, leaves: &[[u8; 32]]) -> Vec<[u8; 32]> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut found, sibling) = if index < left.len() {
        (path(index, left), tree(right))
    } else {
        (path(index - left.len(), right), tree(left))
    };
    found.push(sibling);
    found
}
