//! A registry for tests, in memory: a stand-in for real ones, which end-to-end tests use.
//! Specification: OCI distribution-spec v1.1.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::{OciLayout, digest};

/// What a registry can do beside what all can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referrers {
    /// It lists referrers and says so when it takes one.
    Listed,
    /// It lists them without annotations and by the types of their configurations, and says nothing when it takes one, as
    /// that of go-containerregistry does.
    Bare,
    /// It knows nothing of them.
    Unknown,
}

/// Manifests and blobs of one registry; repositories share them.
#[derive(Clone)]
pub struct Registry {
    state: Arc<Mutex<State>>,
    referrers: Referrers,
    heeds_conditions: bool,
}

#[derive(Default)]
struct State {
    blobs: BTreeMap<String, Vec<u8>>,
    /// Manifests by repository and digest: their media types and bytes.
    manifests: BTreeMap<(String, String), (String, Vec<u8>)>,
    tags: BTreeMap<(String, String), String>,
    uploads: BTreeMap<String, Vec<u8>>,
    /// How many uploads were begun.
    begun: usize,
}

impl Registry {
    /// One without anything in it.
    pub fn new(referrers: Referrers) -> Self {
        Self { state: Arc::default(), referrers, heeds_conditions: true }
    }

    /// It overwrites tags whatever a request says of what they should be.
    #[must_use]
    pub fn without_conditions(self) -> Self {
        Self { heeds_conditions: false, ..self }
    }

    /// Puts a layout's first image or index into a repository under a tag.
    #[must_use]
    pub fn with(self, layout: &OciLayout, repository: &str, tag: &str) -> Self {
        {
            let mut state = self.state.lock().unwrap();
            for bytes in layout.files.values() {
                state.blobs.insert(digest(bytes), bytes.clone());
                let parsed: Value = serde_json::from_slice(bytes).unwrap_or_default();
                if let Some(kind) = parsed["mediaType"].as_str() {
                    let key = (repository.to_owned(), digest(bytes));
                    state.manifests.insert(key, (kind.to_owned(), bytes.clone()));
                }
            }
            let top = layout.top()["digest"].as_str().unwrap().to_owned();
            state.tags.insert((repository.to_owned(), tag.to_owned()), top);
        }
        self
    }

    /// The tags of a repository.
    pub fn tags(&self, repository: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.tags.keys().filter(|(it, _)| it == repository).map(|(_, tag)| tag.clone()).collect()
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request) -> Response {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let Some(path) = path.strip_prefix("/v2/") else { return Response::status(404) };
        if path.is_empty() {
            return Response::status(200).body("{}");
        }
        let parts: Vec<&str> = path.rsplitn(3, '/').collect();
        let mut state = self.state.lock().unwrap();
        match (&*request.method, parts.as_slice()) {
            ("GET" | "HEAD", [digest, "blobs", _]) => state.blob(digest, request),
            ("GET" | "HEAD", [target, "manifests", name]) => state.manifest(name, target),
            ("PUT", [target, "manifests", name]) => state.put((name, target), request, self),
            ("DELETE", [target, "manifests", name]) => {
                state.manifests.remove(&((*name).to_owned(), (*target).to_owned()));
                Response::status(202)
            }
            ("GET", [subject, "referrers", name]) if self.referrers != Referrers::Unknown => {
                state.referrers(name, subject, self.referrers)
            }
            ("POST", ["", "uploads", name]) => state.begin(name.trim_end_matches("/blobs"), query),
            ("PATCH" | "PUT" | "GET", [upload, "uploads", name]) => {
                state.upload(name.trim_end_matches("/blobs"), upload, query, request)
            }
            _ => Response::status(404),
        }
    }
}

impl State {
    fn blob(&self, digest: &str, request: &Request) -> Response {
        let Some(bytes) = self.blobs.get(digest) else { return Response::status(404) };
        let range = request.headers.get("range").and_then(|it| it.strip_prefix("bytes="));
        let start = range.and_then(|it| it.trim_end_matches('-').parse::<usize>().ok());
        match start.filter(|start| *start < bytes.len()) {
            Some(start) => {
                let range = format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len());
                Response::status(206).header("Content-Range", range).body(&bytes[start..])
            }
            None => Response::status(200).body(bytes.clone()),
        }
    }

    fn manifest(&self, name: &str, target: &str) -> Response {
        let tag = self.tags.get(&(name.to_owned(), target.to_owned()));
        let digest = tag.map_or(target, String::as_str).to_owned();
        let Some((kind, bytes)) = self.manifests.get(&(name.to_owned(), digest.clone())) else {
            let why = json!({"errors": [{"code": "MANIFEST_UNKNOWN", "message": "unknown"}]});
            return Response::status(404).body(why.to_string());
        };
        Response::status(200)
            .header("Content-Type", kind.clone())
            .header("Docker-Content-Digest", digest.clone())
            .header("ETag", format!("\"{digest}\""))
            .body(bytes.clone())
    }

    fn put(
        &mut self,
        (name, target): (&str, &str),
        request: &Request,
        registry: &Registry,
    ) -> Response {
        let found = digest(&request.body);
        let kind = request.headers.get("content-type").cloned().unwrap_or_default();
        let manifest: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let blobs =
            manifest["layers"].as_array().into_iter().flatten().chain([&manifest["config"]]);
        let mut blobs = blobs.filter_map(|it| it["digest"].as_str());
        if blobs.any(|it| !self.blobs.contains_key(it)) {
            let why = json!({"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob"}]});
            return Response::status(400).body(why.to_string());
        }
        if target.contains(':') {
            if target != found {
                return Response::status(400);
            }
        } else {
            let key = (name.to_owned(), target.to_owned());
            if registry.heeds_conditions
                && let Some(wanted) = request.headers.get("if-match")
                && self.tags.get(&key).is_none_or(|it| format!("\"{it}\"") != *wanted)
            {
                return Response::status(412);
            }
            self.tags.insert(key, found.clone());
        }
        self.manifests.insert((name.to_owned(), found.clone()), (kind, request.body.clone()));
        let created = Response::status(201).header("Docker-Content-Digest", found);
        match manifest["subject"]["digest"].as_str() {
            Some(subject) if registry.referrers == Referrers::Listed => {
                created.header("OCI-Subject", subject)
            }
            _ => created,
        }
    }

    fn referrers(&self, name: &str, subject: &str, kind: Referrers) -> Response {
        let mut listed = Vec::new();
        for ((repository, digest), (media_type, bytes)) in &self.manifests {
            let manifest: Value = serde_json::from_slice(bytes).unwrap_or_default();
            if repository == name && manifest["subject"]["digest"] == subject {
                let bare = kind == Referrers::Bare;
                let artifact = manifest["artifactType"].as_str().filter(|_| !bare);
                let artifact = artifact.or(manifest["config"]["mediaType"].as_str());
                let mut entry = json!({
                    "mediaType": media_type, "digest": digest, "size": bytes.len(),
                    "artifactType": artifact,
                });
                if !bare {
                    entry["annotations"] = manifest["annotations"].clone();
                }
                listed.push(entry);
            }
        }
        let kind = "application/vnd.oci.image.index.v1+json";
        let index = json!({"schemaVersion": 2, "mediaType": kind, "manifests": listed});
        Response::status(200).header("Content-Type", kind).body(index.to_string())
    }

    fn begin(&mut self, name: &str, query: &str) -> Response {
        let mount = query.split('&').find_map(|it| it.strip_prefix("mount="));
        if mount.is_some_and(|it| self.blobs.contains_key(&it.replace("%3A", ":"))) {
            return Response::status(201);
        }
        let upload = self.begun.to_string();
        self.begun += 1;
        self.uploads.insert(upload.clone(), Vec::new());
        Response::status(202).header("Location", format!("/v2/{name}/blobs/uploads/{upload}"))
    }

    fn upload(&mut self, name: &str, upload: &str, query: &str, request: &Request) -> Response {
        let Some(held) = self.uploads.get_mut(upload) else { return Response::status(404) };
        let location = format!("/v2/{name}/blobs/uploads/{upload}");
        let range = |length: usize| format!("0-{}", length.saturating_sub(1));
        if request.method == "GET" {
            let range = range(held.len());
            return Response::status(204).header("Location", location).header("Range", range);
        }
        if let Some(start) =
            request.headers.get("content-range").and_then(|it| it.split('-').next())
            && start.parse() != Ok(held.len())
        {
            return Response::status(416).header("Location", location);
        }
        held.extend_from_slice(&request.body);
        if request.method == "PATCH" {
            let range = range(held.len());
            return Response::status(202).header("Location", location).header("Range", range);
        }
        let wanted = query.split('&').find_map(|it| it.strip_prefix("digest="));
        let bytes = self.uploads.remove(upload).unwrap();
        if wanted.map(|it| it.replace("%3A", ":")) != Some(digest(&bytes)) {
            return Response::status(400);
        }
        self.blobs.insert(digest(&bytes), bytes);
        Response::status(201)
    }
}
