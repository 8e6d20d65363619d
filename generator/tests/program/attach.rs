//! `sbom-indexer attach`, `discover` and `extract` on a registry in memory, with and without its own list of referrers.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use attest::key::PrivateKey;
use attest::signer::KeySigner;
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout};

use crate::{program, run};

const IMAGE: &str = "\
//- layer
//- /etc/os-release
ID=alpine
VERSION_ID=3.20
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0

";

/// An identity token of 1970.
const EXPIRED: &str = "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZS5vcmciLCAic3ViIjogImpvYiIsICJhdWQiOiAic2lnc3RvcmUiLCAiaWF0IjogMSwgIm5iZiI6IDEsICJleHAiOiAyfQ.c2VjcmV0";

/// Sigstore's services, none of which is there.
const CONFIG: &str = r#"{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[],"oidcUrls":[],"rekorTlogUrls":[],"tsaUrls":[],"rekorTlogConfig":{"selector":"ANY"},"tsaConfig":{"selector":"ANY"}}"#;

/// The repository `app` of a registry, with an index of two platforms as `app:1`.
struct App {
    server: Server,
    registry: Registry,
    /// A directory with a key and its public half.
    keys: tempfile::TempDir,
}

impl App {
    fn new(kind: Referrers) -> Self {
        Self::with(kind, |_, _| None)
    }

    fn with(
        kind: Referrers,
        plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let platforms = ["linux/amd64", "linux/arm64"].map(|it| OciImage::new(IMAGE).platform(it));
        let index = OciLayout::default().platforms(&platforms, "1");
        let registry = Registry::new(kind).with(&index, "app", "1");
        let answering = registry.clone();
        let keys = tempfile::tempdir().unwrap();
        let pem = secret().to_pkcs8_pem(LineEnding::LF).unwrap();
        let key = PrivateKey::from_pem(&pem, || None).unwrap();
        fs::write(keys.path().join("key"), pem.as_bytes()).unwrap();
        fs::write(keys.path().join("key.pub"), key.public().unwrap().to_pem()).unwrap();
        let server = Server::start(move |request| answering.answer(request), plan);
        Self { server, registry, keys }
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args([name, &format!("{}/app:1", self.server.address)]).args(arguments);
        command
    }

    /// Runs a command that ends well; gives its standard output.
    fn done(&self, name: &str, arguments: &[&str]) -> String {
        let (code, log, output) = run(&mut self.command(name, arguments));
        let out = String::from_utf8(output.stdout).unwrap();
        assert_eq!(code, 0, "{out}{log}");
        out
    }

    fn attach(&self, arguments: &[&str]) -> String {
        self.done("attach", &[&["-q"], arguments].concat())
    }

    fn sign(&self) -> String {
        format!("key={}", self.keys.path().join("key").display())
    }

    fn public(&self) -> String {
        self.keys.path().join("key.pub").display().to_string()
    }

    fn discovered(&self, arguments: &[&str]) -> Value {
        let arguments = [&["--format", "json"], arguments].concat();
        serde_json::from_str(&self.done("discover", &arguments)).unwrap()
    }

    /// How many requests have changed something.
    fn changes(&self) -> usize {
        self.server.requests().iter().filter(|it| !["GET", "HEAD"].contains(&&*it.method)).count()
    }
}

fn secret() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[7; 32]).unwrap()
}

/// The names of what is attached to the images, or to the index.
fn titles(found: &Value) -> Vec<String> {
    let attached = found["attached"].as_array().unwrap().iter();
    attached
        .filter(|it| it["road"] == "referrer")
        .map(|it| it["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn documents_are_attached_to_each_platform_once_whatever_the_registry_can() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::new(kind);
        let told = app.attach(&[]);
        assert_eq!(told.matches("  attached  ").count(), 8, "{told}");
        let found = app.discovered(&[]);
        assert_eq!(titles(&found), [""; 0]);
        assert_eq!(found["images"][1]["platform"], "linux/arm64");
        for image in found["images"].as_array().unwrap() {
            let expected =
                ["bom-index.bin", "entrytrace.json", "inventory.cdx.json", "sbom.spdx.json"];
            let mut names = titles(image);
            names.sort();
            assert_eq!(names, expected, "{kind:?}");
        }
        let before = app.changes();
        let told = app.attach(&[]);
        assert_eq!(told.matches("already attached").count(), 8, "{told}");
        assert_eq!(app.changes(), before, "{kind:?}: nothing is pushed again");
        let fallback =
            app.registry.tags("app").iter().filter(|it| it.starts_with("sha256-")).count();
        assert_eq!(fallback, if kind == Referrers::Unknown { 2 } else { 0 });
    }
}

#[test]
fn a_dry_run_tells_the_digests_and_changes_nothing() {
    let app = App::new(Referrers::Listed);
    let sign = app.sign();
    let told = app.attach(&["--dry-run", "--sign", &sign]);
    assert_eq!(told.matches("would attach").count(), 17, "{told}");
    assert_eq!(app.changes(), 0);
    assert_eq!(told.replace("would attach", "attached    "), app.attach(&["--sign", &sign]));
}

#[test]
fn what_is_signed_verifies_and_is_signed_once() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::new(kind);
        let (sign, public) = (app.sign(), app.public());
        app.attach(&["--sign", &sign, "-o", "cyclonedx-json", "--view", "inventory"]);
        let target = format!("{}/app:1", app.server.address);
        let (code, log, output) =
            run(program().args(["verify", "attestation", &target, "--key", &public]));
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(code, 0, "{log}");
        assert_eq!(told.matches("verified  https://cyclonedx.org/bom").count(), 2, "{told}");
        assert_eq!(
            told.matches("verified  https://in-toto.io/attestation/reference/v0.1").count(),
            1
        );
        let found = app.discovered(&["--key", &public]);
        let text = found.to_string();
        assert_eq!(text.matches(r#""state":"verified""#).count(), 3, "{text}");
        let before = app.changes();
        let told = app.attach(&["--sign", &sign, "-o", "cyclonedx-json", "--view", "inventory"]);
        assert_eq!(told.matches("already attached").count(), 5, "{told}");
        assert_eq!(app.changes(), before);
    }
}

#[test]
fn documents_of_layers_are_one_artifact_that_the_image_document_refers_to() {
    let app = App::new(Referrers::Listed);
    let sign = app.sign();
    let told = app.attach(&["-o", "cyclonedx-json", "--layers", "--sign", &sign]);
    assert_eq!(told.matches("application/vnd.stellaops.composition.v1+json").count(), 2, "{told}");
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap();
    let of = |it: &&Value| it["artifactType"] == "application/vnd.stellaops.composition.v1+json";
    let layers: Vec<&Value> = attached.iter().filter(of).collect();
    let titles: Vec<&str> = layers.iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"_composition.json"), "{titles:?}");
    let fragment = layers.iter().find(|it| it["title"] != "_composition.json").unwrap();
    assert_eq!(fragment["mediaType"], "application/vnd.cyclonedx+json");
    let inventory = attached.iter().find(|it| it["title"] == "inventory.cdx.json").unwrap();
    let digest = inventory["digest"].as_str().unwrap();
    let document = app.done("extract", &["--digest", digest, "--output", "-"]);
    let hex = fragment["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    assert!(document.contains(hex), "{document}");
    let (target, public) = (format!("{}/app:1", app.server.address), app.public());
    let verify = ["verify", "attestation", &target, "-q", "--key", &public, "--rescan"];
    assert_eq!(run(program().args(verify)).0, 1, "documents without layers are others");
    let (code, log, _) = run(program().args(verify).arg("--layers"));
    assert_eq!(code, 0, "{log}");
}

#[test]
fn another_version_of_a_format_takes_the_place_of_the_first() {
    let app = App::new(Referrers::Listed);
    let (sign, public) = (app.sign(), app.public());
    let view = ["--view", "inventory", "--sign", &sign, "--replace", "-o"];
    app.attach(&[&view[..], &["cyclonedx-json"]].concat());
    let told = app.attach(&[&view[..], &["cyclonedx-json@1.7"]].concat());
    // Documents and bundles of two platforms, and the statement about the index.
    assert_eq!(told.matches("removed  ").count(), 5, "{told}");
    let target = format!("{}/app:1", app.server.address);
    let mut verify = program();
    verify.args(["verify", "attestation", &target, "-q", "--key", &public, "--rescan"]);
    let (code, log, output) = run(&mut verify);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!((code, told.matches("byte for byte").count()), (0, 2), "{told}{log}");
}

#[test]
fn what_is_superseded_goes_and_what_others_attached_stays() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::new(kind);
        app.attach(&["-o", "spdx-json", "-o", "cyclonedx-json", "--view", "inventory"]);
        foreign(&app, "text/plain", "foreign.txt", "{}");
        let newer = ["-o", "spdx-json", "--supplier", "Us"];
        let told = app.attach(&newer);
        assert_eq!(told.matches("removed").count(), 0, "nothing goes unasked: {told}");
        let told = app.attach(&[&newer[..], &["--replace"]].concat());
        assert_eq!(told.matches("removed           sbom.spdx.json").count(), 2, "{told}");
        let image = |app: &App| titles(&app.discovered(&[])["images"][0]);
        let mut names = image(&app);
        names.sort();
        assert_eq!(names, ["foreign.txt", "inventory.cdx.json", "sbom.spdx.json"]);
        let told = app.attach(&[&newer[..], &["--prune"]].concat());
        assert_eq!(told.matches("removed           inventory.cdx.json").count(), 2, "{told}");
        let mut names = image(&app);
        names.sort();
        assert_eq!(names, ["foreign.txt", "sbom.spdx.json"], "{kind:?}");
    }
}

/// Attaches something of somebody else to the first image.
fn foreign(app: &App, kind: &str, title: &str, blob: &str) {
    let subject = app.discovered(&[])["images"][0]["digest"].clone();
    let address = format!("{}/app:1", app.server.address).parse().unwrap();
    let client = registry::Client::new(registry::Settings::default());
    let repository = client.repository(&address).unwrap();
    let push = async |bytes: &str| {
        let bytes = bytes::Bytes::from(bytes.to_owned());
        repository.push_blob(&bytes, None).await.unwrap().to_string()
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

/// Signs a predicate about a subject with the key that the tests have.
fn signed(subject: &Value, kind: &str, predicate: &str) -> String {
    let digest = subject["digest"].as_str().unwrap();
    let subject = attest::Subject::new("app", digest).unwrap();
    let statement = attest::Statement::write(&[subject], kind, predicate.as_bytes()).unwrap();
    by_key(&statement)
}

/// A bundle of a statement, by the key that the tests have.
fn by_key(statement: &[u8]) -> String {
    let pem = secret().to_pkcs8_pem(LineEnding::LF).unwrap();
    let key = KeySigner::new(PrivateKey::from_pem(&pem, || None).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(key.sign(statement)).unwrap().to_json().unwrap()
}

#[test]
fn a_document_that_a_scan_does_not_give_is_found_out_though_it_is_signed() {
    let app = App::new(Referrers::Unknown);
    let (sign, public) = (app.sign(), app.public());
    let verify = |more: &[&str]| {
        let target = format!("{}/app:1", app.server.address);
        let mut command = program();
        command.args(["verify", "attestation", &target, "-q", "--key", &public, "--rescan"]);
        let (code, log, output) = run(command.args(more));
        (code, String::from_utf8(output.stdout).unwrap() + &log)
    };
    app.attach(&["--sign", &sign, "--supplier", "Us"]);
    let (code, told) = verify(&["--supplier", "Us"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("rescan    the same, byte for byte").count(), 8, "{told}");
    assert_eq!(told.matches("rescan    not compared").count(), 1, "{told}");
    let (code, told) = verify(&[]);
    assert_eq!((code, told.matches("made by the same version").count()), (1, 4), "{told}");

    let image = app.discovered(&[])["images"][0].clone();
    let digest = image["attached"].as_array().unwrap();
    let digest = digest.iter().find(|it| it["title"] == "inventory.cdx.json").unwrap();
    let digest = digest["digest"].as_str().unwrap();
    let true_one = app.done("extract", &["--digest", digest, "--output", "-"]);
    let pretty: Value = serde_json::from_str(&true_one).unwrap();
    let cyclonedx = "https://cyclonedx.org/bom";
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    foreign(&app, bundle, "pretty", &signed(&image, cyclonedx, &pretty));
    let (code, told) = verify(&["--supplier", "Us"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("the same, written in another way").count(), 1, "{told}");
    foreign(&app, bundle, "forged", &signed(&image, cyclonedx, &true_one.replace("musl", "must")));
    let (code, told) = verify(&["--supplier", "Us", "--type", "cyclonedx"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("does not have: pkg:apk/alpine/must@1.2.5-r0"), "{told}");
    assert!(told.contains("1 of 4 statements differ from a scan"), "{told}");
}

#[test]
fn entries_of_the_fallback_list_that_lead_nowhere_are_pruned() {
    let app = App::new(Referrers::Unknown);
    foreign(&app, "text/plain", "foreign.txt", "{}");
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap();
    let gone = attached.iter().find(|it| it["title"] == "foreign.txt").unwrap()["manifest"].clone();
    let request = Request {
        method: "DELETE".to_owned(),
        path: format!("/v2/app/manifests/{}", gone.as_str().unwrap()),
        headers: std::collections::BTreeMap::new(),
        body: Vec::new(),
    };
    assert_eq!(app.registry.answer(&request).status, 202);
    assert!(titles(&app.discovered(&[])["images"][0]).is_empty());
    let prune = ["-o", "spdx-json", "--prune"];
    let told = app.attach(&prune);
    assert_eq!(
        told.matches(&format!("leads nowhere         {}", gone.as_str().unwrap())).count(),
        1,
        "{told}"
    );
    assert!(!app.attach(&prune).contains("leads nowhere"));
}

#[test]
fn what_breaks_off_leaves_nothing_half_and_a_second_run_completes_it() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let broken = Arc::new(Mutex::new(true));
        let breaks = Arc::clone(&broken);
        // Blobs arrive, manifests do not.
        let app = App::with(kind, move |request, _| {
            let hit = request.method == "PUT" && request.path.contains("/manifests/");
            (hit && *breaks.lock().unwrap()).then(|| Fault::Instead(Response::status(403)))
        });
        let (code, log, _) = run(&mut app.command("attach", &["-q"]));
        assert!(code == 3 && log.contains("docker login"), "{code} {log}");
        assert!(titles(&app.discovered(&[])["images"][0]).is_empty());
        *broken.lock().unwrap() = false;
        let told = app.attach(&[]);
        assert_eq!(told.matches("  attached  ").count(), 8, "{told}");
    }
}

#[test]
fn answers_that_are_lost_after_all_was_done_lose_nothing() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::with(kind, |request, before| {
            let changes = ["PUT", "POST"].contains(&&*request.method);
            (changes && before == 0).then_some(Fault::Silence(std::time::Duration::ZERO))
        });
        let told = app.attach(&["-o", "spdx-json", "-o", "bom-index"]);
        assert_eq!(told.matches("  attached  ").count(), 4, "{told}");
        for image in app.discovered(&[])["images"].as_array().unwrap() {
            assert_eq!(titles(image).len(), 2, "{kind:?}");
        }
    }
}

/// A stand-in of the Signer: it signs with the key that the tests have, or refuses.
fn signer(status: u16) -> Server {
    let answer = move |request: &Request| {
        if status != 200 {
            let why = r#"{"title":"plan","detail":"the licence does not cover it"}"#;
            return Response::status(status).body(why);
        }
        assert_eq!(request.headers["authorization"], "DPoP secret-token");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let subject: Vec<attest::Subject> =
            serde_json::from_value(body["subject"].clone()).unwrap();
        let kind = body["predicateType"].as_str().unwrap();
        let predicate = body["predicate"].to_string();
        let statement = attest::Statement::write(&subject, kind, predicate.as_bytes()).unwrap();
        let bundle: Value = serde_json::from_str(&by_key(&statement)).unwrap();
        let answer = json!({"bundle": {"dsse": bundle["dsseEnvelope"], "mode": "kms"}});
        Response::status(200).body(answer.to_string())
    };
    Server::start(answer, |_, _| None)
}

/// Attaches with a Signer; gives exit code, and everything that is told.
fn by_signer(app: &App, signer: &Server, arguments: &[&str]) -> (i32, String) {
    let how = format!("signer=http://{}", signer.address);
    let key = app.keys.path().join("key").display().to_string();
    let mut command = app.command("attach", &["-q", "-o", "spdx-json", "--sign", &how]);
    command.args(["--signer-token", "env://TOKEN", "--signer-key", &key]);
    command.args(["--entitlement", "env://ENTITLEMENT"]).args(arguments);
    command.env("TOKEN", "secret-token").env("ENTITLEMENT", "secret-entitlement");
    let (code, log, output) = run(&mut command);
    (code, format!("{log}{}", String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn a_signer_that_refuses_leaves_everything_attached_and_unverified() {
    let app = App::new(Referrers::Listed);
    let refuses = signer(403);
    let (code, told) = by_signer(&app, &refuses, &["--replace"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told.matches("  unverified        sbom.spdx.json").count(), 2, "{told}");
    assert!(told.contains("the licence does not cover it") && !told.contains("secret-"), "{told}");
    assert!(told.contains("nothing is removed"), "{told}");
    assert_eq!(titles(&app.discovered(&[])["images"][0]), ["sbom.spdx.json"]);
    let (code, told) = by_signer(&app, &refuses, &["--require-signature"]);
    assert_eq!(code, 1, "{told}");
    let (code, told) = by_signer(&app, &signer(503), &[]);
    assert!(code == 10 && told.contains("already attached  sbom.spdx.json"), "{code} {told}");
    let (code, told) = by_signer(&app, &signer(401), &[]);
    assert!(code == 3 && !told.contains("secret-"), "{code} {told}");
}

#[test]
fn a_signer_signs_once_and_what_it_signed_verifies() {
    let app = App::new(Referrers::Listed);
    let signs = signer(200);
    let (code, told) = by_signer(&app, &signs, &["--require-signature"]);
    assert_eq!((code, told.matches("bytes  signed").count()), (0, 3), "{told}");
    let text = app.discovered(&["--key", &app.public()]).to_string();
    assert_eq!(text.matches(r#""state":"verified""#).count(), 3, "{text}");
    let asked = signs.requests().len();
    let (code, told) = by_signer(&app, &signs, &[]);
    assert_eq!((code, told.matches("already attached").count()), (0, 5), "{told}");
    assert_eq!(signs.requests().len(), asked);
}

#[test]
fn keys_and_references_that_cannot_be_used_end_before_anything_is_pushed() {
    let app = App::new(Referrers::Listed);
    let nothing = app.keys.path().join("nothing").display().to_string();
    let config = app.keys.path().join("config.json");
    fs::write(&config, CONFIG).unwrap();
    for (arguments, code, said) in [
        (&["--sign", &*format!("key={nothing}")][..], 2, "nothing"),
        (&["--sign", "key=env://NONE"], 2, "the variable NONE is not set"),
        (&["--sign", &*format!("key={}", app.public())], 2, "is no kind of key"),
        (&["--sign", "keyless"], 2, "--identity-token"),
        (&["--sign", "keyless", "--identity-token", "env://EXPIRED"], 3, "has expired"),
        (&["--sign", "secret-value"], 2, "key=FILE"),
        (&["--sign", "signer=http://127.0.0.1:1"], 2, "--client-certificate"),
        (&["-o", "table"], 2, "there are spdx-json"),
    ] {
        let mut command = app.command("attach", arguments);
        if arguments.contains(&"env://EXPIRED") {
            command.args(["--signing-config"]).arg(&config).env("EXPIRED", EXPIRED);
        }
        let (found, log, _) = run(&mut command);
        assert!(found == code && log.contains(said), "{arguments:?}: {found} {log}");
        let repeats =
            log.lines().any(|it| it.contains("secret-value") && !it.contains("invalid value"));
        assert!(!repeats && !log.contains(EXPIRED), "{log}");
    }
    assert_eq!(app.changes(), 0);
}

#[test]
fn buildkit_statements_are_shown_beside_referrers() {
    let app = App::new(Referrers::Unknown);
    let tree = app.done("discover", &[]);
    assert!(tree.contains("\n  linux/arm64  sha256:"), "{tree}");
    assert_eq!(tree.matches("\n    buildkit  ").count(), 2, "{tree}");
    let found = app.discovered(&[]);
    assert_eq!(found["images"][0]["attached"][0]["road"], "buildkit");
    assert!(found["reference"].as_str().unwrap().ends_with("/app:1"));
}

#[test]
fn what_is_attached_is_extracted_as_it_is_and_overwrites_nothing() {
    let app = App::new(Referrers::Listed);
    app.attach(&["-o", "spdx-json", "-o", "bom-index"]);
    let out = tempfile::tempdir().unwrap();
    let directory = out.path().display().to_string();
    app.done("extract", &["--type", "spdx", "--output", &directory]);
    assert_eq!(listed(out.path()), ["sbom.linux-amd64.spdx.json", "sbom.linux-arm64.spdx.json"]);
    let path = out.path().join("sbom.linux-arm64.spdx.json");
    let image = app.discovered(&[])["images"][1].clone();
    let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let name = document["name"].as_str().unwrap();
    assert!(name.ends_with(&format!("/app@{}", image["digest"].as_str().unwrap())), "{name}");

    fs::write(&path, "mine").unwrap();
    let again = ["--type", "spdx", "--output", &directory];
    let (code, log, _) = run(&mut app.command("extract", &again));
    assert!(code == 2 && log.contains("--force"), "{log}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    app.done("extract", &[&again[..], &["--force"]].concat());
    assert_ne!(fs::read_to_string(&path).unwrap(), "mine");

    let attached = image["attached"].as_array().unwrap();
    let index = attached.iter().find(|it| it["title"] == "bom-index.bin").unwrap();
    let digest = index["digest"].as_str().unwrap();
    let (_, _, output) = run(&mut app.command("extract", &["--digest", digest, "--output", "-"]));
    assert_eq!(testkit::digest(&output.stdout), digest);
    let none = ["--type", "cyclonedx", "--output", &directory];
    assert_eq!(run(&mut app.command("extract", &none)).0, 4);
    assert_eq!(run(&mut app.command("extract", &["--output", "-"])).0, 2, "several things");
}

fn listed(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
