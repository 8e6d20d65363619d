//! Images of a Docker daemon, over its Unix socket.
//! Specification: Docker Engine API, `GET /images/get`.

use std::path::PathBuf;

use bytes::Bytes;
use reqwest::{Client, Response, StatusCode, Url};
use serde::Deserialize;

use crate::error::words;
use crate::host::unavailable;
use crate::{Error, Result};

/// Where Docker listens unless told otherwise.
const SOCKET: &str = "/var/run/docker.sock";
/// What messages call it.
const DAEMON: &str = "the Docker daemon";

/// Bytes of an answer that explains a failure.
const EXPLANATION: usize = 64 << 10;

/// A Docker daemon.
pub struct Daemon {
    socket: PathBuf,
}

/// An image as an archive that comes.
pub struct Saved(Response);

#[derive(Deserialize)]
struct Explanation {
    message: String,
}

impl Daemon {
    /// The daemon of this machine, or the one that `DOCKER_HOST` names.
    ///
    /// # Errors
    /// When it names anything but a Unix socket.
    pub fn of_this_machine() -> Result<Self> {
        let Some(host) = std::env::var_os("DOCKER_HOST").filter(|it| !it.is_empty()) else {
            return Ok(Self { socket: SOCKET.into() });
        };
        let host = host.to_string_lossy();
        let socket = host.strip_prefix("unix://").ok_or_else(|| {
            Error::Unsupported(format!(
                "DOCKER_HOST is {host}, where only unix:///PATH is spoken; push the image to a registry instead"
            ))
        })?;
        Ok(Self { socket: socket.into() })
    }

    /// A daemon at a socket.
    pub fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// An image as the archive that `docker save` would write.
    ///
    /// # Errors
    /// When nobody listens there, or there is no such image.
    pub async fn save(&self, name: &str) -> Result<Saved> {
        let socket = self.socket.display();
        let failed = |error: reqwest::Error| unavailable(DAEMON, words(error));
        if let Err(error) = tokio::net::UnixStream::connect(&self.socket).await {
            let why = format!("cannot connect to {socket}: {error}");
            return Err(match error.kind() {
                std::io::ErrorKind::PermissionDenied => Error::Denied {
                    host: DAEMON.to_owned(),
                    what: name.to_owned(),
                    why: format!("{why}; only root and the group of the socket may"),
                },
                _ => unavailable(DAEMON, format!("{why}; is it running?")),
            });
        }
        // No certificate is ever looked at.
        let builder = Client::builder().tls_certs_only([]).unix_socket(self.socket.clone());
        let client = builder.build().map_err(failed)?;
        let mut url = Url::parse("http://docker/images/get")
            .map_err(|error| Error::Unsupported(error.to_string()))?;
        url.query_pairs_mut().append_pair("names", name);
        let response = client.get(url).send().await.map_err(failed)?;
        let status = response.status();
        if status.is_success() {
            return Ok(Saved(response));
        }
        let said = explanation(response).await;
        let (host, what) = (DAEMON.to_owned(), format!("the image {name}"));
        if status == StatusCode::NOT_FOUND {
            return Err(Error::NotFound { host, what });
        }
        Err(Error::Refused { host, what, why: format!("{status}{said}") })
    }
}

/// What the daemon says about a failure.
async fn explanation(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(more)) = response.chunk().await {
        bytes.extend_from_slice(&more);
        if bytes.len() > EXPLANATION {
            return String::new();
        }
    }
    let said = serde_json::from_slice::<Explanation>(&bytes);
    said.map_or_else(|_| String::new(), |it| format!(": {}", it.message))
}

impl Saved {
    /// The next bytes; none after the last.
    ///
    /// # Errors
    /// When the daemon stops to answer.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        self.0.chunk().await.map_err(|error| unavailable(DAEMON, words(error)))
    }
}
