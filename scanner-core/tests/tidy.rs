//! The rules of the house, as a test.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "reads the sources; one that cannot be read is a broken test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use scanner_core::analyzers::ANALYZERS;
use scanner_core::fuzz::TARGETS;
use scanner_core::model::Code;

/// Lines of a file before its tests.
const LONGEST: usize = 400;

/// Which module of the core may use which others. `scan` and `fuzz` may use all.
const USES: &[(&str, &[&str])] = &[
    ("path", &[]),
    ("limits", &[]),
    ("read", &[]),
    ("parallel", &[]),
    ("by_hash", &[]),
    ("formats", &["read"]),
    ("model", &["path"]),
    ("image", &["model", "path", "read"]),
    ("fs", &["by_hash", "image", "limits", "model", "path", "read"]),
    ("source", &["formats", "image", "limits", "model", "parallel", "path", "read"]),
    ("native", &["formats", "fs", "model", "path", "read"]),
    ("entrytrace", &["formats", "fs", "image", "limits", "model", "path", "read"]),
    (
        "analyzers",
        &[
            "entrytrace",
            "formats",
            "fs",
            "image",
            "limits",
            "model",
            "native",
            "parallel",
            "path",
            "read",
        ],
    ),
    ("resolve", &["by_hash", "fs", "limits", "model", "parallel", "path", "read", "versions"]),
    ("versions", &[]),
    ("diff", &["model", "versions"]),
    ("emit", &["by_hash", "diff", "model", "path"]),
    ("documents", &["emit", "limits", "model", "path"]),
    ("views", &["model", "path"]),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file of the workspace, relative to it, with its text.
fn sources() -> Vec<(String, String)> {
    let mut pending: Vec<PathBuf> =
        ["attest", "fuzz", "generator", "proto", "registry", "scanner-core", "testkit", "tests"]
            .map(|it| workspace().join(it))
            .into();
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() && path.file_name().unwrap() != "target" {
            pending.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path.strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// The part of a file before its unit tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    for (name, text) in sources() {
        assert!(text.starts_with("//!"), "{name} does not begin with //!");
        let lines = code(&text).lines().count();
        assert!(
            lines <= LONGEST,
            "{name} has {lines} lines; one concept a file, at most {LONGEST}"
        );
    }
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let mut modules = BTreeSet::new();
    for (name, text) in sources() {
        let Some(rest) = name.strip_prefix("scanner-core/src/") else { continue };
        let module = rest.split(['/', '.']).next().unwrap().to_owned();
        if matches!(&*module, "lib" | "scan" | "fuzz") {
            continue;
        }
        let allowed = USES
            .iter()
            .find(|(it, _)| *it == module)
            .unwrap_or_else(|| panic!("{module} is not in the table"))
            .1;
        for used in code(&text).split("crate::").skip(1) {
            let used: String =
                used.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
            assert!(
                used == module || allowed.contains(&&*used),
                "{name} uses {used}, which {module} may not"
            );
        }
        modules.insert(module);
    }
    assert_eq!(modules.len(), USES.len(), "the table names modules that are not there");
}

#[test]
fn every_analyzer_is_in_a_file_of_its_name_and_found_in_a_fixture() {
    let fixtures = fs::read_dir(workspace().join("scanner-core/tests/it")).unwrap();
    let fixtures: String =
        fixtures.map(|it| fs::read_to_string(it.unwrap().path()).unwrap()).collect();
    let mut last = "";
    for analyzer in ANALYZERS {
        let id = analyzer.id();
        assert!(last < id, "{id} is out of order");
        last = id;
        let folder = workspace().join("scanner-core/src/analyzers");
        assert!(
            folder.join(format!("{id}.rs")).exists() || folder.join(id).is_dir(),
            "{id} has no file of its name"
        );
        assert!(fixtures.contains(&format!("\n      {id} /")), "no fixture shows what {id} finds");
    }
}

#[test]
fn every_format_has_a_fuzz_target_and_every_target_a_format() {
    let formats = fs::read_dir(workspace().join("scanner-core/src/formats")).unwrap();
    let formats =
        formats.map(|it| it.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    // Documents have a reader in a folder each, CycloneDX one for each form; `documents` tells them apart, and a
    // composition knows them by their names.
    let readers = fs::read_dir(workspace().join("scanner-core/src/documents")).unwrap();
    let readers = readers.map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let readers = readers.map(|it| it.file_name().unwrap().to_str().unwrap().to_owned());
    let more = ["composition", "cyclonedx_protobuf", "documents"].map(str::to_owned);
    let formats: Vec<String> = formats
        .filter(|it| it != "mod")
        .chain(readers)
        .chain(more)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert_eq!(formats, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn every_notice_code_and_property_key_is_explained() {
    let formats = fs::read_to_string(workspace().join("docs/formats.md")).unwrap();
    for code in Code::ALL {
        assert!(
            formats.contains(&format!("| `{}` |", code.as_str())),
            "docs/formats.md lacks {}",
            code.as_str()
        );
    }
    let is_key = |it: &str| {
        let (ecosystem, name) = it.split_once(':').unwrap_or_default();
        let plain = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || "-.".contains(it))
        };
        plain(ecosystem) && plain(name)
    };
    for (name, text) in
        sources().iter().filter(|(name, _)| name.starts_with("scanner-core/src/analyzers/"))
    {
        for key in code(text).split('"').filter(|it| is_key(it)) {
            assert!(
                formats.contains(&format!("`{key}`")),
                "docs/formats.md lacks the property {key} of {name}"
            );
        }
    }
}

#[test]
fn the_table_of_analyzers_is_up_to_date() {
    let mut table = String::from(
        "# Analyzers\n\nGenerated from the code by `make docs`.\n\n\
         | analyzer | reads | claims | refuses | specification |\n| --- | --- | --- | --- | --- |\n",
    );
    for analyzer in ANALYZERS {
        let reads: Vec<String> = analyzer.selects().iter().map(|it| format!("`{it}`")).collect();
        let about = analyzer.about();
        let (id, reads) = (analyzer.id(), reads.join(", "));
        let _ = writeln!(
            table,
            "| {id} | {reads} | {} | {} | {} |",
            about.claims, about.refuses, about.specification
        );
    }
    let path = workspace().join("docs/analyzers.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &table).unwrap();
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|it| it == table),
        "docs/analyzers.md is out of date: run make docs"
    );
}
