//! The Signer and Attestor services, by stand-ins: they are services of their own and not to be had here.

use std::sync::{Arc, Mutex};

use attest::signer::{Entitlement, KeySigner, ServiceSigner, Signed};
use attest::verify::verify;
use attest::{Error, Statement, trust};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::server::{Request, Response, serve};
use crate::{SUBJECT, key, statement, trusting, wait};

fn signer(address: &str) -> ServiceSigner {
    ServiceSigner {
        client: reqwest::Client::new(),
        signer: address.to_owned(),
        attestor: Some(address.to_owned()),
        token: "secret-token".to_owned().into(),
        proof_key: key(3),
        entitlement: Entitlement::Token("secret-entitlement".to_owned().into()),
    }
}

fn sign(address: &str) -> Result<Signed, Error> {
    wait(signer(address).sign(&statement()))
}

/// Signs what it is sent, with key 7; a first request without a nonce is sent back.
fn honest(request: &Request) -> Response {
    if request.path == "/api/v1/rekor/entries" {
        let logged = json!({ "uuid": "u", "index": 5, "proof": { "checkpoint": {} } });
        return Response(201, vec![], logged.to_string());
    }
    let proof = request.header("dpop").unwrap();
    let claims = proof.split('.').nth(1).unwrap();
    let claims = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(request.header("authorization"), Some("DPoP secret-token"));
    if claims["nonce"] != "n1" {
        let nonce = vec![("DPoP-Nonce", "n1".to_owned())];
        return Response(401, nonce, r#"{"error":"use_dpop_nonce"}"#.to_owned());
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["poe"], json!({ "format": "jwt", "value": "secret-entitlement" }));
    let subject: Vec<attest::Subject> = serde_json::from_value(body["subject"].clone()).unwrap();
    let kind = body["predicateType"].as_str().unwrap();
    let statement =
        Statement::write(&subject, kind, body["predicate"].to_string().as_bytes()).unwrap();
    let bundle = wait(KeySigner::new(key(7)).unwrap().sign(statement)).unwrap();
    let bundle: Value = serde_json::from_str(&bundle.to_json().unwrap()).unwrap();
    let answer = json!({ "bundle": { "dsse": bundle["dsseEnvelope"], "mode": "kms" } });
    Response(200, vec![], answer.to_string())
}

#[test]
fn the_signer_signs_and_the_attestor_says_where_it_is_logged() {
    let address = serve(|request| honest(&request));
    let signed = sign(&address).unwrap();
    let root = trust::nobody().unwrap();
    assert_eq!(verify(&signed.bundle, SUBJECT, &trusting(&key(7)), &root).unwrap().signer, "key");
    assert_eq!(signed.logged.unwrap().uuid, "u");
}

#[test]
fn a_signer_that_signs_something_else_is_not_believed() {
    let address = serve(|mut request| {
        let text = String::from_utf8(request.body).unwrap();
        request.body = text.replace("CycloneDX", "CycloneDY").into_bytes();
        honest(&request)
    });
    assert!(matches!(sign(&address), Err(Error::Unverified(_))));
}

#[test]
fn refusals_are_told_from_outages_and_never_show_a_secret() {
    let answers = [
        (401, "Denied", r#"{"error":"invalid_token"}"#),
        (403, "Refused", r#"{"title":"plan","detail":"no licence"}"#),
        (503, "Unavailable", "{}"),
        (200, "Malformed", "{}"),
    ];
    for (status, kind, body) in answers {
        let seen = Arc::new(Mutex::new(0));
        let count = Arc::clone(&seen);
        let address = serve(move |_| {
            *count.lock().unwrap() += 1;
            Response(status, vec![], body.to_owned())
        });
        let Err(error) = sign(&address) else { panic!("{status} is taken for a signature") };
        let shown = format!("{error:?} {error}");
        assert!(shown.starts_with(kind), "{status}: {shown}");
        assert!(!shown.contains("secret-"), "{shown}");
        assert_eq!(*seen.lock().unwrap(), 1);
    }
}
