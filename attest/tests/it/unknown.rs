//! Services that do not prove who they are.

use attest::signer::{Entitlement, KeySigner, KeylessSigner, ServiceSigner};
use attest::{Error, trust};
use serde_json::json;
use testkit::fulcio::Fulcio;
use testkit::http::Response;
use testkit::tls::Authority;

use crate::{key, statement, wait};

#[test]
fn a_service_of_an_unknown_authority_is_told_as_that_and_nothing_is_sent_to_it() {
    let identity = Authority::new("theirs").identity("127.0.0.1");
    let server = identity.start(None, |_| Response::status(200), |_, _| None);
    let (url, client) = (format!("https://{}", server.address), reqwest::Client::new());
    let keyed = || KeySigner::new(key(7)).unwrap();
    let logged = keyed().logged_in(&url, &client).unwrap();
    let timed = keyed().timestamped_by(&url, &client).unwrap();
    let signer = ServiceSigner {
        client: client.clone(),
        signer: url.clone(),
        attestor: None,
        token: "secret-token".to_owned().into(),
        proof_key: key(3),
        entitlement: Entitlement::MutualTls,
    };
    let service = |version: u32| {
        json!([{
            "url": url, "majorApiVersion": version, "operator": "stand-in",
            "validFor": { "start": "2020-01-01T00:00:00Z" },
        }])
    };
    let config = json!({
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": service(1), "rekorTlogUrls": service(2), "tsaUrls": service(1), "oidcUrls": [],
        "rekorTlogConfig": { "selector": "ANY" }, "tsaConfig": { "selector": "ANY" },
    });
    let config = trust::services(&config.to_string()).unwrap();
    let token = Fulcio::token("https://token.example.org", "ci@example.org");
    let keyless = KeylessSigner::new(&token, &config, &client).unwrap();
    for (error, service) in [
        (wait(logged.sign(statement())).err(), "the transparency log"),
        (wait(timed.sign(statement())).err(), "the timestamp authority"),
        (wait(signer.sign(&statement())).err(), "Signer"),
        (wait(keyless.sign(&statement())).err(), "Fulcio"),
    ] {
        let error = error.unwrap();
        assert!(matches!(error, Error::Untrusted { .. }), "{error:?}");
        let why = "its certificate is of an unknown authority; add it to those of this machine";
        assert_eq!(error.to_string(), format!("{service} is not trusted: {why}"));
    }
    assert!(server.requests().is_empty(), "somebody was told something");
}
