//! Tokens that a service gives for a registry.
//! Specification: Docker's token authentication; its OAuth 2 form where there is an identity token.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;

use super::Credential;
use crate::error::words;
use crate::headers::retry_after;
use crate::host::{Host, unavailable};
use crate::{Error, Result, trust};

/// How long a token is good where its service does not say.
const LIFETIME: u64 = 60;
/// The largest answer of a token service.
const ANSWER: usize = 1 << 20;

/// A token and when it is no longer good.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) expires: Instant,
}

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// What a token is wanted for.
pub(crate) struct Wanted<'a> {
    /// The registry.
    pub(crate) host: &'a Host,
    /// Folders of certificates, of which the registry's count.
    pub(crate) certificates: &'a [PathBuf],
    /// Where tokens are given.
    pub(crate) realm: &'a str,
    pub(crate) service: Option<&'a str>,
    /// What it must allow, scopes separated by spaces.
    pub(crate) scope: &'a str,
    /// Whether the registry itself is asked without encryption.
    pub(crate) plain: bool,
}

/// Asks for a token, with the credential where there is one.
pub(crate) async fn fetch(wanted: &Wanted<'_>, credential: Option<&Credential>) -> Result<Token> {
    let host = wanted.host;
    // Scope and realm are the registry's words.
    let denied = |why: String| Error::Denied {
        host: host.name.clone(),
        what: host.without_secrets(wanted.scope),
        why: host.without_secrets(&why),
    };
    let realm = Url::parse(wanted.realm)
        .map_err(|error| denied(format!("it names {} for tokens: {error}", wanted.realm)))?;
    if realm.scheme() != "https" && !(wanted.plain && realm.scheme() == "http") {
        return Err(denied(format!("it names {realm} for tokens, which is not encrypted")));
    }
    let service = realm.host_str().unwrap_or_default();
    let service = realm.port().map_or(service.to_owned(), |port| format!("{service}:{port}"));
    let request = request(&host.http, realm, wanted, credential);
    let failed = |error| match trust::refusal(&error, wanted.certificates, &host.name) {
        Some(why) => Error::Untrusted { host: host.without_secrets(&service), why },
        None => unavailable(&host.name, format!("its token service: {}", words(error))),
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(Error::Unavailable {
            host: host.name.clone(),
            why: format!("its token service answers {status}"),
            pause: retry_after::asked(response.headers()),
        });
    }
    if !status.is_success() {
        return Err(denied(format!(
            "its token service answers {status}; are the credentials right?"
        )));
    }
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await.map_err(failed)? {
        if bytes.len() + more.len() > ANSWER {
            return Err(denied("its token service sends no token but something large".to_owned()));
        }
        bytes.extend_from_slice(&more);
    }
    let answer: Answer = serde_json::from_slice(&bytes)
        .map_err(|_| denied("its token service sends something that is no token".to_owned()))?;
    let text = answer.token.or(answer.access_token).filter(|it| !it.is_empty());
    let text = text.ok_or_else(|| denied("its token service sends no token".to_owned()))?;
    // A token that is about to end may end on its way.
    let lifetime = answer.expires_in.unwrap_or(LIFETIME).clamp(LIFETIME, 24 * 3600);
    let expires = Instant::now() + Duration::from_secs(lifetime.saturating_sub(10));
    Ok(Token { text, expires })
}

/// A request for a token. Identity tokens are spent in a form, so that no address holds them.
fn request(
    http: &Client,
    realm: Url,
    wanted: &Wanted<'_>,
    credential: Option<&Credential>,
) -> RequestBuilder {
    let parameters = [Some(("scope", wanted.scope)), wanted.service.map(|it| ("service", it))];
    let parameters = parameters.into_iter().flatten();
    match credential {
        Some(Credential::Identity(token)) => {
            let client = [
                ("grant_type", "refresh_token"),
                ("client_id", "sbom-indexer"),
                ("refresh_token", token),
            ];
            let mut form = realm.clone();
            form.set_query(None);
            form.query_pairs_mut().extend_pairs(client.into_iter().chain(parameters));
            let body = form.query().unwrap_or_default().to_owned();
            let kind = "application/x-www-form-urlencoded";
            http.post(realm).header(reqwest::header::CONTENT_TYPE, kind).body(body)
        }
        other => {
            let mut url = realm;
            // Several scopes are several parameters.
            for (name, value) in parameters {
                for value in value.split(' ') {
                    url.query_pairs_mut().append_pair(name, value);
                }
            }
            match other {
                Some(Credential::Password { name, password }) => {
                    http.get(url).basic_auth(name, Some(password))
                }
                _ => http.get(url),
            }
        }
    }
}
