//! Passwords and tokens are told to whom they are for, and to nobody else.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use testkit::fulcio::Fulcio;
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::Referrers;
use testkit::sigstore::{Sigstore, THEN};

use super::App;
use crate::run;

const REGISTRY: &str = "registry-secret-1";
const KEY: &str = "key-secret-2";
const SIGNER: &str = "signer-secret-3";
const ENTITLEMENT: &str = "entitlement-secret-4";
/// `user:registry-secret-1` in base64.
const BASIC: &str = "dXNlcjpyZWdpc3RyeS1zZWNyZXQtMQ==";

/// A key of nothing else, its password `key-secret-2`: `openssl pkcs8 -topk8 -v2 aes256 -iter 1000`.
const RIGHT: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhWWbVD1rmQOwICA+gw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKyO5B5M6VcGGVrJ14fOJgcEgZDx
ShDxS76wImFJkrLmTgwtzDc67S2zKea9v4c1bgOhGF3ypZmkSqnYjDpnc91uHCZa
BtAIl4X/0eJkBng3lz0njCu3fhk8ufMOoPrUWowmVwFTlJwJpwD0b1ITWIiCKy/B
pmTJrkRNZaazkVal0WSbZYmHXjOQNVRyHXVXXbOkii2zAPpqN+TYhZucjU8veAY=
-----END ENCRYPTED PRIVATE KEY-----
";
/// One with another password.
const WRONG: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAibKMDgZQ9BvAICA+gw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJmvElYtkcsSMTs2yy6y5nYEgZBt
wKQqeVHldcHdby5oskE037mnpL8s/XbA3NdklnTz880VjphCPlq0tHN382qClkL7
v1zWdFtole8e1HafBZ0LrF4wpHm6Ys5B0wEcNyuJ1D6ilHFolpzfo0ZikkH4Dj3e
E2GaLfPo5c4m2kDilrN7h/YxEF2KydGbHZ2864FrnLtlAailuI8psXnSkJhrsPE=
-----END ENCRYPTED PRIVATE KEY-----
";

/// A registry that wants name and password, which a program of docker's knows; it writes down how it and its parent were
/// started.
fn guarded() -> App {
    let app = App::with(Referrers::Unknown, |request, _| {
        let known = request.headers.get("authorization").is_some_and(|it| it.contains(BASIC));
        let denied = Response::status(401).header("WWW-Authenticate", "Basic realm=\"r\"");
        (!known).then_some(Fault::Instead(denied))
    });
    let helper = app.keys.path().join("docker-credential-test");
    let log = app.keys.path().join("started");
    let script = format!(
        "#!/bin/sh\nread host\n/bin/echo \"$@\" >> {log}\n/bin/cat /proc/$PPID/cmdline >> {log}\n/bin/echo '{{\"ServerURL\":\"'$host'\",\"Username\":\"user\",\"Secret\":\"{REGISTRY}\"}}'\n",
        log = log.display(),
    );
    fs::write(&helper, script).unwrap();
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let config = format!(r#"{{"credHelpers":{{"{}":"test"}}}}"#, app.server.address);
    fs::write(app.keys.path().join("config.json"), config).unwrap();
    app
}

/// Runs it with all secrets in its environment; gives exit code, and everything that is told and seen of processes.
fn told(app: &App, mut command: Command, token: &str) -> (i32, String) {
    command.env("DOCKER_CONFIG", app.keys.path()).env("PATH", app.keys.path());
    command.env("COSIGN_PASSWORD", KEY).env("TOKEN", token).env("SIGNER_TOKEN", SIGNER);
    command.env("ENTITLEMENT", ENTITLEMENT);
    let (code, log, output) = run(&mut command);
    let started = fs::read(app.keys.path().join("started")).unwrap_or_default();
    let seen = String::from_utf8_lossy(&started).into_owned();
    (code, String::from_utf8(output.stdout).unwrap() + &log + &seen)
}

/// Whether nothing secret is in what is told.
fn is_silent(told: &str, token: &str) {
    for secret in [REGISTRY, KEY, SIGNER, ENTITLEMENT, BASIC, token] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert!(!told.contains("PRIVATE KEY"), "{told}");
}

#[test]
fn no_secret_is_told_in_logs_errors_or_arguments_of_programs() {
    let token = Fulcio::token("https://token.example.org", "ci@example.org");
    // Who refuses repeats all that it was sent.
    let echo = |request: &Request| {
        let said = format!("{:?} {}", request.headers, String::from_utf8_lossy(&request.body));
        let body = serde_json::json!({ "title": said.clone(), "message": said });
        Response::status(403).body(body.to_string())
    };
    let refuses = Server::start(echo, |_, _| None);
    let app = guarded();
    let sigstore = Sigstore::new(app.keys.path(), THEN);
    let file = |name: &str, text: &str| {
        let path = app.keys.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (right, wrong) = (file("right", RIGHT), file("wrong", WRONG));
    let signer = format!("signer=http://{}", refuses.address);
    let config = sigstore.config.display().to_string();
    let keyless =
        ["--sign", "keyless", "--identity-token", "env://TOKEN", "--signing-config", &config];
    let service = [
        "--sign",
        &signer,
        "--signer-token",
        "env://SIGNER_TOKEN",
        "--signer-key",
        &right,
        "--entitlement",
        "env://ENTITLEMENT",
    ];
    let attach = |how: &[&str], expected: (i32, &str)| {
        let mut command = app.command("attach", &["-o", "spdx-json"]);
        command.args(how);
        let (code, told) = told(&app, command, &token);
        assert!(code == expected.0 && told.contains(expected.1), "{how:?} {code} {told}");
        is_silent(&told, &token);
    };
    attach(&["--sign", &format!("key={right}")], (0, "bytes  signed"));
    attach(&["--sign", &format!("key={wrong}")], (2, "cannot sign with"));
    attach(&keyless, (0, "bytes  signed"));
    sigstore.issued_by(&refuses);
    attach(&[&keyless[..], &["--supplier", "Us"]].concat(), (0, "Fulcio refused to sign: 403"));
    attach(&[&service[..], &["--supplier", "We"]].concat(), (0, "Signer refused to sign: 403"));
    assert!(app.changes() > 0 && !refuses.requests().is_empty());
    let started = fs::read_to_string(app.keys.path().join("started")).unwrap();
    assert!(started.contains("attach") && started.contains("get"), "{started}");
    assert!(refuses.requests().iter().any(|it| String::from_utf8_lossy(&it.body).contains(&token)));
}
