//! Real package data with the package managers' own answers, where the corpus is at hand.

use std::path::Path;
use std::process::Command;

/// Types of packages that are read so far.
const TYPES: &str = "deb,apk,rpm,pypi,npm,gem,golang,cargo,maven,nuget";

/// Where the truth goes beyond what the files state: the name of this jar alone names it, and no group is to be had.
const BEYOND: &[&str] = &["missing ('maven', 'RoaringBitmap', '0.9.45')"];

#[test]
fn the_corpus_is_found_exactly() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let corpus = workspace.join("../shared/corpus");
    if !corpus.exists() {
        eprintln!("skipped: there is no corpus at {}", corpus.display());
        return;
    }
    let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    assert!(Command::new(corpus.join("unpack")).arg(&unpacked).status().unwrap().success());
    for (format, ours) in [("spdx", "spdx-json"), ("cyclonedx", "cyclonedx-json")] {
        let scanner = format!(
            "{} scan dir:{{root}} -q -o {ours}={{out}}",
            env!("CARGO_BIN_EXE_sbom-indexer")
        );
        let score = Command::new("python3")
            .arg(corpus.join("score.py"))
            .arg(unpacked.join("open"))
            .args(["--format", format, "--types", TYPES, "-v", "--scanner", &scanner])
            .output()
            .unwrap();
        let score = String::from_utf8_lossy(&score.stdout);
        let wrong: Vec<&str> =
            score.lines().filter(|it| it.starts_with(' ')).map(str::trim).collect();
        assert!(wrong == BEYOND && !score.contains("scanner failed"), "{format}: {score}");
    }
}
