//! Signatures that a transparency log has.

use attest::signer::KeySigner;
use attest::verify::{Policy, verify};
use attest::{Bundle, Error, trust};

use attest::Witness;
use serde_json::{Value, json};
use testkit::http::Server;
use testkit::rekor::{self, Rekor};

use crate::server::{Response, serve};
use crate::{SUBJECT, key, statement, trusting, wait};

/// A log that runs.
struct StandInLog {
    url: String,
    trusted_root: String,
}

fn start(log: Rekor) -> StandInLog {
    let trusted_root = log.trusted_root().to_string();
    let server = Server::start(move |request| log.answer(request), |_, _| None);
    StandInLog { url: format!("http://{}", server.address), trusted_root }
}

fn signed_in(url: &str) -> Result<Bundle, Error> {
    let client = reqwest::Client::new();
    wait(KeySigner::new(key(7))?.logged_in(url, &client)?.sign(statement()))
}

#[test]
fn a_logged_signature_verifies_offline_by_its_proof() {
    let log = start(Rekor::default());
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
    let log = start(Rekor::default());
    let json: Value =
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

#[test]
fn a_checkpoint_that_witnesses_cosigned_verifies_and_they_can_be_asked_for() {
    let own = rekor::Witness::new("witness.example/w", 3, 1_700_000_000);
    let log = start(Rekor::default().witnessed(own.clone()));
    let bundle = signed_in(&log.url).unwrap();
    let root = trust::root(&log.trusted_root).unwrap();
    let asking = |witness: &rekor::Witness| {
        let witnesses = vec![Witness::read(&witness.public()).unwrap()];
        verify(&bundle, SUBJECT, &Policy { witnesses, ..trusting(&key(7)) }, &root)
    };
    assert_eq!(asking(&own).unwrap().times, [1_700_000_000]);
    assert!(verify(&bundle, SUBJECT, &trusting(&key(7)), &root).unwrap().times.is_empty());
    let other = rekor::Witness::new("witness.example/w", 4, 1_700_000_000);
    let error = asking(&other).unwrap_err();
    assert!(matches!(error, Error::Policy(_)), "another key: {error}");
}

#[test]
fn a_cosignature_of_another_checkpoint_is_found_out_though_the_log_has_signed() {
    let witness = rekor::Witness::new("witness.example/w", 3, 1_700_000_000);
    let place = "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope";
    let json =
        |bundle: &Bundle| -> Value { serde_json::from_str(&bundle.to_json().unwrap()).unwrap() };
    let cosigned = signed_in(&start(Rekor::default().witnessed(witness.clone())).url).unwrap();
    let cosigned = json(&cosigned).pointer(place).unwrap().as_str().unwrap().to_owned();
    // The second entry of the same log without a witness is in a larger tree.
    let log = start(Rekor::default());
    signed_in(&log.url).unwrap();
    let mut forged = json(&signed_in(&log.url).unwrap());
    let checkpoint = forged.pointer_mut(place).unwrap();
    let line = cosigned.lines().last().unwrap();
    *checkpoint = format!("{}{line}\n", checkpoint.as_str().unwrap()).into();
    let forged = Bundle::from_json(&forged.to_string()).unwrap();
    let root = trust::root(&log.trusted_root).unwrap();
    let verdict =
        |witnesses| verify(&forged, SUBJECT, &Policy { witnesses, ..trusting(&key(7)) }, &root);
    assert!(verdict(Vec::new()).unwrap().logged);
    let error = verdict(vec![Witness::read(&witness.public()).unwrap()]).unwrap_err();
    assert!(matches!(error, Error::Unverified(_)), "{error}");
}

/// A bundle with an entry of Rekor v1.
fn of_version_1(log: &Rekor, time: i64) -> Value {
    let bundle = wait(KeySigner::new(key(7)).unwrap().sign(statement())).unwrap();
    let mut bundle: Value = serde_json::from_str(&bundle.to_json().unwrap()).unwrap();
    let public = key(7).public().unwrap().to_pem();
    let entry = log.version_1(&bundle["dsseEnvelope"], &public, time);
    bundle["verificationMaterial"]["tlogEntries"] = json!([entry]);
    bundle
}

#[test]
fn an_entry_of_rekor_version_1_verifies_by_its_promise_and_its_proof() {
    let log = Rekor::default();
    let root = trust::root(&log.trusted_root().to_string()).unwrap();
    let verdict = |bundle: &Value| {
        let bundle = Bundle::from_json(&bundle.to_string()).map_err(|it| it.to_string())?;
        let policy = Policy { logged: true, ..trusting(&key(7)) };
        verify(&bundle, SUBJECT, &policy, &root).map_err(|error| error.to_string())
    };
    let bundle = of_version_1(&log, 1_700_000_000);
    let verified = verdict(&bundle).unwrap();
    assert!(verified.logged);
    assert_eq!(verified.times, [1_700_000_000]);

    let entry = "/verificationMaterial/tlogEntries/0";
    let other = of_version_1(&log, 1_600_000_000);
    for place in ["integratedTime", "inclusionPromise", "inclusionProof/treeSize", "logIndex"] {
        let place = format!("{entry}/{place}");
        let mut forged = bundle.clone();
        *forged.pointer_mut(&place).unwrap() = other.pointer(&place).unwrap().clone();
        assert!(verdict(&forged).is_err(), "{place} of another entry is believed");
    }
    assert!(verdict(&of_version_1(&log, 9_000_000_000)).is_err(), "a time to come is believed");
}
