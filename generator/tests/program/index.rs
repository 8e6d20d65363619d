//! `sbom-indexer index`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::{OciImage, OciLayout, Tree};

use crate::{program, run};

const LODASH: &str = "//- layer\n//- /a\n//- layer\n\
    //- /app/node_modules/lodash/package.json\n{\"name\":\"lodash\",\"version\":\"4.17.21\"}\n\
    //- /app/node_modules/@b/c/package.json\n{\"name\":\"@b/c\",\"version\":\"1.0.0\"}\n";

/// Scans an image into an index.
fn index(format: &str, layers: &str, to: &Path) {
    let layout = OciLayout::of(&OciImage::new(layers)).to_directory();
    let (code, log, _) = run(program()
        .arg("scan")
        .arg(format!("oci-layout:{}", layout.path().display()))
        .args(["-q", "-o"])
        .arg(format!("{format}={}", to.display())));
    assert_eq!(code, 0, "{log}");
}

fn text(arguments: &[&str]) -> String {
    let (code, log, output) = run(program().arg("index").args(arguments));
    assert_eq!((code, &*log), (0, ""));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_index_of_either_version_tells_what_is_in_which_layer() {
    let directory = tempfile::tempdir().unwrap();
    for format in ["bom-index", "bom-index-v2"] {
        let path = directory.path().join(format);
        index(format, LODASH, &path);
        let path = path.to_str().unwrap();
        let shown = text(&["show", path]);
        assert!(shown.contains("components  2") && shown.contains("layer 1"), "{shown}");
        assert!(shown.contains("pkg:npm/lodash@4.17.21  1       unknown"), "{shown}");
        let shown: Value = serde_json::from_str(&text(&["show", path, "-o", "json"])).unwrap();
        assert_eq!(shown["components"][0]["component"], "pkg:npm/%40b/c@1.0.0");
        let found = text(&["query", path, "--purl", "pkg:npm/@b/c", "-o", "json"]);
        let found: Value = serde_json::from_str(&found).unwrap();
        assert_eq!(found["layers"][0]["index"], 1);
        assert_eq!(found["image"], shown["image"]);
        let layer = found["layers"][0]["digest"].as_str().unwrap();
        assert_eq!(text(&["query", path, "--layer", layer]).lines().count(), 3);
        assert_eq!(text(&["query", path, "--layer", "0"]).lines().count(), 1);
        assert_eq!(text(&["query", path, "--used"]).lines().count(), 1);
    }
}

#[test]
fn a_directory_is_a_layer_of_its_own() {
    let root =
        Tree::parse("//- /node_modules/a/package.json\n{\"name\":\"a\",\"version\":\"1.0.0\"}\n")
            .to_directory();
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("i");
    let (code, log, _) = run(program()
        .arg("scan")
        .arg(root.path())
        .args(["-q", "-o"])
        .arg(format!("bom-index={}", path.display())));
    assert_eq!(code, 0, "{log}");
    let shown = text(&["show", path.to_str().unwrap(), "-o", "json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["layers"][0], shown["image"]);
    assert_eq!(shown["components"][0]["layers"][0]["index"], 0);
}

#[test]
fn many_indexes_answer_as_one_and_a_broken_one_is_told_of() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("sha256-1")).unwrap();
    index("bom-index", LODASH, &directory.path().join("sha256-1/bom-index.bin"));
    index("bom-index-v2", LODASH, &directory.path().join("second"));
    fs::write(directory.path().join("readme"), "no index").unwrap();
    let path = directory.path().to_str().unwrap();
    let found = text(&["query", path, "--purl", "pkg:npm/lodash@*", "-o", "json"]);
    let files: Vec<Value> = found.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(files.len(), 2);
    assert!(files[0]["file"].as_str().unwrap().ends_with("second"));
    fs::write(directory.path().join("broken"), b"BOMIDX1\x01\0").unwrap();
    let (code, log, output) =
        run(program().args(["index", "query", path, "--purl", "pkg:npm/lodash"]));
    assert_eq!(code, 1);
    assert!(log.contains("broken: ") && log.contains("at offset 9"), "{log}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
}

#[test]
fn what_is_no_index_or_no_condition_is_bad_usage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x");
    fs::write(&path, "x").unwrap();
    let path = path.to_str().unwrap();
    let (code, log, _) = run(program().args(["index", "show", path]));
    assert!(code == 2 && log.contains("is no BOM-Index"), "{log}");
    assert_eq!(run(program().args(["index", "query", path])).0, 2);
    assert_eq!(run(program().args(["index", "query", "/nonexistent", "--used"])).0, 2);
}

#[test]
fn the_reader_in_python_reads_the_same() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: there is no python3");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/bom-index/read.py");
    for format in ["bom-index", "bom-index-v2"] {
        let path = directory.path().join(format);
        index(format, LODASH, &path);
        let (code, log, output) = run(Command::new("python3").arg(&reader).arg(&path));
        assert_eq!(code, 0, "{log}");
        let read = String::from_utf8(output.stdout).unwrap();
        let rows: Vec<&str> = read.lines().skip(1).collect();
        assert_eq!(rows, ["pkg:npm/%40b/c@1.0.0 1 -", "pkg:npm/lodash@4.17.21 1 -"]);
    }
}
