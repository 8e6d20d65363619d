//! Keys alone.

use base64::Engine as _;

use attest::signer::KeySigner;
use attest::verify::{Policy, verify};
use attest::{Bundle, trust};

use crate::{OTHER, SUBJECT, key, statement, trusting, wait};

fn signed() -> Bundle {
    wait(KeySigner::new(key(7)).unwrap().sign(statement())).unwrap()
}

fn verdict(bundle: &Bundle, subject: &str, policy: &Policy) -> String {
    match verify(bundle, subject, policy, &trust::nobody().unwrap()) {
        Ok(verified) => format!("{} {}", verified.signer, verified.statement.predicate_type),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_a_key_signed_its_public_half_verifies() {
    assert_eq!(verdict(&signed(), SUBJECT, &trusting(&key(7))), "key https://cyclonedx.org/bom");
}

#[test]
fn the_same_statement_gives_the_same_bundle() {
    assert_eq!(signed().to_json().unwrap(), signed().to_json().unwrap());
}

#[test]
fn a_bundle_is_stored_as_the_crate_of_bundles_writes_it() {
    assert_eq!(attest::to_json(&signed()).unwrap(), signed().to_json().unwrap());
}

#[test]
fn another_key_another_subject_and_another_kind_of_statement_are_told_apart() {
    let (bundle, policy) = (signed(), trusting(&key(7)));
    assert!(verdict(&bundle, SUBJECT, &trusting(&key(8))).starts_with("it does not verify"));
    assert!(verdict(&bundle, OTHER, &policy).contains("is not about sha256:bb"));
    assert!(verdict(&bundle, "md5:aa", &policy).contains("the digest is malformed"));
    let other = Policy { predicate_type: Some("https://spdx.dev/Document".to_owned()), ..policy };
    assert!(verdict(&bundle, SUBJECT, &other).contains("not https://spdx.dev/Document"));
    let logged = Policy { logged: true, ..trusting(&key(7)) };
    assert!(verdict(&bundle, SUBJECT, &logged).contains("no transparency log has it"));
}

#[test]
fn a_changed_payload_does_not_verify() {
    let json = signed().to_json().unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let forged = String::from_utf8(statement()).unwrap().replace("CycloneDX", "CycloneDY");
    let forged = base64::prelude::BASE64_STANDARD.encode(forged);
    value["dsseEnvelope"]["payload"] = forged.into();
    let bundle = Bundle::from_json(&value.to_string()).unwrap();
    assert!(verdict(&bundle, SUBJECT, &trusting(&key(7))).starts_with("it does not verify"));
}
