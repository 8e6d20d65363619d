//! What is attached, shown and extracted.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::registry::Referrers;
use testkit::{OciImage, OciLayout};

use super::App;
use crate::run;

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
fn what_older_versions_of_cosign_put_under_tags_is_shown_and_extracted() {
    let app = App::new(Referrers::Listed);
    let image = app.discovered(&[])["images"][0]["digest"].as_str().unwrap().to_owned();
    let kept =
        OciImage::new("//- layer\n//- /x\nx\n").layer_type("application/vnd.dsse.envelope.v1+json");
    let tag = format!("{}.att", image.replace(':', "-"));
    let _ = app.registry.clone().with(&OciLayout::of(&kept), "app", &tag);

    let found = app.discovered(&[])["images"][0]["attached"].clone();
    let found = found.as_array().unwrap().iter().find(|it| it["road"] == "cosign").unwrap();
    let tree = app.done("discover", &[]);
    assert_eq!(tree.matches("\n    cosign    ").count(), 1, "{tree}");
    let digest = found["digest"].as_str().unwrap();
    let (_, _, output) = run(&mut app.command("extract", &["--digest", digest, "--output", "-"]));
    assert_eq!(testkit::digest(&output.stdout), digest);
}

#[test]
fn attach_and_discover_tell_the_same_digests() {
    let app = App::new(Referrers::Listed);
    let told = app.attach(&["--sign", &app.sign()]);
    let tree = app.done("discover", &[]);
    let attached = told.lines().filter(|it| it.starts_with("  attached  "));
    let digests: Vec<&str> =
        attached.flat_map(str::split_whitespace).filter(|it| it.starts_with("sha256:")).collect();
    assert_eq!(digests.len(), 17, "{told}");
    for digest in digests {
        assert!(tree.contains(digest), "{digest} {tree}");
    }
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
