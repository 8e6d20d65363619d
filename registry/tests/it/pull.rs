//! Manifests and blobs through faults.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use registry::{Error, Manifest, Settings};
use serde_json::Value;
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};

use crate::{app, for_blobs, serve, settings, status};

/// The only layer's digest, size and bytes of the manifest.
fn layer(manifest: &Manifest) -> (oci_spec::image::Digest, u64) {
    let parsed: Value = serde_json::from_slice(&manifest.bytes).unwrap();
    let layer = parsed.pointer("/layers/0").unwrap();
    let digest = layer.pointer("/digest").unwrap().as_str().unwrap();
    (digest.parse().unwrap(), layer.pointer("/size").unwrap().as_u64().unwrap())
}

/// Reads the only layer of `app:1`.
pub(crate) async fn pull(server: &Server, settings: Settings) -> Result<Vec<u8>, Error> {
    let repository = app(server, settings);
    let manifest = repository.manifest("1").await?;
    let (digest, size) = layer(&manifest);
    repository.small_blob(&digest, size).await
}

#[tokio::test]
async fn failures_that_pass_are_waited_for() {
    for passing in [408, 429, 500, 502, 503, 504] {
        let server = serve(move |_, before| (before < 2).then(|| status(passing)));
        assert!(pull(&server, settings()).await.is_ok(), "{passing}");
    }
    let later = Response::status(429).header("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT");
    let server = serve(move |_, before| (before < 1).then(|| Fault::Instead(later.clone())));
    assert!(pull(&server, settings()).await.is_ok());
}

/// An answer that asks to be left alone.
fn later(status: u16, pause: &str) -> Fault {
    Fault::Instead(Response::status(status).header("Retry-After", pause))
}

#[tokio::test]
async fn a_pause_that_a_registry_asks_for_is_kept() {
    let server = serve(|request, before| {
        (before < 1).then(|| for_blobs(request, later(429, "1"))).flatten()
    });
    let begun = Instant::now();
    assert!(pull(&server, settings()).await.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_for_long_is_not_asked_again_and_the_error_says_why()
{
    let day = Duration::from_hours(24);
    let date = httpdate::fmt_http_date(SystemTime::now() + day);
    for (status, pause) in [(429, "86400"), (503, "3600"), (429, &*date)] {
        let told = pause.to_owned();
        let server = serve(move |request, _| for_blobs(request, later(status, &told)));
        let error = pull(&server, settings()).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
        let error = error.to_string();
        let said = error.split_once("wants to be asked again in ").unwrap().1;
        let (seconds, rest) = said.split_once(" s, ").unwrap();
        let expected = pause.parse().unwrap_or(day.as_secs());
        // Some of the time until a date is over when it is looked at.
        assert!((expected - 60..=expected).contains(&seconds.parse().unwrap()), "{error}");
        assert!(rest.starts_with("which is longer than the 1 s that are waited"), "{error}");
        assert!(
            error.contains(&status.to_string()) && error.contains("the blob sha256:"),
            "{error}"
        );
        let asked = server.requests().iter().filter(|it| it.path.contains("/blobs/")).count();
        assert_eq!(asked, 1, "{pause}");
    }
}

#[tokio::test]
async fn a_registry_that_never_recovers_is_unavailable() {
    let server = serve(|_, _| Some(status(503)));
    let error = pull(&server, settings()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("503") && error.to_string().contains("4 attempts"));
    // The question whether it speaks plain HTTP, and the attempts.
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_broke_off() {
    let server =
        serve(|request, before| (before < 3).then(|| for_blobs(request, Fault::Cut(20))).flatten());
    let bytes = pull(&server, settings()).await.unwrap();
    let ranges: Vec<Option<String>> = (server.requests().iter())
        .filter(|it| it.path.contains("/blobs/"))
        .map(|it| it.headers.get("range").cloned())
        .collect();
    let range = |start: usize| Some(format!("bytes={start}-"));
    assert_eq!(ranges, [None, range(20), range(40), range(60)]);
    assert!(bytes.len() > 60);
}

#[tokio::test]
async fn a_registry_without_ranges_sends_all_again() {
    let whole = |request: &Request, before: usize| match before {
        0 => for_blobs(request, Fault::Cut(20)),
        _ => None,
    };
    let registry = Registry::new(Referrers::Unknown).with(&crate::layout(), "app", "1");
    let without_ranges = move |request: &Request| {
        let mut request = request.clone();
        request.headers.remove("range");
        registry.answer(&request)
    };
    let server = Server::start(without_ranges, whole);
    assert!(pull(&server, settings()).await.is_ok());
}

#[tokio::test]
async fn silence_is_not_waited_for_for_ever() {
    let long = Duration::from_secs(3);
    let server = serve(move |request, before| match before {
        0 => for_blobs(request, Fault::Silence(long)),
        _ => None,
    });
    assert!(pull(&server, settings()).await.is_ok());
}

#[tokio::test]
async fn a_slow_line_is_borne_as_long_as_it_gets_on() {
    // A pause is shorter than silence may be, all of them together are longer.
    let slow = |request: &Request, _: usize| {
        for_blobs(request, Fault::Slow(10, Duration::from_millis(100)))
    };
    let bytes = pull(&serve(slow), settings()).await.unwrap();
    assert!(bytes.len() as u128 / 10 * 100 > settings().read_timeout.as_millis());
    let hasty = Settings { grace: Duration::from_millis(300), ..settings() };
    let error = pull(&serve(slow), hasty).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("too slowly"), "{error}");
}

#[tokio::test]
async fn no_more_is_asked_of_a_host_at_a_time_than_its_budget_allows() {
    let registry = Registry::new(Referrers::Unknown).with(&crate::layout(), "app", "1");
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let highest = Arc::clone(&most);
    let counted = move |request: &Request| {
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        now.fetch_sub(1, Ordering::SeqCst);
        registry.answer(request)
    };
    let server = Server::start(counted, |_, _| None);
    let settings = Settings { concurrency: 2, ..settings() };
    let client = registry::Client::new(settings);
    // Each of them has a value of its own for the repository, as the parts of a program have.
    let ask = async || client.repository(&crate::reference(&server)).unwrap().manifest("1").await;
    let (first, second, third, fourth) = tokio::join!(ask(), ask(), ask(), ask());
    assert!([first, second, third, fourth].iter().all(Result::is_ok));
    assert_eq!(highest.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_not_what_its_digest_says_is_refused_and_named() {
    let turned = serve(|request, _| for_blobs(request, Fault::Turn(9)));
    let shortened = serve(|request, _| for_blobs(request, Fault::Shorten(9)));
    for server in [turned, shortened] {
        let error = pull(&server, settings()).await.unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("the blob sha256:"), "{error}");
    }
    let manifest = |request: &Request, _: usize| {
        request.path.contains("/manifests/").then_some(Fault::Turn(3))
    };
    let error = pull(&serve(manifest), settings()).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn a_manifest_of_schema_1_is_refused_with_advice() {
    let old = br#"{"schemaVersion": 1, "name": "app", "fsLayers": []}"#.to_vec();
    let server = serve(move |request, _| {
        let old = Response::status(200).body(old.clone());
        request.path.contains("/manifests/").then_some(Fault::Instead(old))
    });
    let error = pull(&server, settings()).await.unwrap_err();
    assert!(matches!(error, Error::Unsupported(_)) && error.to_string().contains("schema 1"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = serve(|_, _| None);
    let error = app(&server, settings()).manifest("2").await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    assert!(error.to_string().contains("app:2"), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let reference = "127.0.0.1:1/app:1".parse().unwrap();
    let repository = registry::Client::new(settings()).repository(&reference).unwrap();
    let error = repository.manifest("1").await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
}
