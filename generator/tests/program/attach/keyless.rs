//! Signatures of an identity, by stand-ins of Fulcio, a log and a clock.

use std::fs;

use serde_json::Value;
use testkit::fulcio::Fulcio;
use testkit::http::{Request, Response, Server};
use testkit::registry::Referrers;
use testkit::sigstore::{Sigstore, THEN};

use super::App;
use crate::{program, run};

const ADDRESS: &str = "ci@example.org";
const ISSUER: &str = "https://token.example.org";
const ONE: [&str; 4] = ["-o", "cyclonedx-json", "--view", "inventory"];
/// Attaches, signed by this identity; gives exit code, and everything that is told.
fn attach(sigstore: &Sigstore, app: &App, token: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = app.command("attach", arguments);
    command.args(ONE).args(["--sign", "keyless", "--identity-token", "env://TOKEN"]);
    command.arg("--signing-config").arg(&sigstore.config).env("TOKEN", token);
    let (code, log, output) = run(&mut command);
    (code, String::from_utf8(output.stdout).unwrap() + &log)
}

fn verify(sigstore: &Sigstore, target: &str, name: &str, issuer: &str) -> (i32, String) {
    let mut command = program();
    command.args(["verify", "attestation", target, "-q", "--require-log"]);
    command.args(["--certificate-identity", name, "--certificate-oidc-issuer", issuer]);
    let (code, log, output) = run(command.arg("--trusted-root").arg(&sigstore.root));
    (code, String::from_utf8(output.stdout).unwrap() + &log)
}

#[test]
fn an_identity_signs_once_and_verifies_by_its_name_and_issuer_alone() {
    let app = App::new(Referrers::Listed);
    let sigstore = Sigstore::new(app.keys.path(), THEN);
    let token = Fulcio::token(ISSUER, ADDRESS);
    let (code, told) = attach(&sigstore, &app, &token, &["-q", "--require-signature"]);
    assert_eq!((code, told.matches("bytes  signed").count()), (0, 3), "{told}");
    let asked = |it: &Sigstore| (it.fulcio.requests().len(), it.log.requests().len());
    assert_eq!(asked(&sigstore), (3, 3));
    let (code, told) = attach(&sigstore, &app, &token, &["-q"]);
    assert_eq!((code, told.matches("already attached").count()), (0, 5), "{told}");
    assert_eq!(asked(&sigstore), (3, 3), "nothing is signed again");

    let target = format!("{}/app:1", app.server.address);
    let (code, told) = verify(&sigstore, &target, ADDRESS, ISSUER);
    let by = format!("by {ADDRESS}, in a transparency log");
    assert_eq!((code, told.matches(&by).count()), (0, 3), "{told}");
    assert_eq!(told.matches("seen      2023-11-14T22:13:20Z").count(), 3, "{told}");
    for (name, issuer) in [("other@example.org", ISSUER), (ADDRESS, "https://other.example.org")] {
        let (code, told) = verify(&sigstore, &target, name, issuer);
        assert!(code == 1 && told.contains("not believed"), "{code} {told}");
    }
}

/// The bundle about an image's document, in a file, after something is done to it.
fn altered(app: &App, alter: impl Fn(&mut Value)) -> String {
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap();
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let bundle = attached.iter().find(|it| it["artifactType"] == bundle).unwrap();
    let digest = bundle["digest"].as_str().unwrap();
    let text = app.done("extract", &["--digest", digest, "--output", "-"]);
    let mut bundle: Value = serde_json::from_str(&text).unwrap();
    alter(&mut bundle);
    let path = app.keys.path().join("bundle.json");
    fs::write(&path, bundle.to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn a_certificate_counts_only_for_the_time_at_which_a_clock_saw_the_signature() {
    let app = App::new(Referrers::Listed);
    let sigstore = Sigstore::new(app.keys.path(), THEN);
    let (code, told) = attach(&sigstore, &app, &Fulcio::token(ISSUER, ADDRESS), &["-q"]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = verify(&sigstore, &altered(&app, |_| {}), ADDRESS, ISSUER);
    assert_eq!(code, 0, "{told}");
    let timeless = altered(&app, |it| {
        it["verificationMaterial"]["timestampVerificationData"] = Value::Null;
    });
    let (code, told) = verify(&sigstore, &timeless, ADDRESS, ISSUER);
    assert!(code == 1 && told.contains("timestamp"), "{code} {told}");

    let app = App::new(Referrers::Listed);
    let late = Sigstore::new(app.keys.path(), ["231114220000Z", "231114221000Z"]);
    let (code, told) = attach(&late, &app, &Fulcio::token(ISSUER, ADDRESS), &["-q"]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = verify(&late, &altered(&app, |_| {}), ADDRESS, ISSUER);
    assert!(code == 1 && told.contains("CertExpired"), "{code} {told}");
}

#[test]
fn an_authority_that_does_not_answer_leaves_documents_attached_and_may_do_it_later() {
    let app = App::new(Referrers::Listed);
    let sigstore = Sigstore::new(app.keys.path(), THEN);
    sigstore.issued_by(&Server::start(|_| Response::status(503).body("busy"), |_, _| None));
    let (code, told) = attach(&sigstore, &app, &Fulcio::token(ISSUER, ADDRESS), &["-q"]);
    assert!(code == 10 && told.contains("Fulcio is unavailable"), "{code} {told}");
    assert_eq!(told.matches("  attached  ").count(), 2, "{told}");
    let refuses = |_: &Request| Response::status(400).body(r#"{"message":"an unknown issuer"}"#);
    sigstore.issued_by(&Server::start(refuses, |_, _| None));
    let (code, told) = attach(&sigstore, &app, &Fulcio::token(ISSUER, ADDRESS), &["-q"]);
    assert!(code == 0 && told.contains("Fulcio refused to sign: 400 an unknown issuer"), "{told}");
    assert!(sigstore.log.requests().is_empty(), "what is not certified is not logged");
}
