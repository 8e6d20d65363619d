//! The client against a server that fails as it is told to.

#![expect(clippy::unwrap_used, reason = "a server that cannot be started is a failed test")]

mod access;
mod encryption;
mod pull;
mod push;
mod references;

use std::time::Duration;

use registry::{Backoff, Client, Reference, Repository, Settings};
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout};

/// A layout of one image.
pub(crate) fn layout() -> OciLayout {
    OciLayout::of(&OciImage::new("//- layer\n//- /etc/os-release\nID=alpine\n"))
}

/// Settings of no machine, without patience.
pub(crate) fn settings() -> Settings {
    Settings {
        backoff: Backoff {
            attempts: 4,
            first: Duration::from_millis(1),
            longest: Duration::from_millis(5),
            patience: Duration::from_secs(1),
        },
        read_timeout: Duration::from_millis(500),
        ..Settings::default()
    }
}

/// A registry with the layout's image as `app:1`, and faults.
pub(crate) fn serve(
    plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
) -> Server {
    let registry = Registry::new(Referrers::Unknown).with(&layout(), "app", "1");
    Server::start(move |request| registry.answer(request), plan)
}

/// The repository `app` of a server.
pub(crate) fn app(server: &Server, settings: Settings) -> Repository {
    Client::new(settings).repository(&reference(server)).unwrap()
}

/// The image `app:1` of a server.
pub(crate) fn reference(server: &Server) -> Reference {
    format!("{}/app:1", server.address).parse().unwrap()
}

/// An answer in the place of the right one, for blobs alone.
pub(crate) fn for_blobs(request: &Request, fault: Fault) -> Option<Fault> {
    request.path.contains("/blobs/").then_some(fault)
}

/// A failure.
pub(crate) fn status(status: u16) -> Fault {
    Fault::Instead(Response::status(status))
}
