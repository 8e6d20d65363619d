//! Who we are, and who gets to know.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use registry::{Client, Credentials, Error, Settings};
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};

use crate::pull::pull;
use crate::{app, layout, reference, serve, settings, status};

/// Settings with a file of credentials.
fn with_credentials(text: &str) -> (tempfile::TempDir, Settings) {
    let directory = tempfile::tempdir().unwrap();
    let path: PathBuf = directory.path().join("config.json");
    std::fs::write(&path, text).unwrap();
    (directory, Settings { credentials: Credentials { files: vec![path] }, ..settings() })
}

/// A file that knows user and password of a server.
pub(crate) fn password_for(server: &Server) -> (tempfile::TempDir, Settings) {
    // user:secret
    with_credentials(&format!(
        r#"{{"auths": {{"{}": {{"auth": "dXNlcjpzZWNyZXQ="}}}}}}"#,
        server.address
    ))
}

/// A registry that wants a token of its own token service, which wants a name or an identity token.
fn with_tokens() -> Server {
    with_token_service(|known| known)
}

/// The same where the service decides by whether it knows who asks.
fn with_token_service(admits: impl Fn(bool) -> bool + Send + Sync + 'static) -> Server {
    Server::start(token_service(admits), |_, _| None)
}

fn token_service(admits: impl Fn(bool) -> bool) -> impl Fn(&Request) -> Response {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    move |request: &Request| {
        let authorization = request.headers.get("authorization").map(String::as_str);
        let host = request.headers.get("host").cloned().unwrap_or_default();
        if request.path.starts_with("/token") {
            let form = String::from_utf8_lossy(&request.body);
            let known = authorization == Some("Basic dXNlcjpzZWNyZXQ=")
                || (request.method == "POST" && form.contains("refresh_token=identity"));
            let scoped = request.path.contains("scope=repository%3Aapp%3Apull")
                || form.contains("scope=repository%3Aapp%3Apull");
            let token = r#"{"token": "good", "expires_in": 300}"#;
            let given = Response::status(200).body(token);
            return if admits(known) && scoped { given } else { Response::status(401) };
        }
        if authorization == Some("Bearer good") || request.path == "/v2/" {
            return registry.answer(request);
        }
        let challenge = format!(
            r#"Bearer realm="http://{host}/token",service="test",scope="repository:app:pull""#
        );
        Response::status(401).header("WWW-Authenticate", challenge)
    }
}

#[tokio::test]
async fn a_token_is_got_once_and_used_for_all_that_it_allows() {
    let server = with_tokens();
    let (_file, settings) = password_for(&server);
    let repository = app(&server, settings);
    assert!(repository.manifest("1").await.is_ok());
    assert!(repository.manifest("1").await.is_ok());
    let asked = server.requests().iter().filter(|it| it.path.starts_with("/token")).count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_token_that_is_no_longer_taken_is_got_anew_in_the_middle_of_a_download() {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    let given = AtomicUsize::new(0);
    let handler = move |request: &Request| {
        let host = request.headers.get("host").cloned().unwrap_or_default();
        if request.path.starts_with("/token") {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!(r#"{{"token": "number-{number}", "expires_in": 300}}"#);
            return Response::status(200).body(token);
        }
        // The first one is good for manifests, the second for the beginning of a blob, the third for the rest.
        let part = request.headers.contains_key("range");
        let wanted = if part { 3 } else { 1 + usize::from(request.path.contains("/blobs/")) };
        let sent = request.headers.get("authorization");
        if sent.is_some_and(|it| *it == format!("Bearer number-{wanted}")) {
            return registry.answer(request);
        }
        let challenge = format!(r#"Bearer realm="http://{host}/token",service="test""#);
        Response::status(401).header("WWW-Authenticate", challenge)
    };
    let cut = |request: &Request, _: usize| {
        let whole =
            request.headers.contains_key("authorization") && !request.headers.contains_key("range");
        (whole && request.path.contains("/blobs/")).then_some(Fault::Cut(20))
    };
    let server = Server::start(handler, cut);
    assert!(pull(&server, settings()).await.is_ok());
    assert_eq!(server.requests().iter().filter(|it| it.path.starts_with("/token")).count(), 3);
}

#[tokio::test]
async fn an_identity_token_is_spent_in_a_form() {
    let server = with_tokens();
    let text = format!(r#"{{"auths": {{"{}": {{"identitytoken": "identity"}}}}}}"#, server.address);
    let (_file, settings) = with_credentials(&text);
    assert!(app(&server, settings).manifest("1").await.is_ok());
    assert!(server.requests().iter().all(|it| !it.path.contains("identity")));
}

#[tokio::test]
async fn whoever_has_no_credentials_asks_for_a_token_without_a_name() {
    let server = with_token_service(|known| !known);
    assert!(app(&server, settings()).manifest("1").await.is_ok());
    let (_file, settings) =
        with_credentials(r#"{"auths": {"other.example": {"auth": "dXNlcjpzZWNyZXQ="}}}"#);
    assert!(app(&server, settings).manifest("1").await.is_ok());
}

#[tokio::test]
async fn a_token_service_that_wants_to_be_left_alone_for_long_is_not_asked_again() {
    for (status, pause) in [(429, "86400"), (503, "3600")] {
        let faults = move |request: &Request, _: usize| {
            let later = || Response::status(status).header("Retry-After", pause);
            request.path.starts_with("/token").then(|| Fault::Instead(later()))
        };
        let server = Server::start(token_service(|known| !known), faults);
        let error = app(&server, settings()).manifest("1").await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
        let expected = format!("its token service answers {status}");
        assert!(error.to_string().contains(&expected), "{error}");
        assert!(error.to_string().contains(&format!("asked again in {pause} s")), "{error}");
        assert_eq!(server.requests().iter().filter(|it| it.path.starts_with("/token")).count(), 1);
    }
}

#[tokio::test]
async fn only_hosts_that_are_named_are_spoken_to_without_encryption() {
    let server = serve(|_, _| None);
    // Leads to this machine, and is no name of it.
    let host = server.address.replace("127.0.0.1", "0.0.0.0");
    let ask = async |plain_http: &[String]| {
        let settings = Settings { plain_http: plain_http.to_vec(), ..settings() };
        let repository =
            Client::new(settings).repository(&format!("{host}/app:1").parse().unwrap());
        repository.unwrap().manifest("1").await
    };
    assert!(ask(std::slice::from_ref(&host)).await.is_ok());
    let error = ask(&["other.example".to_owned()]).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert!(server.requests().iter().all(|it| it.path != "/v2/"));
}

#[tokio::test]
async fn without_credentials_the_error_says_what_to_do() {
    let error = app(&with_tokens(), settings()).manifest("1").await.unwrap_err();
    assert!(matches!(error, Error::Denied { .. }), "{error}");
    let server = serve(|_, _| Some(status(403)));
    let error = app(&server, settings()).manifest("1").await.unwrap_err().to_string();
    assert!(error.contains("403") && error.contains("docker login"), "{error}");
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_never_shown() {
    let challenge = Response::status(401).header("WWW-Authenticate", "Basic realm=\"x\"");
    let server = serve(move |_, _| Some(Fault::Instead(challenge.clone())));
    let (_file, settings) = password_for(&server);
    let error = app(&server, settings).manifest("1").await.unwrap_err();
    assert!(matches!(error, Error::Denied { .. }), "{error}");
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("secret") && !shown.contains("dXNlcjpzZWNyZXQ"), "{shown}");
    }
}

/// A registry that repeats what it is sent, after a token was got of its service.
fn that_repeats() -> Server {
    let handler = |request: &Request| {
        let host = request.headers.get("host").cloned().unwrap_or_default();
        if request.path.starts_with("/token") {
            return Response::status(200).body(r#"{"token": "secret-token", "expires_in": 300}"#);
        }
        let Some(sent) = request.headers.get("authorization") else {
            let challenge = format!(r#"Bearer realm="http://{host}/token",service="test""#);
            return Response::status(401).header("WWW-Authenticate", challenge);
        };
        let broken = sent.replace("token", "to\u{7}ken");
        let said = format!("{sent} {broken} user:secret dXNlcjpzZWNyZXQ= {}", "x".repeat(300));
        let said = serde_json::json!({"errors": [{"code": sent, "message": said}]}).to_string();
        // The realm of a second challenge repeats it too.
        let challenge = format!(r#"Bearer realm="ftp://{host}/{sent}",scope="{sent}""#);
        let status = if request.method == "GET" { 401 } else { 405 };
        Response::status(status).header("WWW-Authenticate", challenge).body(said)
    };
    Server::start(handler, |_, _| None)
}

#[tokio::test]
async fn a_registry_that_repeats_what_it_is_sent_is_not_repeated() {
    let server = that_repeats();
    let (_file, settings) = password_for(&server);
    let repository = app(&server, settings);
    let digest = format!("sha256:{}", "a".repeat(64));
    let first = repository.manifest("1").await.unwrap_err();
    let second = repository.manifest("1").await.unwrap_err();
    let third = repository.delete_manifest(&digest).await.unwrap_err();
    let fourth = repository.delete_manifest(&digest).await.unwrap_err();
    for (error, said) in
        [(first, "401"), (second, "not encrypted"), (third, "405"), (fourth, "405")]
    {
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(said) && shown.contains('…'), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("dXNlcjpzZWNyZXQ"), "{shown}");
    }
}

#[tokio::test]
async fn another_host_gets_no_credentials() {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    let other = Server::start(move |request| registry.answer(request), |_, _| None);
    let address = other.address.clone();
    let handler = move |request: &Request| match request.headers.get("authorization") {
        Some(_) => {
            Response::status(307).header("Location", format!("http://{address}{}", request.path))
        }
        None => Response::status(401).header("WWW-Authenticate", "Basic realm=\"x\""),
    };
    let server = Server::start(handler, |_, _| None);
    let (_file, settings) = password_for(&server);
    assert!(app(&server, settings).manifest("1").await.is_ok());
    assert_eq!(other.requests().len(), 1);
    assert!(other.requests().iter().all(|it| !it.headers.contains_key("authorization")));
    assert!(server.requests().iter().any(|it| it.headers.contains_key("authorization")));
}

#[tokio::test]
async fn a_mirror_is_asked_first_and_the_registry_where_it_fails() {
    for broken in [false, true] {
        let mirror = serve(move |_, _| broken.then(|| status(404)));
        let origin = serve(|_, _| None);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("registries.conf");
        let text = format!(
            "[[registry]]\nlocation = \"{}\"\n[[registry.mirror]]\nlocation = \"{}\"\ninsecure = true\n",
            origin.address, mirror.address
        );
        std::fs::write(&path, text).unwrap();
        let mut settings = settings();
        settings.mirrors.registries = vec![path];
        let repository = Client::new(settings).repository(&reference(&origin)).unwrap();
        assert!(repository.manifest("1").await.is_ok());
        assert_eq!(mirror.requests().len(), 1);
        assert_eq!(origin.requests().is_empty(), !broken);
    }
}

#[tokio::test]
async fn a_busy_registry_of_this_machine_is_asked_again_before_it_is_taken_to_want_encryption() {
    let server = serve(|request, before| {
        let busy = request.path == "/v2/" && before < 2;
        busy.then(|| Fault::Silence(Duration::from_millis(700)))
    });
    assert!(app(&server, settings()).manifest("1").await.is_ok());
}
