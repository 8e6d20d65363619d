//! What is attached to an image, as other people's clients see it, and what they attached, as we do.

use anyhow::{Context, Result, ensure};
use e2e::clients::{Clients, clients};
use e2e::command::{output, run};
use e2e::program;
use e2e::verifiers::{BELIEVED, verifiers};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use testkit::fulcio::Fulcio;
use testkit::http::Server;
use testkit::registry::{Referrers, Registry};
use testkit::rekor::Rekor;
use testkit::sigstore::{Sigstore, THEN};
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

/// Pushes an index of two platforms to a real registry, with skopeo, or with crane, which puts it into another index;
/// gives its reference.
fn push(clients: &Clients, registry: &str, by: &str) -> Result<String> {
    let directory = layout().to_directory();
    // The registry keeps what earlier runs attached.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let reference = format!("{registry}/attach/{by}-{now}:1");
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
    attached_is_found(clients, &push(clients, &clients.registry, "skopeo")?)
}

/// The registry of go-containerregistry lists types as those of configurations; the stand-in lists as specified.
#[test]
fn so_it_is_where_the_registry_lists_referrers_itself() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    attached_is_found(clients, &listing())?;
    let reference = push(clients, &clients.lister, "skopeo")?;
    let sign = format!("key={}", key(clients, &tempfile::tempdir()?.keep())?.0);
    let attach = ["attach", "-q", &reference, "--no-cache", "--sign", &sign, "--replace"];
    output(&mut clients.ours(&attach)?)?;
    let again = output(clients.ours(&attach)?.args(["--supplier", "Us"]))?;
    ensure!(again.contains("  removed  ") && again.contains("  already attached  "), "{again}");
    let image = first(clients, &reference)?;
    let discover = ["discover", "--plain-http", "--format", "json", &image];
    let found: Value = serde_json::from_str(&output(&mut clients.program("oras", &discover))?)?;
    let referrers = found.get("referrers").and_then(Value::as_array).context("no referrers")?;
    let expected = again.lines().skip(1).take_while(|it| it.starts_with("  "));
    let expected = expected.filter(|it| it.contains("attached  ")).count();
    assert_eq!(referrers.len(), expected, "{again}");
    Ok(())
}

/// The image in a registry that lists referrers, a stand-in; gives its reference.
fn listing() -> String {
    let registry = Registry::new(Referrers::Listed).with(&layout(), "app", "1");
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    format!("{}/app:1", server.address)
}

/// Attaches one document, signed; gives its bundle in a file of a directory.
fn signed(clients: &Clients, how: &[&str], token: &str, directory: &Path) -> Result<PathBuf> {
    let reference = listing();
    let attach = ["attach", "-q", &reference, "--no-cache", "-o", "spdx-json", "--sign"];
    output(clients.ours(&attach)?.args(how).env("TOKEN", token))?;
    let to = directory.display().to_string();
    let bundles = ["--type", "bundle", "--output", &to];
    let extract = ["extract", &reference, "--platform", "linux/amd64"];
    output(clients.ours(&extract)?.args(bundles))?;
    Ok(directory.join("sbom.linux-amd64.spdx.json.sigstore.json"))
}

/// The bundle, and what becomes of it when one of the members is changed.
fn forged(bundle: &Path, members: &[&str]) -> Result<Vec<PathBuf>> {
    let mut paths = vec![bundle.to_owned()];
    for (number, member) in members.iter().enumerate() {
        let mut forged: Value = serde_json::from_slice(&fs::read(bundle)?)?;
        let place = forged.pointer_mut(member).with_context(|| format!("no {member}"))?;
        *place = place.as_str().map_or(Value::Null, |text| {
            // Another digit of base64 in the middle.
            let (first, rest) = text.split_at(text.len() / 2);
            let digit = if rest.starts_with('A') { "B" } else { "A" };
            format!("{first}{digit}{}", rest.split_at(1).1).into()
        });
        let path = bundle.with_extension(format!("{number}.json"));
        fs::write(&path, forged.to_string())?;
        paths.push(path);
    }
    Ok(paths)
}

/// Whether the first is believed, and none of the others.
fn first_alone(verdicts: &[String]) -> bool {
    let believed: Vec<bool> = verdicts.iter().map(|it| it == BELIEVED).collect();
    matches!(believed.split_first(), Some((true, others)) if !others.contains(&true))
}

const PAYLOAD: &str = "/dsseEnvelope/payload";
const SIGNATURE: &str = "/dsseEnvelope/signatures/0/sig";
const ENTRY: &str = "/verificationMaterial/tlogEntries/0/canonicalizedBody";
const CLOCK: &str = "/verificationMaterial/timestampVerificationData";

/// Fulcio, the clock and the log are stand-ins, since no package has them.
#[test]
fn what_an_identity_signs_is_believed_by_the_library_of_python_and_nothing_forged() -> Result<()> {
    let (Some(clients), Some(verifiers)) = (clients()?, verifiers()?) else { return Ok(()) };
    let (address, issuer) = ("ci@example.org", "https://token.example.org");
    let out = tempfile::tempdir()?;
    let sigstore = Sigstore::new(out.path(), THEN);
    let config = sigstore.config.display().to_string();
    let how = ["keyless", "--identity-token", "env://TOKEN", "--signing-config", &config];
    let bundle = signed(clients, &how, &Fulcio::token(issuer, address), out.path())?;
    let bundles = forged(&bundle, &[PAYLOAD, SIGNATURE, ENTRY, CLOCK])?;
    let verdicts = verifiers.python(&sigstore.root, (address, issuer), &bundles)?;
    ensure!(first_alone(&verdicts), "{verdicts:#?}");
    for (identity, issuer, said) in [
        ("other@example.org", issuer, "SANs do not match"),
        (address, "https://other.example.org", "OIDCIssuer does not match"),
    ] {
        let verdicts = verifiers.python(&sigstore.root, (identity, issuer), &bundles[..1])?;
        ensure!(verdicts[0].contains(said), "{verdicts:#?}");
    }
    Ok(())
}

#[test]
fn what_a_key_signs_and_a_log_has_is_believed_by_the_libraries_of_npm_and_nothing_forged()
-> Result<()> {
    let (Some(clients), Some(verifiers)) = (clients()?, verifiers()?) else { return Ok(()) };
    let out = tempfile::tempdir()?;
    let (log, root) = (Rekor::default(), out.path().join("root.json"));
    fs::write(&root, log.trusted_root().to_string())?;
    let log = Server::start(move |request| log.answer(request), |_, _| None);
    let (private, public) = key(clients, out.path())?;
    let (by, url) = (format!("key={private}"), format!("http://{}", log.address));
    let bundle = signed(clients, &[&by, "--log", &url], "", out.path())?;
    let bundles = forged(&bundle, &[PAYLOAD, SIGNATURE, ENTRY])?;
    let verdicts = verifiers.node(&root, Path::new(&public), &bundles)?;
    ensure!(first_alone(&verdicts), "{verdicts:#?}");
    Ok(())
}

#[test]
fn what_cosign_attests_is_verified_and_compared_with_a_scan() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    let image = first(clients, &push(clients, &clients.registry, "crane")?)?;
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

#[test]
fn a_night_renews_the_tags_of_a_repository_and_keeps_to_its_budget() -> Result<()> {
    let Some(clients) = clients()? else { return Ok(()) };
    let reference = push(clients, &clients.registry, "skopeo")?;
    output(&mut clients.program("crane", &["tag", &reference, "2"]))?;
    let (repository, _) = reference.rsplit_once(':').context("no tag")?;
    let out = tempfile::tempdir()?;
    let (private, public) = key(clients, out.path())?;
    let program = program::path()?;
    let programs = program.parent().context("no directory")?.display().to_string();
    let script = e2e::repository("examples/ci/nightly.sh").display().to_string();
    let night = |seconds: &str| {
        let start = ["-c", "PATH=$0:$PATH exec \"$@\"", &programs, &script, repository, seconds];
        let mut night = clients.program("sh", &start);
        night.env("SIGNING_KEY", fs::read_to_string(&private)?);
        night.env("SIGNING_PUB", fs::read_to_string(&public)?);
        night.env("XDG_CACHE_HOME", out.path()).current_dir(out.path());
        output(&mut night)
    };
    ensure!(night("0")?.is_empty(), "something was done without a budget");
    let told = night("120")?;
    assert_eq!(told.matches("byte for byte").count(), 2 * 2 * 4, "{told}");
    assert_eq!(fs::read_to_string(out.path().join("nightly.last"))?, "2\n");
    Ok(())
}
