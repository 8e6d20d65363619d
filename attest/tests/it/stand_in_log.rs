//! A stand-in of a Rekor v2 log, whose server cannot be had from package registries: it takes entries by the same
//! call, keeps them in a Merkle tree (RFC 6962) and answers with an inclusion proof and a signed checkpoint.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::server::{Request, Response, serve};

const ORIGIN: &str = "log.example";

/// A log that runs, and the root that trusts it.
pub(crate) struct StandInLog {
    pub(crate) url: String,
    pub(crate) trusted_root: String,
}

/// Starts a log that has some entries already.
pub(crate) fn start() -> StandInLog {
    let key = SigningKey::from_slice(&[9; 32]).unwrap();
    let public = key.verifying_key().to_public_key_der().unwrap();
    let id = Sha256::digest(public.as_bytes());
    let trusted_root = json!({
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [{
            "baseUrl": format!("https://{ORIGIN}"),
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": BASE64.encode(public.as_bytes()),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": { "start": "2020-01-01T00:00:00Z" },
            },
            "logId": { "keyId": BASE64.encode(id) },
        }],
    });
    let mut leaves: Vec<[u8; 32]> = (0..5).map(|it: u8| leaf(&[it])).collect();
    let url = serve(move |request| add(&key, &id, &mut leaves, &request));
    StandInLog { url, trusted_root: trusted_root.to_string() }
}

fn add(key: &SigningKey, id: &[u8], leaves: &mut Vec<[u8; 32]>, request: &Request) -> Response {
    if request.path != "/api/v2/log/entries" {
        return Response(404, vec![], "{}".to_owned());
    }
    let wanted: Value = serde_json::from_slice(&request.body).unwrap();
    let wanted = &wanted["hashedRekordRequestV002"];
    let (signature, verifier) = (&wanted["signature"]["content"], &wanted["signature"]["verifier"]);
    // Keys in order, as RFC 8785 has them.
    let body = format!(
        r#"{{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{{"hashedRekordV002":{{"data":{{"algorithm":"SHA2_256","digest":{}}},"signature":{{"content":{signature},"verifier":{{"keyDetails":{},"publicKey":{{"rawBytes":{}}}}}}}}}}}}}"#,
        wanted["digest"], verifier["keyDetails"], verifier["publicKey"]["rawBytes"],
    );
    leaves.push(leaf(body.as_bytes()));
    let (index, size) = (leaves.len() - 1, leaves.len());
    let root = tree(leaves);
    let text = format!("{ORIGIN}\n{size}\n{}\n", BASE64.encode(root));
    let signed: Signature = key.sign(text.as_bytes());
    let line = BASE64.encode([&id[..4], signed.to_der().as_bytes()].concat());
    let checkpoint = format!("{text}\n\u{2014} {ORIGIN} {line}\n");
    let proof: Vec<String> = path(index, leaves).iter().map(|it| BASE64.encode(it)).collect();
    let entry = json!({
        "logIndex": index.to_string(),
        "logId": { "keyId": BASE64.encode(id) },
        "kindVersion": { "kind": "hashedrekord", "version": "0.0.2" },
        "integratedTime": "0",
        "inclusionPromise": null,
        "inclusionProof": {
            "logIndex": index.to_string(),
            "rootHash": BASE64.encode(root),
            "treeSize": size.to_string(),
            "hashes": proof,
            "checkpoint": { "envelope": checkpoint },
        },
        "canonicalizedBody": BASE64.encode(body),
    });
    Response(201, vec![], entry.to_string())
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
