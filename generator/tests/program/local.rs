//! `sbom-indexer scan`.

use std::fs;

use serde_json::Value;
use testkit::Tree;

use crate::{program, run};

const TREE: &str =
    "//- /opt/a-1.dist-info/METADATA\nName: a\nVersion: 1\n//- /node_modules/cut/package.json\n{\n";

#[test]
fn documents_go_to_files_and_to_standard_output_at_once() {
    let root = Tree::parse(TREE).to_directory();
    let out = tempfile::tempdir().unwrap();
    let document = out.path().join("sbom.json");
    let (code, log, output) = run(program()
        .args(["scan", &format!("dir:{}", root.path().display()), "-o", "table", "-o"])
        .arg(format!("spdx-json={}", document.display())));
    assert_eq!(code, 0, "{log}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(
        table.contains("NAME") && table.contains("pypi") && table.contains("! malformed"),
        "{table}"
    );
    let document: Value = serde_json::from_slice(&fs::read(document).unwrap()).unwrap();
    assert_eq!(document["spdxVersion"], "SPDX-2.3");
}

#[test]
fn lockfiles_count_in_a_build_context_alone() {
    let root = Tree::parse("//- /Gemfile.lock\nGEM\n  specs:\n    rack (3.0.0)\n").to_directory();
    let scan = |options: &[&str]| {
        let (code, log, output) =
            run(program().arg("scan").arg(root.path()).args(["-q", "-o", "table"]).args(options));
        assert_eq!(code, 0, "{log}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(scan(&["--context"]).contains("rack  3.0.0    gem (declared)"));
    assert!(!scan(&[]).contains("rack"));
}

#[test]
fn only_the_last_part_of_the_path_reaches_the_document() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("rootfs");
    Tree::parse(TREE).write(&root);
    let (_, _, output) = run(program().arg("scan").arg(&root).arg("-q"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\"name\":\"rootfs\""), "{text}");
    assert!(!text.contains(outer.path().to_str().unwrap()), "{text}");
    let (_, _, named) = run(program().arg("scan").arg(&root).args(["-q", "--name", "app"]));
    assert!(String::from_utf8(named.stdout).unwrap().contains("\"name\":\"app\""));
}

#[test]
fn exit_codes_tell_usage_from_failure_and_strictness() {
    let root = Tree::parse(TREE).to_directory();
    let scan = |arguments: &[&str]| run(program().arg("scan").arg(root.path()).args(arguments));
    assert_eq!(scan(&["-q"]).0, 0);
    assert_eq!(scan(&["-q", "--strict"]).0, 1);
    let (code, log, _) = scan(&["-o", "xml"]);
    assert!(code == 2 && log.contains("no format is called xml; there are"), "{log}");
    let (code, log, _) = run(program().args(["scan", "/nonexistent"]));
    assert!(code == 2 && log.contains("cannot scan /nonexistent"), "{log}");
    assert_eq!(scan(&["-o", "spdx-json=/nonexistent/a"]).0, 1);
}

#[test]
fn progress_is_silent_when_asked() {
    let root = Tree::parse(TREE).to_directory();
    let scan = |arguments: &[&str]| run(program().arg("scan").arg(root.path()).args(arguments));
    assert!(scan(&[]).1.contains("walk"));
    assert_eq!(scan(&["-q"]).1, "");
}

#[test]
fn help_completions_and_manual_page_are_generated() {
    let text =
        |arguments: &[&str]| String::from_utf8(run(program().args(arguments)).2.stdout).unwrap();
    assert!(text(&["scan", "--help"]).contains("Examples:"));
    assert!(text(&["completions", "bash"]).contains("_sbom__indexer()"));
    assert!(text(&["man"]).contains(".TH sbom-indexer"));
}
