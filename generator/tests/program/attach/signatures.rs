//! Signed statements: by a key, by the Signer, by nobody; and whether they are true.

use std::fs;

use serde_json::{Value, json};
use testkit::http::{Request, Response, Server};
use testkit::registry::Referrers;

use super::{App, by_key, foreign, titles};
use crate::{program, run};

/// An identity token of 1970.
const EXPIRED: &str = "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZS5vcmciLCAic3ViIjogImpvYiIsICJhdWQiOiAic2lnc3RvcmUiLCAiaWF0IjogMSwgIm5iZiI6IDEsICJleHAiOiAyfQ.c2VjcmV0";

/// Sigstore's services, none of which is there.
const CONFIG: &str = r#"{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[],"oidcUrls":[],"rekorTlogUrls":[],"tsaUrls":[],"rekorTlogConfig":{"selector":"ANY"},"tsaConfig":{"selector":"ANY"}}"#;

#[test]
fn a_dry_run_tells_the_digests_and_changes_nothing() {
    let app = App::new(Referrers::Listed);
    let sign = app.sign();
    let told = app.attach(&["--dry-run", "--sign", &sign]);
    assert_eq!(told.matches("would attach").count(), 17, "{told}");
    assert_eq!(app.changes(), 0);
    assert_eq!(told.replace("would attach", "attached    "), app.attach(&["--sign", &sign]));
}

#[test]
fn what_is_signed_verifies_and_is_signed_once() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::new(kind);
        let (sign, public) = (app.sign(), app.public());
        app.attach(&["--sign", &sign, "-o", "cyclonedx-json", "--view", "inventory"]);
        let target = format!("{}/app:1", app.server.address);
        let (code, log, output) =
            run(program().args(["verify", "attestation", &target, "--key", &public]));
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(code, 0, "{log}");
        assert_eq!(told.matches("verified  https://cyclonedx.org/bom").count(), 2, "{told}");
        assert_eq!(
            told.matches("verified  https://in-toto.io/attestation/reference/v0.1").count(),
            1
        );
        let found = app.discovered(&["--key", &public]);
        let text = found.to_string();
        assert_eq!(text.matches(r#""state":"verified""#).count(), 3, "{text}");
        let before = app.changes();
        let told = app.attach(&["--sign", &sign, "-o", "cyclonedx-json", "--view", "inventory"]);
        assert_eq!(told.matches("already attached").count(), 5, "{told}");
        assert_eq!(app.changes(), before);
    }
}

/// Signs a predicate about a subject with the key that the tests have.
fn signed(subject: &Value, kind: &str, predicate: &str) -> String {
    let digest = subject["digest"].as_str().unwrap();
    let subject = attest::Subject::new("app", digest).unwrap();
    let statement = attest::Statement::write(&[subject], kind, predicate.as_bytes()).unwrap();
    by_key(&statement)
}

#[test]
fn a_document_that_a_scan_does_not_give_is_found_out_though_it_is_signed() {
    let app = App::new(Referrers::Unknown);
    let (sign, public) = (app.sign(), app.public());
    let verify = |more: &[&str]| {
        let target = format!("{}/app:1", app.server.address);
        let mut command = program();
        command.args(["verify", "attestation", &target, "-q", "--key", &public, "--rescan"]);
        let (code, log, output) = run(command.args(more));
        (code, String::from_utf8(output.stdout).unwrap() + &log)
    };
    app.attach(&["--sign", &sign, "--supplier", "Us"]);
    let (code, told) = verify(&["--supplier", "Us"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("rescan    the same, byte for byte").count(), 8, "{told}");
    assert_eq!(told.matches("rescan    not compared").count(), 1, "{told}");
    let (code, told) = verify(&[]);
    assert_eq!((code, told.matches("made by the same version").count()), (1, 4), "{told}");

    let image = app.discovered(&[])["images"][0].clone();
    let digest = image["attached"].as_array().unwrap();
    let digest = digest.iter().find(|it| it["title"] == "inventory.cdx.json").unwrap();
    let digest = digest["digest"].as_str().unwrap();
    let true_one = app.done("extract", &["--digest", digest, "--output", "-"]);
    let pretty: Value = serde_json::from_str(&true_one).unwrap();
    let cyclonedx = "https://cyclonedx.org/bom";
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    foreign(&app, bundle, "pretty", &signed(&image, cyclonedx, &pretty));
    let (code, told) = verify(&["--supplier", "Us"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("the same, written in another way").count(), 1, "{told}");
    foreign(&app, bundle, "forged", &signed(&image, cyclonedx, &true_one.replace("musl", "must")));
    let (code, told) = verify(&["--supplier", "Us", "--type", "cyclonedx"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("does not have: pkg:apk/alpine/must@1.2.5-r0"), "{told}");
    assert!(told.contains("1 of 4 statements differ from a scan"), "{told}");
}

/// Signs as the Signer does, with the key that the tests have.
pub(super) fn signs(request: &Request) -> Response {
    assert_eq!(request.headers["authorization"], "DPoP secret-token");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let subject: Vec<attest::Subject> = serde_json::from_value(body["subject"].clone()).unwrap();
    let kind = body["predicateType"].as_str().unwrap();
    let predicate = body["predicate"].to_string();
    let statement = attest::Statement::write(&subject, kind, predicate.as_bytes()).unwrap();
    let bundle: Value = serde_json::from_str(&by_key(&statement)).unwrap();
    let answer = json!({"bundle": {"dsse": bundle["dsseEnvelope"], "mode": "kms"}});
    Response::status(200).body(answer.to_string())
}

/// A stand-in of the Signer, which signs or refuses. Whoever reads why on a terminal is to be fooled.
fn signer(status: u16) -> Server {
    let answer = move |request: &Request| {
        if status != 200 {
            let why = json!({"title": "plan", "detail": "the licence\u{1b}[2J\u{9b}1A does not cover it"});
            return Response::status(status).body(why.to_string());
        }
        signs(request)
    };
    Server::start(answer, |_, _| None)
}

/// Attaches with a Signer; gives exit code, and everything that is told.
fn by_signer(app: &App, signer: &Server, arguments: &[&str]) -> (i32, String) {
    let how = format!("signer=http://{}", signer.address);
    let key = app.keys.path().join("key").display().to_string();
    let mut command = app.command("attach", &["-q", "-o", "spdx-json", "--sign", &how]);
    command.args(["--signer-token", "env://TOKEN", "--signer-key", &key]);
    command.args(["--entitlement", "env://ENTITLEMENT"]).args(arguments);
    command.env("TOKEN", "secret-token").env("ENTITLEMENT", "secret-entitlement");
    let (code, log, output) = run(&mut command);
    let told = format!("{log}{}", String::from_utf8(output.stdout).unwrap());
    assert!(!told.contains(|it: char| it.is_control() && it != '\n'), "{told:?}");
    (code, told)
}

#[test]
fn a_signer_that_refuses_leaves_everything_attached_and_unverified() {
    let app = App::new(Referrers::Listed);
    let refuses = signer(403);
    let (code, told) = by_signer(&app, &refuses, &["--replace"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("  unverified        sbom.spdx.json").count(), 2, "{told}");
    assert!(told.contains("the licence[2J1A does not") && !told.contains("secret-"), "{told}");
    assert!(told.contains("nothing is removed"), "{told}");
    assert_eq!(titles(&app.discovered(&[])["images"][0]), ["sbom.spdx.json"]);
    let (code, told) = by_signer(&app, &refuses, &["--require-signature"]);
    assert_eq!(code, 1, "{told}");
    let (code, told) = by_signer(&app, &signer(503), &[]);
    assert!(code == 10 && told.contains("already attached  sbom.spdx.json"), "{code} {told}");
    assert!(told.contains("Signer is unavailable: 503 plan: the licence[2J1A does not"), "{told}");
    let (code, told) = by_signer(&app, &signer(401), &[]);
    assert!(code == 3 && !told.contains("secret-"), "{code} {told}");
}

#[test]
fn a_signer_signs_once_and_what_it_signed_verifies() {
    for kind in [Referrers::Listed, Referrers::Bare] {
        signed_once(&App::new(kind));
    }
}

fn signed_once(app: &App) {
    let signs = signer(200);
    let (code, told) = by_signer(app, &signs, &["--require-signature"]);
    assert_eq!((code, told.matches("bytes  signed").count()), (0, 3), "{told}");
    let text = app.discovered(&["--key", &app.public()]).to_string();
    assert_eq!(text.matches(r#""state":"verified""#).count(), 3, "{text}");
    let asked = signs.requests().len();
    let (code, told) = by_signer(app, &signs, &[]);
    assert_eq!((code, told.matches("already attached").count()), (0, 5), "{told}");
    assert_eq!(signs.requests().len(), asked);
}

#[test]
fn keys_and_references_that_cannot_be_used_end_before_anything_is_pushed() {
    let app = App::new(Referrers::Listed);
    let nothing = app.keys.path().join("nothing").display().to_string();
    let config = app.keys.path().join("config.json");
    fs::write(&config, CONFIG).unwrap();
    for (arguments, code, said) in [
        (&["--sign", &*format!("key={nothing}")][..], 2, "nothing"),
        (&["--sign", "key=env://NONE"], 2, "the variable NONE is not set"),
        (&["--sign", &*format!("key={}", app.public())], 2, "is no kind of key"),
        (&["--sign", "keyless"], 2, "--identity-token"),
        (&["--sign", "keyless", "--identity-token", "env://EXPIRED"], 3, "has expired"),
        (&["--sign", "secret-value"], 2, "key=FILE"),
        (&["--sign", "signer=http://127.0.0.1:1"], 2, "--client-certificate"),
        (&["-o", "table"], 2, "there are spdx-json"),
    ] {
        let mut command = app.command("attach", arguments);
        if arguments.contains(&"env://EXPIRED") {
            command.args(["--signing-config"]).arg(&config).env("EXPIRED", EXPIRED);
        }
        let (found, log, _) = run(&mut command);
        assert!(found == code && log.contains(said), "{arguments:?}: {found} {log}");
        let repeats =
            log.lines().any(|it| it.contains("secret-value") && !it.contains("invalid value"));
        assert!(!repeats && !log.contains(EXPIRED), "{log}");
    }
    assert_eq!(app.changes(), 0);
}
