//! Sending a request until there is an answer: with credentials, again after failures, not too many at a time.
//! Specification: OCI distribution-spec v1.1.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Method, Response, StatusCode};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;

use crate::auth::{Credential, Wanted, fetch};
use crate::error::words;
use crate::headers::{challenge::Challenge, retry_after};
use crate::host::{Host, unavailable};
use crate::{Error, Result, Settings, trust};

/// Bytes of an answer that explains a failure.
const EXPLANATION: u64 = 64 << 10;
/// Characters of an explanation that are passed on.
const WORDS: usize = 300;

/// A repository on one host.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) host: Arc<Host>,
    /// The repository's name there.
    pub(crate) name: String,
    /// The registry as references call it; credentials are kept under that name.
    pub(crate) registry: String,
    pub(crate) settings: Arc<Settings>,
}

/// What is asked of a registry.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// What comes after the host, or the whole address of another one.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// What a token must allow: `pull` or `pull,push`.
    pub(crate) access: &'static str,
    /// Another repository that must be readable.
    pub(crate) also: Option<String>,
    /// What it is about, for messages.
    pub(crate) what: String,
}

/// An answer that began to come. The host's budget is used until it is dropped.
pub(crate) struct Answer {
    pub(crate) response: Response,
    _permit: OwnedSemaphorePermit,
}

impl Ask {
    /// Asks to read something of a repository.
    pub(crate) fn get(endpoint: &Endpoint, path: &str, what: String) -> Self {
        Self {
            method: Method::GET,
            path: format!("/v2/{}/{path}", endpoint.name),
            headers: HeaderMap::new(),
            body: None,
            access: "pull",
            also: None,
            what,
        }
    }
}

impl Endpoint {
    /// Sends a request; gives any answer but failures that may pass, which are waited for.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Answer> {
        let mut failures = 0;
        loop {
            let permit = Arc::clone(&self.host.permits).acquire_owned().await;
            let permit = permit.map_err(|error| unavailable(&self.host.name, error.to_string()))?;
            let (why, pause) = match self.attempt(ask).await {
                Ok(response) if is_passing(response.status()) => {
                    let why = format!("it answers {} to {}", response.status(), ask.what);
                    (why, retry_after::asked(response.headers()))
                }
                Ok(response) => return Ok(Answer { response, _permit: permit }),
                Err(Error::Unavailable { why, pause, .. }) => (why, pause),
                Err(error) => return Err(error),
            };
            drop(permit);
            failures += 1;
            self.pause(failures, pause, why).await?;
        }
    }

    /// Waits after a failure; gives up after too many, and where the registry wants to be left alone for too long.
    pub(crate) async fn pause(
        &self,
        failures: u32,
        asked: Option<Duration>,
        why: String,
    ) -> Result<()> {
        let backoff = &self.settings.backoff;
        if failures >= backoff.attempts {
            return Err(unavailable(&self.host.name, format!("{why}, after {failures} attempts")));
        }
        let Some(pause) = backoff.pause(failures, asked) else {
            let (asked, most) = (asked.unwrap_or_default().as_secs(), backoff.patience.as_secs());
            let why = format!(
                "{why} and wants to be asked again in {asked} s, which is longer than the {most} s that are waited; try again then"
            );
            return Err(unavailable(&self.host.name, why));
        };
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// Sends a request and reads a small answer whole.
    pub(crate) async fn read(&self, ask: &Ask, limit: u64) -> Result<(HeaderMap, Bytes)> {
        let mut failures = 0;
        loop {
            let answer = self.send(ask).await?;
            let mut response = self.judge(answer.response, ask).await?;
            let headers = std::mem::take(response.headers_mut());
            match body(response, limit).await {
                Ok(Some(bytes)) => return Ok((headers, bytes)),
                Ok(None) => {
                    let why = format!("has over {limit} bytes");
                    return Err(self.corrupt(&ask.what, why));
                }
                Err(error) => {
                    failures += 1;
                    self.pause(failures, None, words(error)).await?;
                }
            }
        }
    }

    /// Sends a request once, and once more if the registry wants to know who we are. Other hosts are not told.
    async fn attempt(&self, ask: &Ask) -> Result<Response> {
        if !ask.path.starts_with('/') {
            return self.once(ask, None).await;
        }
        let scope = self.scope(ask);
        let mut authorization = self.host.token(&scope).map(|it| format!("Bearer {it}"));
        if authorization.is_none() && self.host.basic.initialized() {
            authorization = self.basic()?;
        }
        let response = self.once(ask, authorization.as_deref()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let headers = response.headers().get_all(WWW_AUTHENTICATE);
        let challenge = Challenge::best(headers.iter().filter_map(|it| it.to_str().ok()));
        let authorization = match challenge {
            Some(Challenge::Bearer { realm, service, scope: asked }) => {
                let asked = asked.filter(|it| *it != scope).map(|it| format!("{scope} {it}"));
                let wanted = Wanted {
                    host: &self.host,
                    certificates: &self.settings.certificates,
                    realm: &realm,
                    service: service.as_deref(),
                    scope: asked.as_deref().unwrap_or(&scope),
                    plain: self.host.is_plain().await,
                };
                let token = fetch(&wanted, self.credential()?.as_ref()).await?;
                let authorization = format!("Bearer {}", token.text);
                self.host.keep(&scope, token);
                Some(authorization)
            }
            Some(Challenge::Basic) if authorization.is_none() => {
                let _ = self.host.basic.set(());
                self.basic()?
            }
            _ => None,
        };
        match authorization {
            Some(authorization) => self.once(ask, Some(&authorization)).await,
            None => Ok(response),
        }
    }

    async fn once(&self, ask: &Ask, authorization: Option<&str>) -> Result<Response> {
        let url = match ask.path.strip_prefix('/') {
            Some(_) => self.host.url(&ask.path).await,
            None => ask.path.clone(),
        };
        let mut request = self.host.http.request(ask.method.clone(), url);
        request = request.headers(ask.headers.clone());
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = &ask.body {
            request = request.body(body.clone());
        }
        request.send().await.map_err(|error| {
            if error.is_redirect() || error.is_builder() {
                let (host, what) = (self.host.name.clone(), ask.what.clone());
                return Error::Refused { host, what, why: words(error) };
            }
            let host = &self.host.name;
            match trust::refusal(&error, &self.settings.certificates, host) {
                Some(why) => Error::Untrusted { host: host.clone(), why },
                None => unavailable(host, words(error)),
            }
        })
    }

    fn scope(&self, ask: &Ask) -> String {
        let own = format!("repository:{}:{}", self.name, ask.access);
        match &ask.also {
            Some(other) => format!("{own} repository:{other}:pull"),
            None => own,
        }
    }

    fn credential(&self) -> Result<Option<Credential>> {
        let found = self.settings.credentials.find(&self.registry, &self.name)?;
        for secret in found.iter().flat_map(Credential::secrets) {
            self.host.keep_secret(&secret);
        }
        Ok(found)
    }

    fn basic(&self) -> Result<Option<String>> {
        Ok(self.credential()?.and_then(|it| it.basic()).map(|it| format!("Basic {it}")))
    }

    /// Makes an error of an answer that is none.
    pub(crate) async fn judge(&self, response: Response, ask: &Ask) -> Result<Response> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let (host, what) = (self.host.name.clone(), ask.what.clone());
        if status == StatusCode::NOT_FOUND {
            return Err(Error::NotFound { host, what });
        }
        let said = self.explanation(response).await;
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(Error::Refused { host, what, why: format!("{status}{said}") });
        }
        let hint = match self.credential()? {
            Some(_) => "are the credentials that are configured for it right?".to_owned(),
            None => {
                format!("no credentials are configured for it; try docker login {}", self.registry)
            }
        };
        Err(Error::Denied { host, what, why: format!("{status}{said}; {hint}") })
    }

    /// What a registry says about a failure, on one line. It may repeat what it was sent.
    async fn explanation(&self, response: Response) -> String {
        let Ok(Some(bytes)) = body(response, EXPLANATION).await else { return String::new() };
        let Ok(said) = serde_json::from_slice::<Explanation>(&bytes) else { return String::new() };
        let Some(first) = said.errors.first() else { return String::new() };
        let text = format!(": {} {}", first.code, first.message);
        let text: String = text.trim_end().chars().filter(|it| !it.is_control()).collect();
        self.host.without_secrets(&text).chars().take(WORDS).collect()
    }

    pub(crate) fn corrupt(&self, what: &str, why: String) -> Error {
        Error::Corrupt { host: self.host.name.clone(), what: what.to_owned(), why }
    }
}

/// Whether a failure may pass.
fn is_passing(status: StatusCode) -> bool {
    let waits = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    waits || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED)
}

/// The bytes of an answer; none if there are more than so many.
async fn body(mut response: Response, limit: u64) -> reqwest::Result<Option<Bytes>> {
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await? {
        if (bytes.len() + more.len()) as u64 > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&more);
    }
    Ok(Some(bytes.into()))
}

#[derive(Deserialize)]
struct Explanation {
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}
