//! Real package data with the package managers' own answers, where the corpus is at hand.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::program;

/// Types of packages that are read so far.
const TYPES: &str = "deb,apk,rpm,pypi,npm,gem,golang,cargo,maven,nuget";

/// Where the truth goes beyond what the files state: the name of this jar alone names it, and no group is to be had.
const BEYOND: &[&str] = &["missing ('maven', 'RoaringBitmap', '0.9.45')"];

/// The corpus, and its cases unpacked; none, with the reason told, where it is not at hand.
fn unpacked() -> Option<&'static (PathBuf, PathBuf)> {
    static PLACES: OnceLock<Option<(PathBuf, PathBuf)>> = OnceLock::new();
    let unpack = || {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let corpus = workspace.join("../shared/corpus");
        if !corpus.exists() {
            eprintln!("skipped: there is no corpus at {}", corpus.display());
            return None;
        }
        let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
        assert!(Command::new(corpus.join("unpack")).arg(&unpacked).status().unwrap().success());
        Some((corpus, unpacked))
    };
    PLACES.get_or_init(unpack).as_ref()
}

#[test]
fn the_corpus_is_found_exactly() {
    let Some((corpus, unpacked)) = unpacked() else { return };
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

/// Every format that programs read.
const FORMATS: [&str; 6] =
    ["cyclonedx-json", "cyclonedx-json@1.7", "cyclonedx-pb", "spdx-json", "spdx3-json", "table"];

/// Copies a tree, names in the opposite order, all files of another date.
fn copy_backwards(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    let mut entries: Vec<_> = fs::read_dir(from).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(|it| std::cmp::Reverse(it.file_name()));
    for entry in entries {
        let (kind, target) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy_backwards(&entry.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else if kind.is_file() {
            fs::copy(entry.path(), &target).unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            let file = fs::File::open(&target).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(24)).unwrap();
            fs::set_permissions(&target, Permissions::from_mode(mode)).unwrap();
        }
    }
}

/// The documents of a tree in all formats.
fn documents(root: &Path, threads: &str, out: &Path) -> Vec<Vec<u8>> {
    let mut command = program();
    command.arg("scan").arg(format!("dir:{}", root.display()));
    command.args(["-q", "--name", "case", "--files", "all", "--threads", threads]);
    for format in FORMATS {
        command.arg("-o").arg(format!("{format}={}", out.join(format).display()));
    }
    assert!(command.status().unwrap().success(), "{}", root.display());
    FORMATS.iter().map(|format| fs::read(out.join(format)).unwrap()).collect()
}

#[test]
fn every_tree_of_the_corpus_gives_the_same_bytes_whatever_threads_order_place_and_date() {
    let Some((_, unpacked)) = unpacked() else { return };
    let mut cases: Vec<PathBuf> =
        fs::read_dir(unpacked.join("open")).unwrap().map(|it| it.unwrap().path()).collect();
    cases.retain(|it| it.join("rootfs").is_dir());
    assert!(!cases.is_empty());
    for case in cases {
        let (root, scratch) = (case.join("rootfs"), tempfile::tempdir().unwrap());
        let one = documents(&root, "1", scratch.path());
        let copy = scratch.path().join("copy");
        copy_backwards(&root, &copy);
        for (root, threads) in [(&root, "2"), (&root, "8"), (&copy, "2")] {
            let again = documents(root, threads, scratch.path());
            let place = (root.display(), threads);
            for (format, (a, b)) in FORMATS.iter().zip(one.iter().zip(&again)) {
                assert!(a == b, "{format} of {} with {} threads", place.0, place.1);
            }
        }
    }
}

#[test]
fn entrypoints_of_the_corpus_end_in_the_true_program() {
    let Some((_, unpacked)) = unpacked() else { return };
    for case in fs::read_dir(unpacked.join("open/entrypoint")).unwrap() {
        let case = case.unwrap().path();
        let read = |name: &str| -> Value {
            serde_json::from_slice(&fs::read(case.join(name)).unwrap()).unwrap()
        };
        let (config, expected) = (&read("config.json")["config"], read("expected.json"));
        let mut trace = program();
        trace.arg("trace").arg(case.join("rootfs")).args(["-o", "json"]);
        trace.args(["--entrypoint", &config["Entrypoint"].to_string()]);
        trace.args(["--cmd", &config["Cmd"].to_string()]);
        for variable in config["Env"].as_array().into_iter().flatten() {
            trace.args(["--env", variable.as_str().unwrap()]);
        }
        let (code, log, output) = crate::run(&mut trace);
        assert_eq!(code, 0, "{log}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let told = document["terminals"].get(0).map_or(Value::Null, |it| {
            serde_json::json!({ "program": it["program"], "argv": it["argv"], "runsAs": it["runsAs"] })
        });
        assert_eq!(told, expected["terminal"], "{}", case.display());
    }
}
