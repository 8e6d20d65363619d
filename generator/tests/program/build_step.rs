//! The step that the frontend has BuildKit run, on directories in the place of mounts.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use testkit::Tree;

use crate::{program, run};

const DEBIAN: &str = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
    //- /var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";

/// A directory like `/` of the step.
fn step(order: &Value) -> tempfile::TempDir {
    let step = Tree::parse("//- dir /run/out\n").to_directory();
    Tree::parse(DEBIAN).write(&step.path().join("run/src/core/sbom"));
    fs::create_dir_all(step.path().join("run/order")).unwrap();
    fs::write(step.path().join("run/order/order.json"), order.to_string()).unwrap();
    step
}

fn order(formats: &[&str]) -> Value {
    json!({
        "platform": "linux/amd64", "formats": formats, "views": ["inventory", "usage"], "files": "none",
        "name": "app", "supplier": null, "created": 86400, "threads": 1, "start": {"entrypoint": ["/a"]},
    })
}

fn build_step(root: &Path, what: &str) -> (i32, String) {
    let (code, log, _) = run(program().args(["build-step", what, "--root"]).arg(root));
    (code, log)
}

fn written(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("run/out")).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn json(root: &Path, file: &str) -> Value {
    serde_json::from_slice(&fs::read(root.join("run/out").join(file)).unwrap()).unwrap()
}

#[test]
fn what_is_asked_for_is_written_and_summed_up() {
    let step = step(&order(&["spdx-json", "cyclonedx-json"]));
    let (code, log) = build_step(step.path(), "scan");
    assert_eq!(code, 0, "{log}");
    let summary = json(step.path(), "summary.json");
    let documents = summary["documents"].as_array().unwrap();
    let mut files: Vec<String> =
        documents.iter().map(|it| it["file"].as_str().unwrap().to_owned()).collect();
    files.extend(["summary.json".to_owned()]);
    files.sort();
    assert_eq!(files, written(step.path()), "nothing else is left");
    assert_eq!(summary["components"], 2);
    let spdx = json(step.path(), "sbom.spdx.json");
    assert_eq!(spdx["name"], "app");
    assert_eq!(spdx["creationInfo"]["created"], "1970-01-02T00:00:00Z");
    assert_eq!(json(step.path(), "inventory.cdx.json")["bomFormat"], "CycloneDX");
    assert!(log.contains("[sbom] done") && !log.contains("[sbom] walk"), "{log}");
}

#[test]
fn every_sort_of_document_is_a_predicate_of_its_own_type() {
    let step = step(&order(&["spdx-json", "cyclonedx-json", "bom-index", "entrytrace-json"]));
    Tree::default()
        .executable("/a", testkit::Elf::new().build())
        .write(&step.path().join("run/src/core/sbom"));
    let (code, log) = build_step(step.path(), "scan");
    assert_eq!(code, 0, "{log}");
    let summary = json(step.path(), "summary.json");
    let documents = summary["documents"].as_array().unwrap().iter();
    let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
    let mut types: Vec<(String, String)> =
        documents.map(|it| (text(it, "file"), text(it, "predicateType"))).collect();
    types.sort();
    let ours = |name: &str| format!("https://stella-ops.org/attestations/{name}/v1");
    let expected = [
        ("bom-index.json", ours("bom-index")),
        ("entrytrace.json", ours("entrytrace")),
        ("inventory.cdx.json", "https://cyclonedx.org/bom".to_owned()),
        ("sbom.spdx.json", "https://spdx.dev/Document".to_owned()),
        ("usage.cdx.json", "https://cyclonedx.org/bom".to_owned()),
    ];
    assert_eq!(types, expected.map(|(file, it)| (file.to_owned(), it)));
    // BOMIDX1 in base64.
    assert!(text(&json(step.path(), "bom-index.json"), "content").starts_with("Qk9NSURYM"));
    assert_eq!(json(step.path(), "entrytrace.json")["terminals"][0]["program"], "/a");
}

#[test]
fn the_document_of_what_is_used_lists_nothing_else() {
    let step = step(&order(&["cyclonedx-json"]));
    Tree::parse("//- exec /c\n#!/a\n")
        .executable("/a", testkit::Elf::new().build())
        .write(&step.path().join("run/src/core/sbom"));
    let (code, log) = build_step(step.path(), "scan");
    assert_eq!(code, 0, "{log}");
    let names = |file| {
        let document = json(step.path(), file);
        let components = document["components"].as_array().unwrap().clone();
        let names = components.iter().map(|it| it["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert!(names("inventory.cdx.json").contains(&"c".to_owned()));
    assert_eq!(names("usage.cdx.json"), ["a", "debian"]);
}

#[test]
fn an_image_without_files_has_an_sbom_without_components() {
    let step = step(&order(&["spdx-json"]));
    fs::remove_dir_all(step.path().join("run/src")).unwrap();
    let (code, log) = build_step(step.path(), "scan");
    assert_eq!(code, 0, "{log}");
    assert_eq!(json(step.path(), "summary.json")["components"], 0);
    assert_eq!(written(step.path()), ["sbom.spdx.json", "summary.json"]);
}

#[test]
fn a_stage_is_scanned_beside_the_result() {
    let step = step(&order(&["spdx-json", "cyclonedx-json"]));
    Tree::parse(DEBIAN).write(&step.path().join("run/src/extras/sbom-one"));
    let (code, log) = build_step(step.path(), "scan");
    assert_eq!(code, 0, "{log}");
    assert_eq!(json(step.path(), "sbom-one.spdx.json")["name"], "sbom-one");
}

#[test]
fn what_is_remembered_of_the_base_changes_no_byte() {
    let base = step(&order(&[]));
    let (code, log) = build_step(base.path(), "remember");
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("[base] done") && !log.contains("[base] walk"), "{log}");
    let split = step(&order(&["spdx-json", "cyclonedx-json"]));
    let whole = step(&order(&["spdx-json", "cyclonedx-json"]));
    let changed = DEBIAN.replace("Version: 1", "Version: 2");
    let at = |root: &Path, path: &str| root.join("run").join(path);
    Tree::parse(&changed).write(&at(split.path(), "src/core/sbom"));
    Tree::parse(&changed).write(&at(whole.path(), "src/core/sbom"));
    Tree::parse(&changed).write(&at(split.path(), "changes"));
    fs::rename(at(base.path(), "out"), at(split.path(), "memory")).unwrap();
    for root in [split.path(), whole.path()] {
        let (code, log) = build_step(root, "scan");
        assert_eq!(code, 0, "{log}");
    }
    assert_eq!(written(split.path()), written(whole.path()));
    for file in written(split.path()) {
        let read = |root: &Path| fs::read(root.join("run/out").join(&file)).unwrap();
        assert_eq!(read(split.path()), read(whole.path()), "{file}");
    }
}

#[test]
fn a_broken_memory_or_order_fails_the_step_and_says_so() {
    let broken = step(&order(&["spdx-json"]));
    fs::create_dir_all(broken.path().join("run/memory")).unwrap();
    fs::write(broken.path().join("run/memory/memory"), b"\xff").unwrap();
    let (code, log) = build_step(broken.path(), "scan");
    assert!(code == 1 && log.contains("what is remembered of the base image"), "{log}");
    let (code, log) = build_step(step(&json!([])).path(), "scan");
    assert!(code == 1 && log.contains("what is asked of the scan"), "{log}");
    let (code, log) = build_step(broken.path(), "other");
    assert!(code == 2 && log.contains("there is no step other"), "{log}");
}
