//! Pushing, and what others find of it.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use oci_spec::image::Digest;
use registry::{Client, Referrer, Repository, Settings, fallback_tag, sha256};
use serde_json::{Value, json};
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};

use crate::access::password_for;
use crate::{layout, reference, settings};

fn start(kind: Referrers) -> (Registry, Server) {
    let registry = Registry::new(kind).with(&layout(), "app", "1");
    let served = registry.clone();
    (registry, Server::start(move |request| served.answer(request), |_, _| None))
}

fn subject() -> Digest {
    layout().top().pointer("/digest").unwrap().as_str().unwrap().parse().unwrap()
}

/// A referrer whose only blob is the empty object.
fn referrer(name: &str) -> Referrer {
    let empty = json!({"mediaType": "application/vnd.oci.empty.v1+json", "digest": sha256(b"{}"), "size": 2});
    let annotations = json!({"name": name});
    let manifest = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactType": "application/x", "config": empty, "layers": [empty],
        "subject": layout().top(), "annotations": annotations,
    });
    Referrer {
        bytes: serde_json::to_vec(&manifest).unwrap().into(),
        artifact_type: "application/x".to_owned(),
        annotations,
    }
}

fn repository(server: &Server) -> Repository {
    Client::new(settings()).repository(&reference(server)).unwrap()
}

#[tokio::test]
async fn referrers_are_found_whether_the_registry_lists_them_or_not() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let (registry, server) = start(kind);
        let repository = repository(&server);
        repository.push_blob(&Bytes::from_static(b"{}"), None).await.unwrap();
        repository.push_referrers(&subject(), &[referrer("a")]).await.unwrap();
        repository.push_referrers(&subject(), &[referrer("a")]).await.unwrap();
        let found = repository.referrers(&subject()).await.unwrap();
        assert_eq!(found.len(), 1, "{kind:?}");
        let entry: Value = serde_json::to_value(&found).unwrap();
        assert_eq!(entry.pointer("/0/artifactType").unwrap(), "application/x");
        assert_eq!(entry.pointer("/0/annotations/name").unwrap(), "a");
        let tagged = registry.tags("app").contains(&fallback_tag(&subject()));
        assert_eq!(tagged, kind == Referrers::Unknown);
        let digest = referrer("a").descriptor_digest();
        repository.delete_referrers(&subject(), &[&digest]).await.unwrap();
        assert_eq!(repository.referrers(&subject()).await.unwrap().len(), 0, "{kind:?}");
    }
}

#[tokio::test]
async fn a_registry_may_say_in_any_way_that_it_has_no_list_of_its_own() {
    let html = Response::status(200).header("Content-Type", "text/html").body("<html>hello");
    let statuses = [400, 404, 405, 406, 501].map(Response::status);
    for answer in statuses.into_iter().chain([html, Response::status(200).body("{}")]) {
        let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
        let instead = answer.clone();
        let plan = move |request: &Request, _| {
            request.path.contains("/referrers/").then(|| Fault::Instead(instead.clone()))
        };
        let server = Server::start(move |request| registry.answer(request), plan);
        let repository = repository(&server);
        repository.push_blob(&Bytes::from_static(b"{}"), None).await.unwrap();
        repository.push_referrers(&subject(), &[referrer("a")]).await.unwrap();
        let found = repository.referrers(&subject()).await.unwrap();
        assert_eq!(found.len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_to_its_end() {
    let (registry, _) = start(Referrers::Listed);
    let first = format!("/v2/app/referrers/{}", subject());
    let plan = move |request: &Request, _| {
        let entry = |it: &str| json!({"mediaType": "application/x", "digest": sha256(it.as_bytes()), "size": 1});
        let page = |it: &str| json!({"schemaVersion": 2, "manifests": [entry(it)]}).to_string();
        let second = format!("{first}?n=1&last=a");
        let link = format!("<{second}>; rel=\"next\"");
        let answer = Response::status(200);
        let answer = match &request.path {
            it if *it == first => answer.header("Link", link).body(page("a")),
            it if *it == second => answer.body(page("b")),
            _ => return None,
        };
        Some(Fault::Instead(answer))
    };
    let server = Server::start(move |request| registry.answer(request), plan);
    assert_eq!(repository(&server).referrers(&subject()).await.unwrap().len(), 2);
}

/// A registry that knows us by a password, and sends uploads to another host.
fn uploads_at(location: String) -> Server {
    let handler =
        move |request: &Request| match (&*request.method, request.headers.get("authorization")) {
            ("POST", None) => Response::status(401).header("WWW-Authenticate", "Basic realm=\"x\""),
            ("POST", _) => Response::status(202).header("Location", location.clone()),
            _ => Response::status(404),
        };
    Server::start(handler, |_, _| None)
}

#[tokio::test]
async fn an_upload_goes_on_at_another_host_without_credentials() {
    let challenge = || Response::status(401).header("WWW-Authenticate", "Basic realm=\"x\"");
    for (wants, taken) in [(false, true), (true, false)] {
        let answer = move |_: &Request| if wants { challenge() } else { Response::status(201) };
        let other = Server::start(answer, |_, _| None);
        let server = uploads_at(format!("http://{}/upload", other.address));
        let (_file, settings) = password_for(&server);
        let repository = Client::new(settings).repository(&reference(&server)).unwrap();
        let result = repository.push_blob(&Bytes::from_static(b"{}"), None).await;
        assert_eq!(result.is_ok(), taken);
        let came = other.requests();
        assert_eq!(came.iter().map(|it| &*it.body).collect::<Vec<_>>(), [b"{}"]);
        assert!(came.iter().all(|it| !it.headers.contains_key("authorization")), "{came:?}");
    }
}

#[tokio::test]
async fn an_upload_that_never_gets_on_ends() {
    let handler = |request: &Request| match &*request.method {
        "POST" | "PATCH" => {
            Response::status(202).header("Location", "/upload").header("Range", "0-0")
        }
        _ => Response::status(404),
    };
    let server = Server::start(handler, |_, _| None);
    let many = Bytes::from(vec![0; 17 << 20]);
    let error = repository(&server).push_blob(&many, None).await.unwrap_err();
    assert!(error.to_string().contains("does not get on"), "{error}");
}

#[tokio::test]
async fn what_a_registry_never_deletes_is_off_the_fallback_list_all_the_same() {
    for (kind, removed) in [(Referrers::Listed, false), (Referrers::Unknown, true)] {
        let registry = Registry::new(kind).with(&layout(), "app", "1");
        let plan = |request: &Request, _| {
            (request.method == "DELETE").then(|| Fault::Instead(Response::status(405)))
        };
        let server = Server::start(move |request| registry.answer(request), plan);
        let repository = repository(&server);
        repository.push_blob(&Bytes::from_static(b"{}"), None).await.unwrap();
        let both = [referrer("a"), referrer("b")];
        repository.push_referrers(&subject(), &both).await.unwrap();
        let digest = both[0].descriptor_digest();
        let result = repository.delete_referrers(&subject(), &[&digest]).await;
        assert_eq!(result.is_ok(), removed, "{kind:?}");
        let left = repository.referrers(&subject()).await.unwrap().len();
        assert_eq!(left, if removed { 1 } else { 2 }, "{kind:?}");
    }
}

/// Whether two hundred concurrent attaches, by twenty clients that know nothing of each other, lose no entry.
async fn two_hundred_writers(registry: Registry) {
    let registry = registry.with(&layout(), "app", "1");
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    // What two hundred threads of a server do takes a busy machine its time.
    let settings = Settings { read_timeout: Duration::from_secs(30), ..settings() };
    let client = || Client::new(settings.clone()).repository(&reference(&server)).unwrap();
    client().push_blob(&Bytes::from_static(b"{}"), None).await.unwrap();
    let clients: Vec<Repository> = (0..20).map(|_| client()).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for (number, client) in clients.iter().cycle().take(200).cloned().enumerate() {
        tasks.spawn(async move {
            client.push_referrers(&subject(), &[referrer(&number.to_string())]).await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let found = client().referrers(&subject()).await.unwrap();
    let found: BTreeSet<String> = found.iter().map(|it| it.digest().to_string()).collect();
    assert_eq!(found.len(), 200);
}

#[tokio::test]
async fn many_writers_lose_no_entry_of_the_fallback_list() {
    two_hundred_writers(Registry::new(Referrers::Unknown)).await;
}

#[tokio::test]
async fn many_writers_lose_no_entry_where_the_registry_overwrites_what_it_is_told_to() {
    two_hundred_writers(Registry::new(Referrers::Unknown).without_conditions()).await;
}

#[tokio::test]
async fn a_blob_of_another_repository_is_mounted_and_sent_where_that_is_refused() {
    let asks =
        |request: &Request| request.method == "POST" && request.path.ends_with("&from=team/base");
    let refusals = [401, 403, 404, 405].map(Some);
    for (known, refusal) in
        [(true, None), (false, None)].into_iter().chain(refusals.map(|it| (true, it)))
    {
        let (registry, other) = start(Referrers::Listed);
        let plan = move |request: &Request, _| {
            let refused = refusal.filter(|_| asks(request));
            refused.map(|status| Fault::Instead(Response::status(status)))
        };
        let server = Server::start(move |request| registry.answer(request), plan);
        let bytes = Bytes::from_static(b"a document of a layer");
        if known {
            repository(&other).push_new_blob(&bytes, None).await.unwrap();
        }
        repository(&server).push_new_blob(&bytes, Some("team/base")).await.unwrap();
        let count = |which: &dyn Fn(&Request) -> bool| {
            server.requests().iter().filter(|it| which(it)).count()
        };
        assert_eq!(count(&asks), 1, "{refusal:?}");
        let sent = usize::from(!known || refusal.is_some());
        assert_eq!(count(&|it| it.method == "PUT"), sent, "{known} {refusal:?}");
    }
}

#[tokio::test]
async fn a_tag_that_is_in_use_for_something_else_is_left_alone() {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1").with(
        &layout(),
        "app",
        &fallback_tag(&subject()),
    );
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    let repository = repository(&server);
    repository.push_blob(&Bytes::from_static(b"{}"), None).await.unwrap();
    let error = repository.push_referrers(&subject(), &[referrer("a")]).await.unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
}

#[tokio::test]
async fn an_upload_that_breaks_off_goes_on_and_a_blob_that_is_there_is_not_sent() {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    let plan = |request: &Request, before: usize| {
        let broken = request.method == "PATCH" && before == 0;
        broken.then(|| Fault::Instead(Response::status(400)))
    };
    let server = Server::start(move |request| registry.answer(request), plan);
    let repository = repository(&server);
    let bytes = Bytes::from(vec![7; (16 << 20) + 5]);
    repository.push_blob(&bytes, None).await.unwrap();
    let digest: Digest = sha256(&bytes).parse().unwrap();
    assert!(repository.has_blob(digest.as_ref()).await.unwrap());
    let sent = |server: &Server| {
        server.requests().iter().filter(|it| it.method == "PATCH" || it.method == "PUT").count()
    };
    assert_eq!(sent(&server), 3);
    repository.push_blob(&bytes, Some("other")).await.unwrap();
    assert_eq!(sent(&server), 3);
    assert_eq!(repository.small_blob(&digest, bytes.len() as u64).await.unwrap(), bytes);
}
