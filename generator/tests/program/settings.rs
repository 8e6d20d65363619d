//! Settings: the file, the environment, flags.

use std::path::Path;

use testkit::Tree;

use crate::{program, run};

/// Writes a file of settings.
fn file(directory: &Path, text: &str) -> String {
    let path = directory.join("config.yaml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_setting_is_told_with_its_origin() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(
        directory.path(),
        "worker: {}\nscanner:\n  limits: {perRegistryConcurrency: 7, maxParallel: 3}\n  registries:\n    plainHttp: [a.example, \"b.example:5000\"]\n",
    );
    let mut command = program();
    command.args(["config", "--config", &path]).env("SCANNER__LIMITS__MAXPARALLEL", "1");
    let (code, log, output) = run(&mut command);
    assert_eq!(code, 0, "{log}");
    let text = String::from_utf8(output.stdout).unwrap();
    let words = |key: &str| -> Vec<String> {
        let line = text.lines().find(|it| it.starts_with(key)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect()
    };
    assert_eq!(words("limits.perRegistryConcurrency"), ["7", path.as_str()]);
    assert_eq!(words("limits.maxParallel"), ["1", "SCANNER__LIMITS__MAXPARALLEL"]);
    assert_eq!(words("registries.plainHttp"), ["a.example,b.example:5000", path.as_str()]);
    assert_eq!(words("cache.size"), ["10G", "default"]);
}

#[test]
fn a_file_sets_defaults_that_flags_override() {
    let tree = Tree::parse("//- exec /bin/run-parts\n\u{7f}ELF\n//- exec /parts/a\n\u{7f}ELF\n");
    let root = tree.to_directory();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("sbom-indexer")).unwrap();
    file(&home.path().join("sbom-indexer"), "scanner: {entryTrace: {followRunParts: false}}");
    let trace = |flags: &[&str], home: Option<&Path>| {
        let mut command = program();
        command
            .arg("trace")
            .arg(root.path())
            .args(["--entrypoint", "[\"/bin/run-parts\",\"/parts\"]"]);
        command.args(flags);
        home.map(|it| command.env("XDG_CONFIG_HOME", it));
        let (code, log, output) = run(&mut command);
        assert_eq!(code, 0, "{log}");
        String::from_utf8(output.stdout).unwrap().contains("/parts/a")
    };
    assert!(trace(&[], None));
    assert!(!trace(&[], Some(home.path())));
    assert!(trace(&["--follow-run-parts=true"], Some(home.path())));
    assert!(!trace(&["--no-run-parts"], None));
}

#[test]
fn a_trace_goes_no_deeper_than_it_is_told_to() {
    let tree = Tree::parse(
        "//- exec /bin/sh\n\u{7f}ELF\n//- exec /bin/app\n\u{7f}ELF\n//- exec /a\n#!/bin/sh\nexec /b\n//- exec /b\n#!/bin/sh\nexec app\n",
    );
    let root = tree.to_directory();
    let trace = |levels: &str| {
        let mut command = program();
        command.arg("trace").arg(root.path()).args(["--entrypoint", "[\"/a\"]"]);
        let (code, log, output) = run(command.args(["--shell-max-depth", levels]));
        assert_eq!(code, 0, "{log}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(trace("64").ends_with("outcome: resolved\nruns: /bin/app as root: app\n"));
    assert!(trace("2").contains("! RecursionLimitReached"));
}

#[test]
fn unknown_and_wrong_settings_are_named() {
    let directory = tempfile::tempdir().unwrap();
    for (text, what) in [
        ("scanner: {limits: {perRegistry: 1}}", "no setting is called scanner.limits.perRegistry"),
        ("scanner: {limits: {maxParallel: many}}", "scanner.limits.maxParallel: many is no value"),
        ("scanner: {cache: {size: }}", "scanner.cache.size has no value"),
        ("scanner: [", "config.yaml: "),
    ] {
        let path = file(directory.path(), text);
        let (code, log, _) = run(program().args(["config", "--config", &path]));
        assert_eq!(code, 2, "{log}");
        assert!(log.contains(&path) && log.contains(what), "{log}");
    }
    let (code, log, _) = run(program().args(["config", "--config=/nonexistent"]));
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("cannot read /nonexistent"), "{log}");
}
