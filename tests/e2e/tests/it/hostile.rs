//! An image made to mislead scanners still gets its SBOM, and nothing of the host gets into it.

use anyhow::Result;
use e2e::attestation::Statement;
use e2e::command::output;
use e2e::document::Document;
use e2e::engine::engine;
use e2e::example::{Build, built};
use e2e::{program, repository};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the file outside of the image says: a package, for whoever follows a link to it.
const SECRET: &str = "\
Package: planted-secret
Name: planted-secret
Status: install ok installed
Architecture: all
Maintainer: planted-secret
Version: 6.6.6

P:planted-secret
V:6.6.6
";

const SOUND: [(&str, &[&str]); 3] = [
    ("deb", &["debian/sound-status-d@1.0-1", "debian/sound-status@1.0-1"]),
    ("npm", &["odd@1.0.0", "sound@1.0.0"]),
    ("pypi", &["odd@1.0", "sound@1.0"]),
];

#[track_caller]
fn is_sound(document: &Document) -> Result<()> {
    for (kind, packages) in SOUND {
        assert_eq!(
            document.packages(kind)?.iter().map(String::as_str).collect::<Vec<_>>(),
            packages
        );
    }
    let text = document.0.to_string();
    for notice in ["empty-database", "incomplete", "malformed", "name-not-text"] {
        assert!(text.contains(notice), "no notice {notice}: {text}");
    }
    let hostname = fs::read_to_string("/etc/hostname").unwrap_or_default();
    for secret in ["planted-secret", "root:", "buildkitsandbox", hostname.trim()] {
        assert!(
            secret.is_empty() || !text.contains(secret),
            "{secret} got into the document: {text}"
        );
    }
    Ok(())
}

#[test]
fn a_hostile_image_gets_its_sbom_with_notices_and_nothing_of_the_host() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let Statement { document, .. } = &built(engine, "hostile")?.statements["sbom"];
    is_sound(document)
}

#[test]
fn links_to_the_process_of_the_generator_are_not_followed() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let build = Build::of("hostile", "environment").flag("--build-arg=OUTSIDE=/proc/self/environ");
    is_sound(&build.push(engine)?.statement("sbom")?.document)
}

#[test]
fn a_hostile_directory_of_the_host_gives_nothing_of_the_host() -> Result<()> {
    let Some(_) = engine()? else { return Ok(()) };
    let dir = tempfile::tempdir()?;
    let (root, outside, document) =
        (dir.path().join("root"), dir.path().join("outside"), dir.path().join("sbom.json"));
    fs::write(&outside, SECRET)?;
    output(Command::new(repository("examples/hostile/make.sh")).args([&root, &outside]))?;
    let to = format!("spdx-json={}", document.display());
    output(Command::new(program::path()?).arg("scan").arg(source(&root)).args(["-o", &to]))?;
    is_sound(&Document(serde_json::from_slice(&fs::read(document)?)?))
}

fn source(root: &Path) -> String {
    format!("dir:{}", root.display())
}
