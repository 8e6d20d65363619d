//! BuildKit's protocol.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::Tree;

use crate::{program, run};

const DEBIAN: &str = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
    //- /var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";

/// A directory like `/run` of a generator step: `src/core/sbom`, `src/extras/…`, `out`.
fn step() -> tempfile::TempDir {
    let run = Tree::parse(
        "//- dir /out\n//- /src/extras/sbom-context/go.mod\nmodule x\n//- dir /src/extras/sbom-build\n",
    );
    let run = run.to_directory();
    Tree::parse(DEBIAN).write(&run.path().join("src/core/sbom"));
    run
}

fn generator(step: &Path) -> Command {
    let mut command = program();
    command.env("BUILDKIT_SCAN_DESTINATION", step.join("out"));
    command.env("BUILDKIT_SCAN_SOURCE", step.join("src/core/sbom"));
    command.env("BUILDKIT_SCAN_type", "sbom");
    command
}

fn destination(step: &Path) -> Vec<String> {
    let names = fs::read_dir(step.join("out"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn every_target_gets_one_statement_and_nothing_else_is_written() {
    let step = step();
    let (code, log, _) =
        run(generator(step.path())
            .env("BUILDKIT_SCAN_SOURCE_EXTRAS", step.path().join("src/extras")));
    assert_eq!(code, 0, "{log}");
    assert_eq!(
        destination(step.path()),
        ["sbom-build.spdx.json", "sbom-context.spdx.json", "sbom.spdx.json"]
    );
    let statement: Value =
        serde_json::from_slice(&fs::read(step.path().join("out/sbom.spdx.json")).unwrap()).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://spdx.dev/Document");
    assert_eq!(statement["predicate"]["name"], "sbom");
    assert!(statement["predicate"].get("files").is_none(), "files make BuildKit read every layer");
    for word in
        ["[sbom] walk", "[sbom] analyze", "[sbom-context] done", "components", "ms", "peak memory"]
    {
        assert!(log.contains(word), "{word} is not in {log}");
    }
}

#[test]
fn what_the_context_declares_and_the_result_ships_is_linked() {
    let step = step();
    let lock = "{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"},\"node_modules/b\":{\"version\":\"1.0.0\"}}}";
    let installed =
        "//- /app/node_modules/a/package.json\n{\"name\":\"a\",\"version\":\"1.0.0\"}\n";
    let [result, context, stage] = ["core/sbom", "extras/sbom-context", "extras/sbom-build"]
        .map(|it| step.path().join("src").join(it));
    Tree::parse(installed).file("/package-lock.json", lock).write(&result);
    Tree::default().file("/package-lock.json", lock).write(&context);
    Tree::default().file("/usr/src/app/package-lock.json", lock).write(&stage);
    let (code, log, _) =
        run(generator(step.path())
            .env("BUILDKIT_SCAN_SOURCE_EXTRAS", step.path().join("src/extras")));
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("[sbom-context] link     1 of 2 declared components shipped"), "{log}");
    let statement = |name: &str| -> Value {
        let path = step.path().join("out").join(format!("{name}.spdx.json"));
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    for name in ["sbom-context", "sbom-build"] {
        let document = &statement(name)["predicate"];
        let comments: Vec<_> = document["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["comment"].as_str().unwrap_or_default())
            .filter(|it| it.contains("stellaops:origin=declared"))
            .collect();
        assert_eq!(comments.len(), 2, "{name}");
        assert!(comments[0].ends_with("\nstellaops:shipped=pkg:npm/a@1.0.0"), "{}", comments[0]);
        assert!(!comments[1].contains("stellaops:shipped"), "{}", comments[1]);
        let relations = document["relationships"].as_array().unwrap();
        assert!(relations.iter().all(|it| it["relationshipType"] != "CONTAINS"), "{relations:?}");
    }
    let result = statement("sbom").to_string();
    assert!(result.contains("pkg:npm/a@1.0.0") && !result.contains("pkg:npm/b"), "{result}");
}

#[test]
fn parameters_change_the_documents() {
    let step = step();
    let (code, log, _) = run(generator(step.path())
        .env("BUILDKIT_SCAN_FILES", "evidence")
        .env("BUILDKIT_SCAN_NAME", "app")
        .env("BUILDKIT_SCAN_SUPPLIER", "Example Ltd")
        .env("BUILDKIT_SCAN_SOURCE_DATE_EPOCH", "86400")
        .env("BUILDKIT_SCAN_THREADS", "1"));
    assert_eq!(code, 0, "{log}");
    let statement: Value =
        serde_json::from_slice(&fs::read(step.path().join("out/sbom.spdx.json")).unwrap()).unwrap();
    let document = &statement["predicate"];
    assert_eq!(document["name"], "app");
    assert_eq!(document["packages"][0]["supplier"], "Organization: Example Ltd");
    assert_eq!(document["creationInfo"]["created"], "1970-01-02T00:00:00Z");
    assert_eq!(document["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_wrong_request_is_a_clear_error_and_leaves_no_statement() {
    let step = step();
    let (code, log, _) = run(generator(step.path()).env_remove("BUILDKIT_SCAN_SOURCE"));
    assert!(code == 2 && log.contains("BUILDKIT_SCAN_SOURCE is not set"), "{log}");
    let (code, log, _) = run(generator(step.path()).env("BUILDKIT_SCAN_FILES", "some"));
    assert!(code == 2 && log.contains("FILES=some is wrong: it is none, evidence or all"), "{log}");
    let (code, log, _) = run(generator(step.path()).env("BUILDKIT_SCAN_FORMAT", "spdx"));
    assert!(code == 2 && log.contains("unknown parameter FORMAT"), "{log}");
    let (code, log, _) =
        run(generator(step.path()).env("BUILDKIT_SCAN_SOURCE", step.path().join("missing")));
    assert!(code == 1 && log.contains("cannot read the directory"), "{log}");
    let (code, log, _) =
        run(generator(step.path()).env("BUILDKIT_SCAN_DESTINATION", step.path().join("missing")));
    assert!(code == 1 && log.contains("cannot write"), "{log}");
    assert_eq!(destination(step.path()), [""; 0]);
}

#[test]
fn a_full_destination_fails_the_step_and_holds_no_half_statement() {
    let step = step();
    let out = step.path().join("out");
    let mount =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=4k", "none"]).arg(&out).status();
    if !mount.is_ok_and(|it| it.success()) {
        eprintln!("skipped: only root can mount a file system of 4 KiB");
        return;
    }
    // Two pages do not fit into one.
    let name = "n".repeat(5000);
    let (code, log, _) = run(generator(step.path()).env("BUILDKIT_SCAN_NAME", name));
    let left = destination(step.path());
    assert!(Command::new("umount").arg(&out).status().unwrap().success());
    assert!(code == 1 && log.contains("is there space and permission?"), "{log}");
    assert_eq!(left, [""; 0]);
}

#[test]
fn broken_content_is_a_notice_and_not_a_failure() {
    let step = step();
    Tree::parse("//- /lib/apk/db/installed\n//- /node_modules/a/package.json\n{\n")
        .write(&step.path().join("src/core/sbom"));
    let (code, log, _) = run(&mut generator(step.path()));
    assert_eq!(code, 0, "{log}");
    let text = fs::read_to_string(step.path().join("out/sbom.spdx.json")).unwrap();
    assert!(text.contains("notice empty-database") && text.contains("notice malformed"), "{text}");
}

#[test]
fn the_entrypoint_comes_from_parameters_or_from_the_dockerfile_of_the_context() {
    let traced = |parameters: &[(&str, &str)], dockerfile: &str| {
        let step = step();
        let [result, context] =
            ["core/sbom", "extras/sbom-context"].map(|it| step.path().join("src").join(it));
        Tree::parse("//- exec /bin/app\n\u{7f}ELF\n").write(&result);
        Tree::default().file("/Dockerfile", dockerfile).write(&context);
        let mut command = generator(step.path());
        command.env("BUILDKIT_SCAN_SOURCE_EXTRAS", step.path().join("src/extras"));
        command.envs(parameters.iter().copied());
        let (code, log, _) = run(&mut command);
        assert_eq!(code, 0, "{log}");
        log
    };
    let resolved = "entrytrace_resolutions_total{outcome=\"resolved\"} 1";
    let unknown = "entrytrace_unresolved_total{reason=\"NoEntrypoint\"} 1";
    let given = [
        ("BUILDKIT_SCAN_ENTRYPOINT", "[\"/bin/$X\"]"),
        ("BUILDKIT_SCAN_CMD", "exec $X"),
        ("BUILDKIT_SCAN_ENV", "X=app"),
    ];
    assert!(!traced(&given, "FROM x\n").contains(unknown));
    assert!(
        traced(&[], "FROM x AS a\nENTRYPOINT [\"no\"]\nFROM a\nENTRYPOINT [\"/bin/app\"]\n")
            .contains(resolved)
    );
    // The base image may have an entrypoint that nobody sees.
    assert!(traced(&[], "FROM x\nCMD [\"/bin/app\"]\n").contains(unknown));
    assert!(traced(&[], "FROM scratch\nCMD [\"/bin/app\"]\n").contains(resolved));
}
