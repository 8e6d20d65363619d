//! `--log` and `--timestamps`: whom signatures are shown to, by stand-ins of those services.

use std::fs;
use std::sync::Arc;

use testkit::http::{Response, Server};
use testkit::registry::Referrers;
use testkit::rekor::{Rekor, Witness};
use testkit::timestamps::Timestamps;

use super::{App, titles};
use crate::{program, run};

const ONE: [&str; 4] = ["-o", "cyclonedx-json", "--view", "inventory"];

#[test]
fn signatures_are_logged_once_and_verify_offline_with_log_and_witness() {
    let app = App::new(Referrers::Listed);
    let witness = Witness::new("witness.example/w", 3, 1_700_000_000);
    let log = Arc::new(Rekor::default().witnessed(witness.clone()));
    let answering = Arc::clone(&log);
    let server = Server::start(move |request| answering.answer(request), |_, _| None);
    let (sign, url) = (app.sign(), format!("http://{}", server.address));
    let attach = [&ONE[..], &["--sign", &sign, "--log", &url]].concat();
    let told = app.attach(&attach);
    assert_eq!(told.matches("bytes  signed").count(), 3, "{told}");
    assert_eq!(server.requests().len(), 3);
    let sent = server.requests();
    assert!(sent.iter().all(|it| it.body.len() < 1000), "a digest goes to the log, no SBOM");
    let again = app.attach(&attach);
    assert_eq!(again.matches("already attached").count(), 5, "{again}");
    assert_eq!(server.requests().len(), 3, "nothing is logged again");

    let root = app.keys.path().join("root.json");
    fs::write(&root, log.trusted_root().to_string()).unwrap();
    let verify = |more: &[&str]| {
        let (target, public) = (format!("{}/app:1", app.server.address), app.public());
        let mut command = program();
        command.args(["verify", "attestation", &target, "-q", "--key", &public, "--require-log"]);
        let (code, log, output) = run(command.args(more));
        (code, String::from_utf8(output.stdout).unwrap() + &log)
    };
    let trusting = ["--trusted-root", root.to_str().unwrap()];
    let (code, told) = verify(&[&trusting[..], &["--witness", &witness.public()]].concat());
    assert_eq!((code, told.matches("by key, in a transparency log").count()), (0, 3), "{told}");
    assert_eq!(told.matches("seen      2023-11-14T22:13:20Z").count(), 3, "{told}");
    let other = Witness::new("witness.example/w", 4, 0).public();
    let (code, told) = verify(&[&trusting[..], &["--witness", &other]].concat());
    assert!(code == 1 && told.contains("has cosigned no checkpoint of it"), "{code} {told}");
    let (code, told) = verify(&[]);
    assert!(code == 1, "the public instance does not know the log: {told}");
}

#[test]
fn signatures_are_timestamped_and_the_clock_is_verified_offline() {
    let app = App::new(Referrers::Listed);
    let clock = Arc::new(Timestamps::at("20231114221320Z"));
    let answering = Arc::clone(&clock);
    let server = Server::start(move |request| answering.answer(request), |_, _| None);
    let (sign, url) = (app.sign(), format!("http://{}", server.address));
    let attach = [&ONE[..], &["--sign", &sign, "--timestamps", &url]].concat();
    let told = app.attach(&attach);
    assert_eq!((told.matches("bytes  signed").count(), server.requests().len()), (3, 3), "{told}");
    assert_eq!(app.attach(&attach).matches("already attached").count(), 5);
    assert_eq!(server.requests().len(), 3, "nothing is timestamped again");

    let verify = |authorities: serde_json::Value| {
        let mut trusted = Rekor::default().trusted_root();
        trusted["timestampAuthorities"] = authorities;
        let root = app.keys.path().join("root.json");
        fs::write(&root, trusted.to_string()).unwrap();
        let (target, public) = (format!("{}/app:1", app.server.address), app.public());
        let mut command = program();
        command.args(["verify", "attestation", &target, "-q", "--key", &public]);
        let (code, log, output) = run(command.arg("--trusted-root").arg(&root));
        (code, String::from_utf8(output.stdout).unwrap() + &log)
    };
    let (code, told) = verify(serde_json::json!([clock.authority()]));
    assert_eq!((code, told.matches("seen      2023-11-14T22:13:20Z").count()), (0, 3), "{told}");
    let (code, told) = verify(serde_json::json!([]));
    assert!(code == 1 && told.contains("not believed"), "a clock that nobody knows: {told}");
}

#[test]
fn what_was_signed_without_a_log_is_signed_again_with_one() {
    let app = App::new(Referrers::Listed);
    let sign = app.sign();
    app.attach(&[&ONE[..], &["--sign", &sign]].concat());
    let log = Rekor::default();
    let server = Server::start(move |request| log.answer(request), |_, _| None);
    let url = format!("http://{}", server.address);
    let told = app.attach(&[&ONE[..], &["--sign", &sign, "--log", &url, "--replace"]].concat());
    assert_eq!((told.matches("bytes  signed").count(), server.requests().len()), (3, 3), "{told}");
    assert_eq!(told.matches("  removed  ").count(), 3, "those without are superseded: {told}");
}

#[test]
fn a_log_or_clock_that_does_not_answer_leaves_documents_attached_and_may_do_it_later() {
    let busy = Server::start(|_| Response::status(503).body(r#"{"message":"busy"}"#), |_, _| None);
    let url = format!("http://{}", busy.address);
    for (flag, service) in
        [("--log", "the transparency log"), ("--timestamps", "the timestamp authority")]
    {
        let app = App::new(Referrers::Listed);
        let sign = app.sign();
        let arguments = [&["-q"], &ONE[..], &["--sign", &sign, flag, &url]].concat();
        let (code, log, output) = run(&mut app.command("attach", &arguments));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(code == 10 && log.contains(service), "{code} {log}");
        assert_eq!(told.matches("  attached  ").count(), 2, "{told}");
        assert_eq!(titles(&app.discovered(&[])["images"][0]), ["inventory.cdx.json"]);
    }
    assert!(busy.requests().len() >= 2);
}
