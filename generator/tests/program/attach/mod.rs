//! `sbom-indexer attach`, `discover` and `extract` on a registry in memory, with and without its own list of referrers.

mod build_time;
mod documents;
mod keyless;
mod logged;
mod mutual;
mod recipes;
mod requested;
mod secrets;
mod shown;
mod signatures;
mod unsigned;

use std::fs;
use std::process::Command;

use attest::key::PrivateKey;
use attest::signer::KeySigner;
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};
use testkit::http::{Fault, Request, Server};
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout};

use crate::{program, run};

pub(super) const IMAGE: &str = "\
//- layer
//- /etc/os-release
ID=alpine
VERSION_ID=3.20
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0

";

/// The same image for two platforms.
pub(super) fn platforms() -> [OciImage; 2] {
    ["linux/amd64", "linux/arm64"].map(|it| OciImage::new(IMAGE).platform(it))
}

/// The repository `app` of a registry, with an index of two platforms as `app:1`.
pub(super) struct App {
    pub(super) server: Server,
    pub(super) registry: Registry,
    /// A directory with a key and its public half.
    pub(super) keys: tempfile::TempDir,
}

impl App {
    pub(super) fn new(kind: Referrers) -> Self {
        Self::with(kind, |_, _| None)
    }

    pub(super) fn with(
        kind: Referrers,
        plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Self::of(&OciLayout::default().platforms(&platforms(), "1"), kind, plan)
    }

    /// The same with another index.
    pub(super) fn of(
        index: &OciLayout,
        kind: Referrers,
        plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let registry = Registry::new(kind).with(index, "app", "1");
        let answering = registry.clone();
        let keys = tempfile::tempdir().unwrap();
        let pem = secret().to_pkcs8_pem(LineEnding::LF).unwrap();
        let key = PrivateKey::from_pem(&pem, || None).unwrap();
        fs::write(keys.path().join("key"), pem.as_bytes()).unwrap();
        fs::write(keys.path().join("key.pub"), key.public().unwrap().to_pem()).unwrap();
        let server = Server::start(move |request| answering.answer(request), plan);
        Self { server, registry, keys }
    }

    pub(super) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args([name, &format!("{}/app:1", self.server.address)]).args(arguments);
        command
    }

    /// Runs a command that ends well; gives its standard output.
    pub(super) fn done(&self, name: &str, arguments: &[&str]) -> String {
        let (code, log, output) = run(&mut self.command(name, arguments));
        let out = String::from_utf8(output.stdout).unwrap();
        assert_eq!(code, 0, "{out}{log}");
        out
    }

    pub(super) fn attach(&self, arguments: &[&str]) -> String {
        self.done("attach", &[&["-q"], arguments].concat())
    }

    pub(super) fn sign(&self) -> String {
        format!("key={}", self.keys.path().join("key").display())
    }

    pub(super) fn public(&self) -> String {
        self.keys.path().join("key.pub").display().to_string()
    }

    pub(super) fn discovered(&self, arguments: &[&str]) -> Value {
        let arguments = [&["--format", "json"], arguments].concat();
        serde_json::from_str(&self.done("discover", &arguments)).unwrap()
    }

    /// How many requests have changed something.
    pub(super) fn changes(&self) -> usize {
        self.server.requests().iter().filter(|it| !["GET", "HEAD"].contains(&&*it.method)).count()
    }
}

pub(super) fn secret() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[7; 32]).unwrap()
}

/// The names of what is attached to the images, or to the index.
pub(super) fn titles(found: &Value) -> Vec<String> {
    let attached = found["attached"].as_array().unwrap().iter();
    attached
        .filter(|it| it["road"] == "referrer")
        .map(|it| it["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Attaches something of somebody else to the first image.
pub(super) fn foreign(app: &App, kind: &str, title: &str, blob: &str) {
    let subject = app.discovered(&[])["images"][0]["digest"].clone();
    let address = format!("{}/app:1", app.server.address).parse().unwrap();
    let client = registry::Client::new(registry::Settings::default());
    let repository = client.repository(&address).unwrap();
    let push = async |bytes: &str| {
        let bytes = bytes::Bytes::from(bytes.to_owned());
        repository.push_blob(&bytes, None).await.unwrap();
        registry::sha256(&bytes)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": media_type, "artifactType": kind,
            "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": push("{}").await, "size": 2},
            "layers": [{
                "mediaType": kind, "digest": push(blob).await, "size": blob.len(),
                "annotations": {"org.opencontainers.image.title": title},
            }],
            "subject": {"mediaType": media_type, "digest": subject, "size": 1},
        });
        let referrer = registry::Referrer {
            bytes: serde_json::to_vec(&manifest).unwrap().into(),
            artifact_type: kind.to_owned(),
            annotations: Value::Null,
        };
        let subject = subject.as_str().unwrap().parse().unwrap();
        repository.push_referrers(&subject, &[referrer]).await.unwrap();
    });
}

/// A bundle of a statement, by the key that the tests have.
pub(super) fn by_key(statement: &[u8]) -> String {
    let pem = secret().to_pkcs8_pem(LineEnding::LF).unwrap();
    let key = KeySigner::new(PrivateKey::from_pem(&pem, || None).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(key.sign(statement.to_vec())).unwrap().to_json().unwrap()
}
