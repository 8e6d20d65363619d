//! One host: how it is reached, how much is asked of it at a time, and the tokens that it takes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, StatusCode};
use tokio::sync::{OnceCell, Semaphore};

use crate::auth::Token;
use crate::error::words;
use crate::reference::is_loopback;
use crate::{Error, Result, Settings, trust};

/// How often a host that hangs up is asked whether it speaks plain HTTP.
const PROBES: usize = 3;

/// How often a request may be sent on to another address.
const REDIRECTS: usize = 10;

/// A host.
pub(crate) struct Host {
    /// `HOST[:PORT]`.
    pub(crate) name: String,
    pub(crate) http: Client,
    /// Requests that may still be sent.
    pub(crate) permits: Arc<Semaphore>,
    /// Whether it speaks plain HTTP, once that is known.
    plain: OnceCell<bool>,
    /// Tokens by what they allow.
    tokens: Mutex<BTreeMap<String, Token>>,
    /// What proves to it who we are.
    secrets: Mutex<BTreeSet<String>>,
    /// Whether it wants name and password with each request.
    pub(crate) basic: OnceCell<()>,
}

impl Host {
    /// A host that is not yet connected to.
    pub(crate) fn new(name: &str, plain: bool, settings: &Settings) -> Result<Self> {
        let builder = Client::builder()
            .user_agent(concat!("sbom-indexer/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            .read_timeout(settings.read_timeout)
            .redirect(Policy::custom(redirect));
        // A proxy cannot know what this machine calls itself.
        let builder = if is_loopback(name) { builder.no_proxy() } else { builder };
        let http = trust::apply(builder, &settings.certificates, name)?.build();
        let http = http.map_err(|error| unavailable(name, words(error)))?;
        let plain = plain || settings.plain_http.iter().any(|it| it == name);
        let known = if plain || !is_loopback(name) { Some(plain) } else { None };
        Ok(Self {
            name: name.to_owned(),
            http,
            permits: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            plain: OnceCell::new_with(known),
            tokens: Mutex::default(),
            secrets: Mutex::default(),
            basic: OnceCell::new(),
        })
    }

    /// Whether it speaks plain HTTP. On this machine itself that is found out, without saying who we are.
    pub(crate) async fn is_plain(&self) -> bool {
        let probe = || async {
            for _ in 0..PROBES {
                let answer = self.http.get(format!("http://{}/v2/", self.name)).send().await;
                match answer {
                    // What servers that want encryption say to those that begin without it.
                    Ok(answer) => return answer.status() != StatusCode::BAD_REQUEST,
                    // Who does not listen says nothing about how he would speak.
                    Err(error) if error.is_connect() => return true,
                    // He hangs up: he wants encryption, or is busy.
                    Err(_) => {}
                }
            }
            false
        };
        *self.plain.get_or_init(probe).await
    }

    /// The address of a path.
    pub(crate) async fn url(&self, path: &str) -> String {
        let scheme = if self.is_plain().await { "http" } else { "https" };
        format!("{scheme}://{}{path}", self.name)
    }

    /// A token that is still good.
    pub(crate) fn token(&self, scope: &str) -> Option<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = tokens.get(scope).filter(|it| it.expires > Instant::now());
        token.map(|it| it.text.clone())
    }

    /// Keeps a token.
    pub(crate) fn keep(&self, scope: &str, token: Token) {
        self.keep_secret(&token.text);
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(scope.to_owned(), token);
    }

    /// Keeps what must never be told.
    pub(crate) fn keep_secret(&self, secret: &str) {
        if !secret.is_empty() {
            let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
            secrets.insert(secret.to_owned());
        }
    }

    /// What the host says, without what it may repeat of what proves who we are.
    pub(crate) fn without_secrets(&self, said: &str) -> String {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        // One may be part of another.
        let mut secrets: Vec<&String> = secrets.iter().collect();
        secrets.sort_by_key(|it| Reverse(it.len()));
        secrets.into_iter().fold(said.to_owned(), |said, secret| said.replace(secret, "…"))
    }
}

pub(crate) fn unavailable(host: &str, why: impl Into<String>) -> Error {
    Error::Unavailable { host: host.to_owned(), why: why.into(), pause: None }
}

/// Follows to where a registry sends us, never from encryption to none.
/// The client leaves credentials out wherever host, port or scheme change.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let encrypted = attempt.previous().last().is_some_and(|it| it.scheme() == "https");
    if encrypted && attempt.url().scheme() != "https" {
        return attempt.error("it leads to an address without encryption");
    }
    if attempt.previous().len() > REDIRECTS {
        return attempt.error("it leads from one address to the next");
    }
    attempt.follow()
}
