//! Hosts that prove who they are, and hosts that do not.

use std::path::Path;

use registry::{Error, Settings};
use testkit::http::{Request, Response, Server};
use testkit::registry::{Referrers, Registry};
use testkit::tls::{Authority, Identity};

use crate::{layout, pull::pull, serve, settings};

/// A registry that is who the certificate says.
fn encrypted(identity: &Identity, clients: Option<&Authority>) -> Server {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    identity.start(clients, move |request| registry.answer(request), |_, _| None)
}

/// Settings with a folder of certificates that holds these files for a host.
fn with_certificates(host: &str, files: &[(&str, String)]) -> (tempfile::TempDir, Settings) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join(host);
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let settings = with_folder(directory.path());
    (directory, settings)
}

fn with_folder(folder: &Path) -> Settings {
    Settings { certificates: vec![folder.to_owned()], ..settings() }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_for_the_host_that_it_is_configured_for() {
    let authority = Authority::new("ours");
    let server = encrypted(&authority.identity("127.0.0.1"), None);
    let (_folder, settings) = with_certificates(&server.address, &[("ca.crt", authority.pem())]);
    assert!(pull(&server, settings.clone()).await.is_ok());
    let other = encrypted(&authority.identity("127.0.0.1"), None);
    let error = pull(&other, settings).await.unwrap_err();
    assert!(matches!(error, Error::Untrusted { .. }), "{error}");
}

#[tokio::test]
async fn an_unknown_authority_is_refused_and_the_error_says_where_to_put_its_certificate() {
    let authority = Authority::new("theirs");
    let server = encrypted(&authority.identity("127.0.0.1"), None);
    let nothing = tempfile::tempdir().unwrap();
    let (_folder, stranger) =
        with_certificates(&server.address, &[("ca.crt", Authority::new("ours").pem())]);
    for settings in [with_folder(nothing.path()), stranger] {
        let folder = settings.certificates.first().unwrap().join(&server.address);
        let error = pull(&server, settings).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{} is not trusted: its certificate is of an unknown authority; put that authority's certificate (PEM) \
                 into {}, or add it to those of this machine",
                server.address,
                folder.join("ca.crt").display()
            )
        );
    }
    assert!(server.requests().is_empty(), "somebody was told something");
}

#[tokio::test]
async fn a_token_service_of_an_unknown_authority_is_told_as_a_registry_is() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let tokens = |_: &Request| Response::status(200).body(r#"{"token": "good"}"#);
    let service = theirs.identity("127.0.0.1").start(None, tokens, |_, _| None);
    let challenge = format!(r#"Bearer realm="https://{}/token""#, service.address);
    let wants =
        move |_: &Request| Response::status(401).header("WWW-Authenticate", challenge.clone());
    let server = ours.identity("127.0.0.1").start(None, wants, |_, _| None);
    let (folder, settings) = with_certificates(&server.address, &[("ca.crt", ours.pem())]);
    let error = pull(&server, settings).await.unwrap_err();
    let place = folder.path().join(&server.address).join("ca.crt");
    assert_eq!(
        error.to_string(),
        format!(
            "{} is not trusted: its certificate is of an unknown authority; put that authority's certificate (PEM) \
             into {}, or add it to those of this machine",
            service.address,
            place.display()
        )
    );
    assert_eq!(server.requests().len(), 1, "it is not asked again and again");
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused_though_its_authority_is_known() {
    let authority = Authority::new("ours");
    let server = encrypted(&authority.identity("registry.example"), None);
    let (_folder, settings) = with_certificates(&server.address, &[("ca.crt", authority.pem())]);
    let error = pull(&server, settings).await.unwrap_err();
    assert!(matches!(error, Error::Untrusted { .. }), "{error}");
    assert!(error.to_string().contains("registry.example"), "{error}");
}

#[tokio::test]
async fn a_certificate_of_the_client_is_shown_where_a_host_wants_one() {
    let (authority, clients) = (Authority::new("ours"), Authority::new("clients"));
    let server = encrypted(&authority.identity("127.0.0.1"), Some(&clients));
    let ours = clients.identity("client.example");
    let (_folder, settings) = with_certificates(
        &server.address,
        &[
            ("ca.crt", authority.pem()),
            ("client.cert", ours.certificate_pem()),
            ("client.key", ours.key_pem()),
        ],
    );
    assert!(pull(&server, settings).await.is_ok());
    let (_folder, settings) = with_certificates(&server.address, &[("ca.crt", authority.pem())]);
    assert!(pull(&server, settings).await.is_err());
}

#[tokio::test]
async fn files_that_hold_no_certificate_are_named() {
    let server = serve(|_, _| None);
    for files in [
        &[("ca.crt", "-----BEGIN CERTIFICATE-----\n".to_owned())][..],
        &[("client.cert", "none".to_owned()), ("client.key", "none".to_owned())],
        &[("client.cert", String::new())],
    ] {
        let (_folder, settings) = with_certificates(&server.address, files);
        let client = registry::Client::new(settings);
        let error = client.repository(&crate::reference(&server)).err().unwrap();
        assert!(matches!(error, Error::Configuration { .. }), "{error}");
        assert!(error.to_string().contains(&server.address), "{error}");
    }
}

#[tokio::test]
async fn nothing_leads_from_encryption_to_none() {
    let authority = Authority::new("ours");
    let plain = serve(|_, _| None);
    let address = plain.address.clone();
    let away = move |request: &Request| {
        let status = match &*request.method {
            "GET" => 307,
            "POST" => 202,
            _ => return Response::status(404),
        };
        let to = format!("http://{address}{}", request.path);
        Response::status(status).header("Location", to)
    };
    let server = authority.identity("127.0.0.1").start(None, away, |_, _| None);
    let (_folder, settings) = with_certificates(&server.address, &[("ca.crt", authority.pem())]);
    let error = pull(&server, settings.clone()).await.unwrap_err();
    assert!(error.to_string().contains("without encryption"), "{error}");
    let pushed = crate::app(&server, settings).push_blob(&b"{}"[..].into(), None).await;
    let error = pushed.unwrap_err();
    assert!(error.to_string().contains("without encryption"), "{error}");
    assert!(plain.requests().is_empty());
}
