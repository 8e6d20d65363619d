//! A Signer and an Attestor that want to see a certificate: mutual TLS is the proof of entitlement.

use std::fs;

use serde_json::{Value, json};
use testkit::http::{Request, Response, Server};
use testkit::registry::Referrers;
use testkit::tls::{Authority, Identity};

use super::{App, signatures::signs};
use crate::run;

/// Signer and Attestor in one, which speak with whom this authority vouches for.
fn services(server: &Authority, clients: &Authority) -> Server {
    let answer = |request: &Request| {
        if request.path == "/api/v1/rekor/entries" {
            let logged = json!({"uuid": "entry-1", "index": 5, "proof": {}});
            return Response::status(201).body(logged.to_string());
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["poe"], json!({"format": "mtls"}));
        signs(request)
    };
    server.identity("127.0.0.1").start(Some(clients), answer, |_, _| None)
}

/// Attaches as this client; gives exit code, and everything that is told.
fn attach(app: &App, services: &Server, authority: &Authority, client: &Identity) -> (i32, String) {
    let file = |name: &str, text: String| {
        let path = app.keys.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let url = format!("https://{}", services.address);
    let certificate = file("client.pem", client.certificate_pem() + &client.key_pem());
    let key = app.keys.path().join("key").display().to_string();
    let how = format!("signer={url}");
    let mut command = app.command("attach", &["-q", "-o", "spdx-json", "--sign", &how]);
    command.args(["--attestor", &url, "--client-certificate", &certificate]);
    command.args(["--signer-token", "env://TOKEN", "--signer-key", &key, "--require-signature"]);
    command.env("TOKEN", "secret-token");
    command.env("SSL_CERT_FILE", file("authority.pem", authority.pem())).env("SSL_CERT_DIR", "");
    let (code, log, output) = run(&mut command);
    (code, format!("{log}{}", String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn a_certificate_is_shown_to_a_signer_and_an_attestor_that_want_one() {
    let (authority, clients) = (Authority::new("ours"), Authority::new("clients"));
    let (app, services) = (App::new(Referrers::Listed), services(&authority, &clients));
    let stranger = Authority::new("others").identity("client.example");
    let (code, told) = attach(&app, &services, &authority, &stranger);
    assert!(code == 10 && told.contains("Signer is unavailable"), "{code} {told}");
    assert!(services.requests().is_empty(), "somebody was told something");
    let (code, told) = attach(&app, &services, &authority, &clients.identity("client.example"));
    assert_eq!((code, told.matches("bytes  signed").count()), (0, 3), "{told}");
    let paths = services.requests().iter().filter(|it| it.path.ends_with("/sign/dsse")).count();
    assert_eq!((paths, services.requests().len()), (3, 6), "each is signed and logged");
    let text = app.discovered(&["--key", &app.public()]).to_string();
    assert_eq!(text.matches(r#""state":"verified""#).count(), 3, "{text}");
    assert!(!told.contains("PRIVATE KEY") && !told.contains("secret-"), "{told}");
}
