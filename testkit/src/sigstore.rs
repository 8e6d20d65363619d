//! Stand-ins of all that keyless signing needs, side by side: an authority, a clock and a log.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::fulcio::Fulcio;
use crate::http::Server;
use crate::rekor::Rekor;
use crate::timestamps::Timestamps;

/// When certificates are valid in which signatures are made at the time of the clock.
pub const THEN: [&str; 2] = ["231114221000Z", "231114222000Z"];

/// The services, and the files that lead to them.
pub struct Sigstore {
    /// Issues certificates.
    pub fulcio: Server,
    /// Keeps signatures.
    pub log: Server,
    /// The signing configuration.
    pub config: PathBuf,
    /// The trusted root.
    pub root: PathBuf,
}

impl Sigstore {
    /// Services of which the first issues certificates that are valid from a moment to another; their files are in a
    /// directory. The clock says 2023-11-14T22:13:20Z.
    pub fn new(directory: &Path, [from, to]: [&str; 2]) -> Self {
        let (fulcio, log) = (Fulcio::new(from, to), Rekor::default());
        let clock = Timestamps::at("20231114221320Z");
        let mut trusted = log.trusted_root();
        let (authority, certificates) = fulcio.authority();
        trusted["certificateAuthorities"] = json!([authority]);
        trusted["ctlogs"] = json!([certificates]);
        trusted["timestampAuthorities"] = json!([clock.authority()]);
        let fulcio = Server::start(move |request| fulcio.answer(request), |_, _| None);
        let log = Server::start(move |request| log.answer(request), |_, _| None);
        let clock = Server::start(move |request| clock.answer(request), |_, _| None);
        let (config, root) = (directory.join("services.json"), directory.join("root.json"));
        fs::write(&config, services(&fulcio, &log, &clock).to_string()).unwrap();
        fs::write(&root, trusted.to_string()).unwrap();
        Self { fulcio, log, config, root }
    }

    /// Has certificates issued by another server.
    pub fn issued_by(&self, fulcio: &Server) {
        fs::write(&self.config, services(fulcio, &self.log, &self.log).to_string()).unwrap();
    }
}

fn services(fulcio: &Server, log: &Server, clock: &Server) -> Value {
    let service = |server: &Server, path: &str, version: u32| {
        json!([{
            "url": format!("http://{}{path}", server.address), "majorApiVersion": version,
            "validFor": { "start": "2020-01-01T00:00:00Z" }, "operator": "stand-in",
        }])
    };
    json!({
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": service(fulcio, "", 1),
        "rekorTlogUrls": service(log, "", 2),
        "tsaUrls": service(clock, "/api/v1/timestamp", 1),
        "oidcUrls": [],
        "rekorTlogConfig": { "selector": "ANY" },
        "tsaConfig": { "selector": "ANY" },
    })
}
