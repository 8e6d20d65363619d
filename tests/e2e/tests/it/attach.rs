//! What is attached to an image, as other people's clients see it, and what they attached, as we do.

use anyhow::{Context, Result, ensure};
use e2e::clients::{Clients, clients};
use e2e::command::{output, run};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use testkit::http::Server;
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout};

const IMAGE: &str = "\
//- layer
//- /etc/os-release
ID=alpine
VERSION_ID=3.20
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0

";

fn layout() -> OciLayout {
    let platforms = ["linux/amd64", "linux/arm64"].map(|it| OciImage::new(IMAGE).platform(it));
    OciLayout::default().platforms(&platforms, "1")
}

/// Pushes an index of two platforms to the real registry, with skopeo, or with crane, which puts it into another index;
/// gives its reference.
fn push(clients: &Clients, by: &str) -> Result<String> {
    let directory = layout().to_directory();
    // The registry keeps what earlier runs attached.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let reference = format!("{}/attach/{by}-{now}:1", clients.registry);
    let path = directory.path().display().to_string();
    let (from, to) = (format!("oci:{path}:1"), format!("docker://{reference}"));
    output(&mut if by == "crane" {
        clients.program("crane", &["push", "--index", &path, &reference])
    } else {
        clients.program("skopeo", &["copy", "--all", "--dest-tls-verify=false", &from, &to])
    })?;
    Ok(reference)
}

/// Makes a key of cosign's.
fn key(clients: &Clients, directory: &Path) -> Result<(String, String)> {
    output(clients.program("cosign", &["generate-key-pair"]).current_dir(directory))?;
    let path = |name: &str| directory.join(name).display().to_string();
    Ok((path("cosign.key"), path("cosign.pub")))
}

/// The repository and the digest of its first image.
fn first(clients: &Clients, reference: &str) -> Result<String> {
    let found = output(&mut clients.ours(&["discover", "--format", "json", reference])?)?;
    let found: Value = serde_json::from_str(&found)?;
    let digest = found.pointer("/images/0/digest").and_then(Value::as_str).context("no image")?;
    let (repository, _) = reference.rsplit_once(':').context("no tag")?;
    Ok(format!("{repository}@{digest}"))
}

/// Attaches, and looks at it with oras and cosign.
fn attached_is_found(clients: &Clients, reference: &str) -> Result<()> {
    let out = tempfile::tempdir()?;
    let (private, public) = key(clients, out.path())?;
    let sign = format!("key={private}");
    let attach = ["attach", "-q", reference, "--no-cache", "--sign", &sign];
    output(&mut clients.ours(&attach)?)?;
    let again = output(&mut clients.ours(&attach)?)?;
    ensure!(!again.contains("  attached  "), "{again}");

    let image = first(clients, reference)?;
    let discover = ["discover", "--plain-http", "--format", "json", &image];
    let found: Value = serde_json::from_str(&output(&mut clients.program("oras", &discover))?)?;
    let referrers =
        found.get("referrers").and_then(Value::as_array).context("oras finds nothing")?;
    let spdx = referrers.iter().find(|it| it["artifactType"] == "application/spdx+json");
    let spdx = spdx.context("oras finds no SPDX")?["digest"].as_str().context("no digest")?;
    let bundles = referrers
        .iter()
        .filter(|it| it["artifactType"] == "application/vnd.dev.sigstore.bundle.v0.3+json");
    assert_eq!(bundles.count(), 4);

    let (repository, _) = image.split_once('@').context("no digest")?;
    let document = format!("{repository}@{spdx}");
    let (pulled, extracted) = (out.path().join("oras"), out.path().join("ours"));
    let path = |path: &Path| path.display().to_string();
    let pull = ["pull", "--plain-http", "--output", &path(&pulled), &document];
    output(&mut clients.program("oras", &pull))?;
    let extract = ["extract", &image, "--digest", spdx, "--output", &path(&extracted)];
    output(&mut clients.ours(&extract)?)?;
    let read = |directory: &Path| fs::read(directory.join("sbom.spdx.json"));
    ensure!(read(&pulled)? == read(&extracted)?, "oras pulls something else than is extracted");

    for (kind, subject) in [
        ("spdxjson", image.as_str()),
        ("cyclonedx", &image),
        ("https://stella-ops.org/attestations/bom-index/v1", &image),
        ("https://in-toto.io/attestation/reference/v0.1", reference),
    ] {
        let verify =
            ["verify-attestation", "--insecure-ignore-tlog", "--key", &public, "--type", kind];
        output(clients.program("cosign", &verify).arg(subject))?;
    }
    let (_, other) = key(clients, &tempfile::tempdir()?.keep())?;
    let verify =
        ["verify-attestation", "--insecure-ignore-tlog", "--key", &other, "--type", "spdxjson"];
    let refused = run(clients.program("cosign", &verify).arg(&image))?;
    ensure!(!refused.success, "cosign believes a key that has not signed: {}", refused.out);
    Ok(())
}

#[test]
fn what_we_attach_is_discovered_pulled_and_verified_by_oras_and_cosign() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    attached_is_found(clients, &push(clients, "skopeo")?)
}

/// The registry with the list is a stand-in: no package has a real one.
#[test]
fn so_it_is_where_the_registry_lists_referrers_itself() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    let registry = Registry::new(Referrers::Listed).with(&layout(), "app", "1");
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    attached_is_found(clients, &format!("{}/app:1", server.address))
}

#[test]
fn what_cosign_attests_is_verified_and_compared_with_a_scan() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    let image = first(clients, &push(clients, "crane")?)?;
    let out = tempfile::tempdir()?;
    let (private, public) = key(clients, out.path())?;
    let directory = out.path().display().to_string();
    output(&mut clients.ours(&["attach", "-q", "-o", "spdx-json", &image])?)?;
    output(&mut clients.ours(&["extract", &image, "--output", &directory])?)?;
    let attest = ["attest", "--yes", "--key", &private, "--type", "spdxjson", "--predicate"];
    let offline = ["--use-signing-config=false", "--tlog-upload=false"];
    let predicate = out.path().join("sbom.spdx.json");
    output(clients.program("cosign", &attest).arg(&predicate).args(offline).arg(&image))?;
    let verify = ["verify", "attestation", "-q", "--key", &public, "--rescan", &image];
    let told = output(&mut clients.ours(&verify)?)?;
    ensure!(told.contains("rescan    the same, written in another way"), "{told}");

    let forged = fs::read_to_string(&predicate)?.replace("musl", "must");
    fs::write(&predicate, forged)?;
    output(clients.program("cosign", &attest).arg(&predicate).args(offline).arg(&image))?;
    let told = run(&mut clients.ours(&verify)?)?;
    ensure!(!told.success && told.out.contains("pkg:apk/alpine/must@"), "{}{}", told.out, told.err);
    Ok(())
}
