//! `sbom-indexer scan` of images in registries: the same as elsewhere, or the right exit code.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};
use testkit::tls::Authority;
use testkit::{Compression, OciImage, OciLayout};

use crate::{program, run};

const IMAGE: &str = "\
//- layer
//- /etc/os-release
ID=alpine
VERSION_ID=3.20
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0

//- layer
//- /usr/lib/node_modules/left-pad/package.json
{\"name\": \"left-pad\", \"version\": \"1.3.0\"}
";

type Plan = fn(&Request, usize) -> Option<Fault>;

fn scan(source: &str) -> Command {
    let mut command = program();
    command.args(["scan", source, "--name", "x", "-o", "spdx-json"]);
    command
}

/// Runs a scan of `app:1` behind faults.
fn with_faults(
    plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
) -> (i32, String, Vec<u8>) {
    let layout = OciLayout::of(&OciImage::new(IMAGE));
    let registry = Registry::new(Referrers::Unknown).with(&layout, "app", "1");
    let server = Server::start(move |request| registry.answer(request), plan);
    let (code, log, output) = run(&mut scan(&format!("{}/app:1", server.address)));
    (code, log, output.stdout)
}

fn expected() -> Vec<u8> {
    let directory = OciLayout::of(&OciImage::new(IMAGE)).to_directory();
    let (code, log, output) = run(&mut scan(&format!("oci-layout:{}", directory.path().display())));
    assert_eq!(code, 0, "{log}");
    output.stdout
}

#[test]
fn a_registry_gives_what_a_layout_gives_however_layers_are_compressed() {
    for compression in [Compression::None, Compression::Gzip, Compression::ZstdChunked] {
        let layout = OciLayout::of(&OciImage::new(IMAGE).compression(compression));
        let directory = layout.to_directory();
        let local = run(&mut scan(&format!("oci-layout:{}", directory.path().display())));
        let registry = Registry::new(Referrers::Unknown).with(&layout, "app", "1");
        let server = Server::start(move |request| registry.answer(request), |_, _| None);
        for source in ["registry:", ""] {
            let remote = run(&mut scan(&format!("{source}{}/app:1", server.address)));
            assert_eq!(remote.0, 0, "{}", remote.1);
            assert_eq!(remote.2.stdout, local.2.stdout, "{compression:?}");
        }
    }
}

#[test]
fn a_scan_behind_faults_is_right_or_ends_with_the_right_code() {
    let blob = |request: &Request| request.path.contains("/blobs/");
    let instead = |status: u16| Some(Fault::Instead(Response::status(status)));
    let (code, log, found) = with_faults(move |request, before| match before {
        0 if blob(request) => Some(Fault::Cut(30)),
        1 if blob(request) => instead(500),
        2 if blob(request) => Some(Fault::Drop),
        _ if blob(request) => Some(Fault::Slow(50, Duration::from_millis(5))),
        0 => instead(429),
        _ => None,
    });
    assert_eq!(code, 0, "{log}");
    assert_eq!(found, expected());
    let plans: [(Plan, i32, &str); 5] = [
        (|it, _| it.path.contains("/blobs/").then_some(Fault::Turn(40)), 1, "the blob sha256:"),
        (|it, _| it.path.contains("/blobs/").then_some(Fault::Shorten(40)), 1, "sha256:"),
        (|_, _| Some(Fault::Instead(Response::status(401))), 3, "docker login"),
        (|_, _| Some(Fault::Instead(Response::status(404))), 4, "app:1"),
        (
            |it, _| it.path.contains("/manifests/").then(|| Fault::Instead(Response::status(501))),
            1,
            "501",
        ),
    ];
    for (plan, expected, said) in plans {
        let (code, log, found) = with_faults(plan);
        assert_eq!((code, log.contains(said)), (expected, true), "{log}");
        assert!(found.is_empty(), "a document in spite of {log}");
    }
}

#[test]
fn a_registry_that_is_not_there_may_be_tried_later() {
    let (code, log, output) = run(&mut scan("127.0.0.1:1/app:1"));
    assert_eq!((code, output.stdout.len()), (10, 0), "{log}");
}

#[test]
fn an_authority_of_ones_own_is_trusted_by_the_files_of_docker_and_podman_and_by_the_environment() {
    let layout = OciLayout::of(&OciImage::new(IMAGE));
    let registry = Registry::new(Referrers::Unknown).with(&layout, "app", "1");
    let authority = Authority::new("ours");
    let identity = authority.identity("127.0.0.1");
    let server = identity.start(None, move |request| registry.answer(request), |_, _| None);
    let source = format!("{}/app:1", server.address);
    let home = tempfile::tempdir().unwrap();
    let (code, log, _) = run(scan(&source).env("HOME", home.path()));
    let folder = format!(".config/containers/certs.d/{}", server.address);
    assert_eq!((code, log.contains(&format!("{folder}/ca.crt"))), (1, true), "{log}");
    let file = home.path().join("authority.pem");
    fs::write(&file, authority.pem()).unwrap();
    let (code, log, output) = run(scan(&source).env("SSL_CERT_FILE", &file));
    assert_eq!((code, output.stdout == expected()), (0, true), "{log}");
    for folder in [folder, format!(".docker/certs.d/{}", server.address)] {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(&folder)).unwrap();
        fs::write(home.path().join(&folder).join("ca.crt"), authority.pem()).unwrap();
        let (code, log, output) = run(scan(&source).env("HOME", home.path()));
        assert_eq!((code, output.stdout == expected()), (0, true), "{log}");
    }
}

/// A registry that wants name and password.
fn guarded() -> Server {
    let registry =
        Registry::new(Referrers::Unknown).with(&OciLayout::of(&OciImage::new(IMAGE)), "app", "1");
    let known = |request: &Request| {
        request.headers.get("authorization").is_some_and(|it| it == "Basic dXNlcjpwYXNz")
    };
    let denied = Response::status(401).header("WWW-Authenticate", "Basic realm=\"r\"");
    Server::start(
        move |request| if known(request) { registry.answer(request) } else { denied.clone() },
        |_, _| None,
    )
}

#[test]
fn credentials_are_those_of_docker_and_podman_and_of_the_programs_that_their_files_name() {
    let server = guarded();
    let source = format!("{}/app:1", server.address);
    let auths = format!(r#"{{"auths": {{"{}": {{"auth": "dXNlcjpwYXNz"}}}}}}"#, server.address);
    let helper = format!(r#"{{"credHelpers": {{"{}": "test"}}}}"#, server.address);
    let store = r#"{"credsStore": "test"}"#.to_owned();
    for (path, text, variable) in [
        (".docker/config.json", &auths, None),
        (".config/containers/auth.json", &auths, None),
        ("docker/config.json", &auths, Some(("DOCKER_CONFIG", "docker"))),
        ("run/containers/auth.json", &auths, Some(("XDG_RUNTIME_DIR", "run"))),
        ("auth.json", &auths, Some(("REGISTRY_AUTH_FILE", "auth.json"))),
        (".docker/config.json", &helper, None),
        (".docker/config.json", &store, None),
    ] {
        let home = tempfile::tempdir().unwrap();
        let program = home.path().join("docker-credential-test");
        let answer = r#"{"ServerURL": "", "Username": "user", "Secret": "pass"}"#;
        fs::write(&program, format!("#!/bin/sh\nread host\necho '{answer}'\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let file = home.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        let mut command = scan(&source);
        command.env("HOME", home.path()).env("PATH", home.path());
        command.envs(variable.map(|(name, value)| (name, home.path().join(value))));
        let (code, log, output) = run(&mut command);
        assert_eq!((code, output.stdout == expected()), (0, true), "{path} {text}: {log}");
    }
    let (code, log, output) = run(&mut scan(&source));
    assert_eq!((code, output.stdout.len()), (3, 0), "{log}");
}

#[test]
fn platforms_of_an_index_are_scanned_and_a_base_may_be_in_a_registry() {
    let platforms = ["linux/amd64", "linux/arm64"].map(|it| OciImage::new(IMAGE).platform(it));
    let index = OciLayout::default().platforms(&platforms, "1");
    let lower = IMAGE.split("//- layer\n").nth(1).unwrap();
    let bases = ["linux/amd64", "linux/arm64"].map(|it| OciImage::new(lower).platform(it));
    let base = OciLayout::default().platforms(&bases, "1");
    let other = OciLayout::of(&OciImage::new("//- layer\n//- /etc/os-release\nID=other\n"));
    let registry = Registry::new(Referrers::Unknown).with(&index, "app", "1");
    let registry = registry.with(&base, "base", "1").with(&other, "other", "1");
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    let out = tempfile::tempdir().unwrap();
    let (code, log, _) = run(program()
        .args(["scan", &format!("{}/app:1", server.address), "--all-platforms", "-o"])
        .arg(format!("cyclonedx-json={}", out.path().join("a.json").display()))
        .args(["--base", &format!("{}/base:1", server.address)]));
    assert_eq!(code, 0, "{log}");
    for platform in ["amd64", "arm64"] {
        let path = out.path().join(format!("a.linux-{platform}.json"));
        let text = fs::read_to_string(path).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let components = document["components"].as_array().unwrap();
        let part = |name: &str| {
            let component = components.iter().find(|it| it["name"] == name).unwrap();
            let mut properties = component["properties"].as_array().unwrap().iter();
            properties.find(|it| it["name"].as_str().unwrap().ends_with("layer:part")).unwrap()["value"].clone()
        };
        assert_eq!((part("musl"), part("left-pad")), ("base".into(), "app".into()));
        assert!(text.contains("1 by given"), "{text}");
    }
    for (base, code, said) in [("other", 4, "was not built on"), ("none", 4, "none:1")] {
        let app = format!("{}/app:1", server.address);
        let base = format!("{}/{base}:1", server.address);
        let (found, log, output) = run(scan(&app).args(["--base", &base]));
        assert_eq!((found, log.contains(said), output.stdout.len()), (code, true, 0), "{log}");
    }
}
