//! `sbom-indexer diff`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::http::Server;
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout, Tree};

use crate::{program, run};

fn package(version: &str) -> String {
    format!("//- /node_modules/a/package.json\n{{\"name\":\"a\",\"version\":\"{version}\"}}\n")
}

#[test]
fn two_images_of_a_layout_are_compared() {
    let [old, new] = ["1.0.0", "1.1.0"].map(|it| {
        OciImage::new(package(it).as_str()).history(&["COPY node_modules /node_modules"])
    });
    let layout = OciLayout::default().image(&old, "v1").image(&new, "v2").to_directory();
    let source = |tag: &str| format!("oci-layout:{}:{tag}", layout.path().display());
    let out = tempfile::tempdir().unwrap();
    let document = out.path().join("diff.json");
    let diff = |extra: &[&str]| {
        run(program()
            .args(["diff", "-q", "--old", &source("v1"), "--new", &source("v2")])
            .args(extra))
    };
    let json = format!("json={}", document.display());
    let (code, log, output) = diff(&["-o", "markdown", "-o", &json]);
    assert_eq!(code, 0, "{log}");
    let comment = String::from_utf8(output.stdout).unwrap();
    assert!(
        comment.contains("Rebuilt layer 0: COPY node&#95;modules /node&#95;modules — 1 upgraded"),
        "{comment}"
    );
    let document: Value = serde_json::from_slice(&fs::read(document).unwrap()).unwrap();
    assert_eq!(document["changes"][0]["new"]["purl"], "pkg:npm/a@1.1.0");
    validate(&out.path().join("diff.json"));
    assert_eq!(diff(&["--exit-code"]).0, 1);
    let (code, log, _) = run(program().args([
        "diff",
        "-q",
        "--exit-code",
        "--old",
        &source("v1"),
        "--new",
        &source("v1"),
    ]));
    assert_eq!((code, &*log), (0, ""));
}

#[test]
fn directories_are_compared_without_layers() {
    let [old, new] = ["1.0.0", "0.9.0"].map(|it| Tree::parse(&package(it)).to_directory());
    let (code, log, output) =
        run(program().args(["diff", "-q", "--old"]).arg(old.path()).arg("--new").arg(new.path()));
    assert_eq!(code, 0, "{log}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("downgraded  npm   a     1.0.0  0.9.0"), "{table}");
    assert!(table.contains("Neither side tells its layers"), "{table}");
}

#[test]
fn documents_are_compared_with_each_other_and_with_images() {
    let layout = OciLayout::of(&OciImage::new(package("1.0.0").as_str())).to_directory();
    let source = format!("oci-layout:{}", layout.path().display());
    let out = tempfile::tempdir().unwrap();
    let document = |format: &str| format!("{format}={}", out.path().join(format).display());
    let documents = [document("cyclonedx-json"), document("spdx-json")];
    let (code, log, _) =
        run(program().args(["scan", &source, "-q", "-o", &documents[0], "-o", &documents[1]]));
    assert_eq!(code, 0, "{log}");
    let path = |format: &str| out.path().join(format).display().to_string();
    for (old, new) in [
        (path("cyclonedx-json"), source.clone()),
        (path("spdx-json"), path("cyclonedx-json")),
        (path("spdx-json"), path("spdx-json")),
    ] {
        let diff = ["diff", "-q", "--exit-code", "--old", &old, "--new", &new];
        let (code, log, output) = run(program().args(diff));
        let table = String::from_utf8(output.stdout).unwrap();
        assert_eq!((code, &*log), (0, ""), "{table}");
        assert!(table.starts_with("no changes"), "{table}");
        assert_eq!(table.contains("metadata are not compared"), old != new, "{table}");
    }
}

#[test]
fn bad_input_says_which_side_it_is() {
    let root = Tree::parse(&package("1.0.0")).to_directory();
    let (code, log, _) =
        run(program().args(["diff", "--old", "/nonexistent", "--new"]).arg(root.path()));
    assert!(code == 2 && log.contains("the old side: cannot scan /nonexistent"), "{log}");
    let (code, log, _) = run(program().args(["diff", "--old"]).arg(root.path()));
    assert!(code == 2 && log.contains("--new"), "{log}");
}

/// Checks a diff against the published schema, with Python's library, where that is at hand; CI has it.
fn validate(document: &Path) {
    const VALIDATE: &str = "import json, jsonschema, sys\n\
        jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))";
    let python = |arguments: &[&str]| Command::new("/usr/bin/python3").args(arguments).output();
    if !python(&["-c", "import jsonschema"]).is_ok_and(|it| it.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI has no jsonschema: tests/e2e/packages.sh installs it"
        );
        eprintln!("skipped: Python has no jsonschema");
        return;
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas/diff.schema.json");
    let output =
        python(&["-c", VALIDATE, schema.to_str().unwrap(), document.to_str().unwrap()]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A system of two packages, of which only the version of one is used by the entrypoint.
fn system(used: &str, unused: &str) -> Tree {
    let package = |name: &str, version: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: all\nVersion: {version}\n\n"
        )
    };
    Tree::parse(&format!(
        "//- /var/lib/dpkg/status\n{}{}//- /var/lib/dpkg/info/app.list\n/usr/bin/app\n\
         //- exec /usr/bin/app\n\u{7f}ELF\n",
        package("app", used),
        package("idle", unused)
    ))
}

#[test]
fn the_view_of_usage_tells_changes_of_what_is_used_alone() {
    let out = tempfile::tempdir().unwrap();
    let document = |name: &str, used: &str, unused: &str, entrypoint: &[&str]| {
        let root = system(used, unused).to_directory();
        let path = out.path().join(name).display().to_string();
        let (code, log, _) = run(program()
            .arg("scan")
            .arg(format!("dir:{}", root.path().display()))
            .args(entrypoint)
            .args(["-q", "--name", "x", "-o"])
            .arg(format!("cyclonedx-json={path}")));
        assert_eq!(code, 0, "{log}");
        path
    };
    let run_app = ["--entrypoint", "[\"/usr/bin/app\"]"];
    let old = document("old", "1", "1", &run_app);
    let new = document("new", "2", "2", &run_app);
    let only_idle = document("idle", "1", "2", &run_app);
    let untraced = document("untraced", "2", "2", &[]);
    let diff = |new: &str, view: &str| {
        let (code, log, output) =
            run(program().args(["diff", "-q", "--old", &old, "--new", new, "--view", view]));
        (code, log, String::from_utf8(output.stdout).unwrap())
    };
    let (code, log, all) = diff(&new, "inventory");
    assert!(code == 0 && all.contains("idle") && all.contains("app"), "{log}{all}");
    let (code, log, used) = diff(&new, "usage");
    assert!(code == 0 && used.contains("app") && !used.contains("idle"), "{log}{used}");
    let (_, log, none) = diff(&only_idle, "usage");
    assert!(none.starts_with("no changes"), "{log}{none}");
    let (code, log, _) = diff(&untraced, "usage");
    assert!(code == 2 && log.contains("the entrypoint of") && log.contains("not known"), "{log}");
}

#[test]
fn documents_of_other_tools_are_compared_and_said_to_have_no_layers() {
    let out = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = out.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let cyclonedx = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"tools":[{"name":"other"}]},
        "components":[{"type":"library","name":"a","version":"1.0.0","purl":"pkg:npm/a@1.0.0"}]}"#;
    let spdx = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x",
        "creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: another-1"]},
        "packages":[{"SPDXID":"A","name":"a","versionInfo":"1.1.0","externalRefs":[
          {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1.1.0"}]},
          {"SPDXID":"B","name":"b","versionInfo":"1"}]}"#;
    let (old, new) = (write("old.json", cyclonedx), write("new.json", spdx));
    let json = out.path().join("diff.json");
    let (code, log, output) = run(program()
        .args(["diff", "-q", "--old", &old, "--new", &new, "-o", "table", "-o"])
        .arg(format!("json={}", json.display())));
    assert_eq!(code, 0, "{log}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("upgraded") && table.contains("1.1.0"), "{table}");
    assert!(table.contains("Neither side tells its layers"), "{table}");
    assert!(table.contains("metadata are not compared"), "{table}");
    validate(&json);
    let document: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(document["old"]["hasLayers"], false);
    assert!(document["changes"].as_array().unwrap().iter().all(|it| it["layer"].is_null()));
}

#[test]
fn an_image_of_a_registry_is_compared_with_a_file() {
    let [old, new] = ["1.0.0", "1.1.0"]
        .map(|it| OciImage::new(package(it).as_str()).history(&["COPY node_modules /"]));
    let registry = Registry::new(Referrers::Unknown).with(&OciLayout::of(&new), "app", "2");
    let server = Server::start(move |request| registry.answer(request), |_, _| None);
    let image = format!("{}/app:2", server.address);
    let layout = OciLayout::of(&old).to_directory();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("old.cdx.pb").display().to_string();
    let (code, log, _) = run(program()
        .arg("scan")
        .arg(format!("oci-layout:{}", layout.path().display()))
        .args(["-q", "-o", &format!("cyclonedx-pb={file}")]));
    assert_eq!(code, 0, "{log}");
    let diff = |old: &str, new: &str| {
        let (code, log, output) = run(program().args(["diff", "-q", "--old", old, "--new", new]));
        assert_eq!(code, 0, "{log}");
        String::from_utf8(output.stdout).unwrap()
    };
    let table = diff(&file, &image);
    assert!(table.contains("upgraded  npm   a     1.0.0  1.1.0  0 "), "{table}");
    let table = diff(&image, &file);
    assert!(table.contains("downgraded"), "{table}");
}
