//! Signatures that a transparency log has.

use attest::signer::KeySigner;
use attest::verify::{Policy, verify};
use attest::{Bundle, Error, trust};

use crate::server::{Response, serve};
use crate::{SUBJECT, key, stand_in_log, statement, trusting, wait};

fn signed_in(url: &str) -> Result<Bundle, Error> {
    let client = reqwest::Client::new();
    wait(KeySigner::new(key(7))?.logged_in(url, &client)?.sign(&statement()))
}

#[test]
fn a_logged_signature_verifies_offline_by_its_proof() {
    let log = stand_in_log::start();
    let bundle = signed_in(&log.url).unwrap();
    let root = trust::root(&log.trusted_root).unwrap();
    let policy = Policy { logged: true, ..trusting(&key(7)) };
    let verified = verify(&bundle, SUBJECT, &policy, &root).unwrap();
    assert!(verified.logged);
    // Who does not know the log does not believe it.
    let error = verify(&bundle, SUBJECT, &policy, &trust::nobody().unwrap()).unwrap_err();
    assert!(matches!(error, Error::Unverified(_)), "{error}");
}

#[test]
fn a_forged_proof_checkpoint_or_entry_does_not_verify() {
    let log = stand_in_log::start();
    let json: serde_json::Value =
        serde_json::from_str(&signed_in(&log.url).unwrap().to_json().unwrap()).unwrap();
    let root = trust::root(&log.trusted_root).unwrap();
    let entry = "/verificationMaterial/tlogEntries/0";
    // The index in the proof itself is a repetition that Rekor v2 tells clients to ignore.
    let (index, envelope) = ("logIndex", "inclusionProof/checkpoint/envelope");
    let checkpoint = json.pointer(&format!("{entry}/{envelope}")).unwrap().as_str().unwrap();
    let forgeries = [
        (index, "1".to_owned()),
        (envelope, checkpoint.replacen("\n6\n", "\n7\n", 1)),
        ("canonicalizedBody", "e30=".to_owned()),
    ];
    for (place, value) in forgeries {
        let mut forged = json.clone();
        *forged.pointer_mut(&format!("{entry}/{place}")).unwrap() = value.into();
        let verdict = Bundle::from_json(&forged.to_string())
            .map_err(|error| error.to_string())
            .and_then(|it| {
                verify(&it, SUBJECT, &trusting(&key(7)), &root).map_err(|error| error.to_string())
            });
        assert!(verdict.is_err(), "{place} is believed");
    }
}

#[test]
fn a_log_that_is_overloaded_may_take_it_later_and_one_that_refuses_says_why() {
    let busy = serve(|_| Response(503, vec![], r#"{"message":"busy"}"#.to_owned()));
    assert!(matches!(signed_in(&busy), Err(Error::Unavailable { .. })));
    let strict = serve(|_| Response(400, vec![], r#"{"message":"no such key"}"#.to_owned()));
    let error = signed_in(&strict).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }) && error.to_string().contains("no such key"));
}
