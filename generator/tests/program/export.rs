//! `sbom-indexer export`, and what scan writes for it.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::Tree;

use crate::{program, run};

/// Scans a small tree into a file and tells where that is.
fn scanned(directory: &Path, format: &str, name: &str) -> PathBuf {
    let tree = Tree::parse(
        "//- /node_modules/@a/b/package.json\n{\"name\":\"@a/b\",\"version\":\"1.0.0\",\"license\":\"MIT\"}\n",
    );
    let (root, path) = (tree.to_directory(), directory.join(name));
    let mut scan = program();
    scan.arg("scan").arg(format!("dir:{}", root.path().display())).args(["-q", "--name", "x"]);
    scan.args(["--files", "none", "-o"]).arg(format!("{format}={}", path.display()));
    assert_eq!(run(&mut scan).0, 0);
    path
}

fn exported(file: &Path, format: &str) -> (i32, String, Vec<u8>) {
    let (code, said, output) = run(program().arg("export").arg(file).args(["-o", format]));
    (code, said, output.stdout)
}

#[test]
fn a_document_goes_through_every_format_and_back() {
    let directory = tempfile::tempdir().unwrap();
    let first = scanned(directory.path(), "cyclonedx-json", "first.json");
    let mut last = first.clone();
    for format in
        ["cyclonedx-pb", "spdx-json", "spdx3-json", "cyclonedx-json@1.7", "cyclonedx-json"]
    {
        let next = directory.path().join(format).with_extension("zst");
        let output = format!("{format}={}", next.display());
        let (code, said, _) = exported(&last, &output);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("1 components") && !said.contains("left out"), "{said}");
        assert!(fs::read(&next).unwrap().starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
        last = next;
    }
    let (_, _, end) = exported(&last, "cyclonedx-json");
    assert_eq!(String::from_utf8(end).unwrap(), fs::read_to_string(first).unwrap());
}

#[test]
fn what_another_tool_says_beyond_components_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("other.json");
    let bom = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"tools":[{"name":"other"}]},
        "components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1","cpe":"c"}]}"#;
    fs::write(&file, bom).unwrap();
    let (code, said, table) = exported(&file, "table");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("left out: components[].cpe"), "{said}");
    let table = String::from_utf8(table).unwrap();
    assert!(table.contains("foreign-document") && table.contains("not-taken-over"), "{table}");
}

#[test]
fn no_trace_is_made_up_of_a_document_that_holds_none() {
    let directory = tempfile::tempdir().unwrap();
    let file = scanned(directory.path(), "cyclonedx-json", "first.json");
    for format in ["entrytrace-json", "entrytrace-ndjson"] {
        let (code, said, trace) = exported(&file, format);
        assert!(code == 2 && said.contains("no document that is read holds the trace"), "{said}");
        assert!(trace.is_empty());
    }
}

#[test]
fn what_is_no_document_is_wrong_input() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("x");
    fs::write(&file, "{\"a\": [").unwrap();
    let (code, said, _) = exported(&file, "table");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("byte 6") || said.contains("byte 7"), "{said}");
    let (code, said, _) = exported(&directory.path().join("missing"), "table");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("cannot read") && said.contains("missing"), "{said}");
}
