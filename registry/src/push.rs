//! Pushing blobs and manifests.
//! Specification: OCI distribution-spec v1.1, "Pushing blobs", "Pushing manifests".

use bytes::Bytes;
use reqwest::header::{
    CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RANGE,
};
use reqwest::{Method, StatusCode};

use crate::client::Repository;
use crate::digest::sha256;
use crate::headers::{range, text};
use crate::manifest::ACCEPTED;
use crate::transport::{Answer, Ask, Endpoint};
use crate::{Error, Result};

/// Bytes that are sent in one request.
const CHUNK: usize = 16 << 20;
/// How often an upload goes on where it broke off.
const RESUMPTIONS: u32 = 5;

/// What a registry says about a manifest that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// It lists the manifest among the referrers of its subject.
    Yes,
    /// It does not say so.
    No,
}

impl Repository {
    /// Whether a blob is there.
    ///
    /// # Errors
    /// When the registry does not answer.
    pub async fn has_blob(&self, digest: &str) -> Result<bool> {
        self.has(&format!("blobs/{digest}"), format!("the blob {digest}")).await
    }

    /// Whether a manifest is there.
    ///
    /// # Errors
    /// When the registry does not answer.
    pub async fn has_manifest(&self, digest: &str) -> Result<bool> {
        self.has(&format!("manifests/{digest}"), format!("the manifest {digest}")).await
    }

    /// Registries hide manifests of kinds that are not asked for, `*/*` or not.
    async fn has(&self, path: &str, what: String) -> Result<bool> {
        let mut ask = push(&self.origin, Method::HEAD, path, what);
        ask.headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static(ACCEPTED));
        let answer = self.origin.send(&ask).await?;
        match self.origin.judge(answer.response, &ask).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Pushes a blob unless it is there. `from` names another repository of the registry that may have it.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn push_blob(&self, bytes: &Bytes, from: Option<&str>) -> Result<()> {
        if self.has_blob(&sha256(bytes)).await? {
            return Ok(());
        }
        self.push_new_blob(bytes, from).await
    }

    /// Pushes a blob that is not there; one that is there all the same is sent in vain.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn push_new_blob(&self, bytes: &Bytes, from: Option<&str>) -> Result<()> {
        let digest = sha256(bytes);
        let Some(upload) = self.begin(&digest, from).await? else { return Ok(()) };
        match self.upload(upload, bytes, &digest).await {
            // An upload whose last answer was lost is not there any more when it is sent again, but the blob is.
            Err(_) if self.has_blob(&digest).await? => Ok(()),
            result => result,
        }
    }

    /// Begins an upload and gives its address; none if the registry has the blob in the other repository, and now here.
    async fn begin(&self, digest: &str, from: Option<&str>) -> Result<Option<String>> {
        let what = format!("the upload of {digest}");
        let mut ask = push(&self.origin, Method::POST, "blobs/uploads/", what);
        ask.body = Some(Bytes::new());
        let plain = ask.clone();
        if let Some(from) = from {
            ask.path = format!("{}?mount={digest}&from={from}", ask.path);
            ask.also = Some(from.to_owned());
        }
        let answer = match self.done(&ask).await {
            // We may not read there, or there is no such repository.
            Err(Error::Denied { .. } | Error::NotFound { .. } | Error::Refused { .. })
                if from.is_some() =>
            {
                self.done(&plain).await?
            }
            result => result?,
        };
        if from.is_some() && answer.response.status() == StatusCode::CREATED {
            return Ok(None);
        }
        location(&self.origin, &answer, &ask).map(Some)
    }

    /// Sends the bytes of an upload, in pieces if they are many.
    async fn upload(&self, mut at: String, bytes: &Bytes, digest: &str) -> Result<()> {
        let what = format!("the upload of {digest}");
        let mut sent = 0;
        let mut resumptions = 0;
        while bytes.len() - sent > CHUNK {
            let piece = bytes.slice(sent..sent + CHUNK);
            let mut ask = push(&self.origin, Method::PATCH, "", what.clone());
            ask.path.clone_from(&at);
            octets(&mut ask.headers);
            let range = format!("{sent}-{}", sent + piece.len() - 1);
            set(&mut ask.headers, CONTENT_RANGE, &range);
            ask.body = Some(piece);
            match self.done(&ask).await {
                Ok(answer) => {
                    at = location(&self.origin, &answer, &ask)?;
                    let before = sent;
                    sent = received(&answer).unwrap_or(sent + CHUNK).min(bytes.len());
                    resumptions += u32::from(sent <= before);
                    if resumptions > RESUMPTIONS {
                        return Err(self.origin.corrupt(&what, "does not get on".to_owned()));
                    }
                }
                // Part of the piece may have come: the registry says where to go on.
                Err(error) if resumptions < RESUMPTIONS => {
                    resumptions += 1;
                    let mut ask = push(&self.origin, Method::GET, "", what.clone());
                    ask.path.clone_from(&at);
                    let Ok(answer) = self.done(&ask).await else { return Err(error) };
                    at = location(&self.origin, &answer, &ask).unwrap_or(at);
                    sent = received(&answer).unwrap_or(0).min(bytes.len());
                }
                Err(error) => return Err(error),
            }
        }
        let mut ask = push(&self.origin, Method::PUT, "", what);
        let separator = if at.contains('?') { '&' } else { '?' };
        ask.path = format!("{at}{separator}digest={digest}");
        octets(&mut ask.headers);
        if sent > 0 {
            let range = format!("{sent}-{}", bytes.len() - 1);
            set(&mut ask.headers, CONTENT_RANGE, &range);
        }
        ask.body = Some(bytes.slice(sent..));
        self.done(&ask).await.map(|_| ())
    }

    /// Pushes a manifest under its digest or a tag.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn push_manifest(
        &self,
        bytes: &Bytes,
        media_type: &str,
        target: &str,
    ) -> Result<Indexed> {
        self.put_manifest(bytes, media_type, target, None).await
    }

    /// The same, if what is under the tag still has this entity tag.
    pub(crate) async fn put_manifest(
        &self,
        bytes: &Bytes,
        media_type: &str,
        target: &str,
        held: Option<&str>,
    ) -> Result<Indexed> {
        let what = format!("the manifest {target}");
        let mut ask = push(&self.origin, Method::PUT, &format!("manifests/{target}"), what);
        set(&mut ask.headers, CONTENT_TYPE, media_type);
        if let Some(held) = held {
            set(&mut ask.headers, reqwest::header::IF_MATCH, held);
        }
        ask.body = Some(bytes.clone());
        let answer = self.done(&ask).await?;
        let subject = answer.response.headers().contains_key("oci-subject");
        Ok(if subject { Indexed::Yes } else { Indexed::No })
    }

    /// Deletes a manifest; one that is not there is deleted already.
    ///
    /// # Errors
    /// When the registry does not let it go.
    pub async fn delete_manifest(&self, digest: &str) -> Result<()> {
        let what = format!("the manifest {digest}");
        let mut ask = push(&self.origin, Method::DELETE, &format!("manifests/{digest}"), what);
        ask.access = "pull,push,delete";
        match self.done(&ask).await {
            Ok(_) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn done(&self, ask: &Ask) -> Result<Answer> {
        let mut answer = self.origin.send(ask).await?;
        answer.response = self.origin.judge(answer.response, ask).await?;
        Ok(answer)
    }
}

/// A request that may change the repository.
fn push(endpoint: &Endpoint, method: Method, path: &str, what: String) -> Ask {
    Ask { method, access: "pull,push", ..Ask::get(endpoint, path, what) }
}

fn octets(headers: &mut HeaderMap) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
}

/// Sets a header; a value that is none is left out, which the registry then refuses.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
}

/// Where an upload goes on. It may be on another host, which gets no credentials of ours.
fn location(endpoint: &Endpoint, answer: &Answer, ask: &Ask) -> Result<String> {
    let said = text(answer.response.headers(), LOCATION);
    let url = said.and_then(|it| answer.response.url().join(it).ok());
    let wrong = || endpoint.corrupt(&ask.what, "has no location".to_owned());
    let url = url.ok_or_else(wrong)?;
    if answer.response.url().scheme() == "https" && url.scheme() != "https" {
        let why = "goes on at an address without encryption".to_owned();
        return Err(endpoint.corrupt(&ask.what, why));
    }
    let same = url.origin() == answer.response.url().origin();
    let path = url.path().to_owned();
    let path = url.query().map_or(path.clone(), |query| format!("{path}?{query}"));
    Ok(if same { path } else { url.to_string() })
}

/// How many bytes the registry has.
fn received(answer: &Answer) -> Option<usize> {
    text(answer.response.headers(), RANGE).and_then(range::received)
}
