//! Why an exchange with a service failed: what may pass is told from what the user has to mend.

use crate::Error;

/// Where a service is, and who asks there.
pub(crate) struct Address {
    pub(crate) client: reqwest::Client,
    pub(crate) url: String,
}

impl Address {
    /// A failed exchange of one of Sigstore's clients. They keep no cause, so another request finds it out.
    pub(crate) async fn failed(&self, service: &'static str, told: String) -> Error {
        match self.client.head(&self.url).send().await {
            Err(error) => failed(service, &error),
            Ok(_) => Error::Unavailable { service, why: told },
        }
    }
}

/// A failed exchange: what did not get through may later, unless the service does not prove who it is.
pub(crate) fn failed(service: &'static str, error: &reqwest::Error) -> Error {
    if let Some(why) = registry::refused_certificate(error) {
        return Error::Untrusted { service, why };
    }
    let why = error.status().map_or_else(|| chain(error), |status| status.to_string());
    Error::Unavailable { service, why }
}

/// An error with its causes, without the address, which may hold credentials.
fn chain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "it took too long" } else { "no connection" }.to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
