//! What of an inventory its entrypoint uses.

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, RunConfig, Sbom};
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::directory;
use testkit::Tree;

use crate::options;

/// Two packages of dpkg with a program each, and a Python environment whose application uses one of two packages.
const TREE: &str = "\
//- /var/lib/dpkg/status
Package: app
Status: install ok installed
Architecture: all
Version: 1

Package: other
Status: install ok installed
Architecture: all
Version: 1
//- /var/lib/dpkg/info/app.list
/usr/bin/app
//- /var/lib/dpkg/info/other.list
/usr/bin/other
//- /etc/os-release
ID=debian
VERSION_ID=12
//- exec /usr/bin/app
\u{7f}ELF
//- exec /usr/bin/other
\u{7f}ELF
//- exec /bin/sh
\u{7f}ELF
//- exec /entry.sh
#!/bin/sh
if [ -n \"$DEBUG\" ]; then exec other; fi
exec app
//- exec /usr/bin/python3.11
\u{7f}ELF
//- /usr/lib/python3.11/site-packages/web/__init__.py
//- /usr/lib/python3.11/site-packages/web-1.dist-info/METADATA
Name: web
Version: 1
//- /usr/lib/python3.11/site-packages/web-1.dist-info/RECORD
web/__init__.py,,
//- /usr/lib/python3.11/site-packages/idle-1.dist-info/METADATA
Name: idle
Version: 1
//- /app.py
import web
";

fn scanned(words: &[&str]) -> Sbom {
    scanned_tree(TREE, words)
}

fn scanned_tree(tree: &str, words: &[&str]) -> Sbom {
    let root = Tree::parse(tree).to_directory();
    let limits = Limits::default();
    let image = directory::open(root.path(), "fixture".to_owned(), &limits).unwrap();
    let entrypoint = words.iter().map(|it| (*it).to_owned()).collect();
    let tracing = Tracing::Given(RunConfig { entrypoint, ..RunConfig::default() });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let options = Options { tracing, ..options(FileDetail::None, limits) };
    scan(&image, &options, &pool)
}

/// Each component that is used, how surely, and why.
fn told(words: &[&str]) -> Vec<String> {
    let usage = scanned(words).usage.unwrap();
    let line = |(identity, used): (&scanner_core::model::Identity, &scanner_core::model::Used)| {
        let name = identity.as_str().split('?').next().unwrap().to_owned();
        let chain: Vec<&str> = used.why.iter().map(|it| it.split('?').next().unwrap()).collect();
        format!("{name} {}: {}", used.certainty.as_str(), chain.join(" > "))
    };
    usage.components.iter().map(line).filter(|it| !it.starts_with("bin:")).collect()
}

#[test]
fn what_owns_the_program_is_used_and_what_only_other_ways_run_is_possible() {
    let used = told(&["/entry.sh"]);
    assert!(
        used.contains(
            &"pkg:deb/debian/app@1 entrypoint: /usr/bin/app > pkg:deb/debian/app@1".to_owned()
        ),
        "{used:#?}"
    );
    assert!(
        used.contains(
            &"pkg:deb/debian/other@1 possible: /usr/bin/other > pkg:deb/debian/other@1".to_owned()
        ),
        "{used:#?}"
    );
    assert!(!used.iter().any(|it| it.contains("pypi")), "{used:#?}");
}

#[test]
fn what_a_script_imports_is_used_and_what_lies_beside_it_is_possible() {
    let used = told(&["python3.11", "/app.py"]);
    let is = |name: &str, certainty: &str| {
        used.iter().any(|it| it.starts_with(&format!("pkg:pypi/{name}@1 {certainty}:")))
    };
    assert!(is("web", "entrypoint") && is("idle", "possible"), "{used:#?}");
    assert!(!used.iter().any(|it| it.contains("deb/debian/app")), "{used:#?}");
}

#[test]
fn of_an_entrypoint_that_leads_nowhere_nothing_is_hidden() {
    let sbom = scanned(&["missing"]);
    let usage = sbom.usage.unwrap();
    assert_eq!(usage.outcome.as_str(), "unresolved");
    assert_eq!(usage.components.len(), sbom.components.len());
}

#[test]
fn counters_tell_the_outcome_and_what_stood_in_the_way() {
    let counts = scanned(&["missing"]).counts.to_string();
    assert!(counts.contains("entrytrace_resolutions_total{outcome=\"unresolved\"} 1"), "{counts}");
    assert!(
        counts.contains("entrytrace_unresolved_total{reason=\"CommandNotFound\"} 1"),
        "{counts}"
    );
}

/// The frames of each component that has a stack, from its file outward.
fn stacks(sbom: &Sbom) -> Vec<String> {
    let usage = sbom.usage.as_ref().unwrap();
    let stacks = usage.components.iter().filter(|(_, used)| !used.stack.is_empty());
    let line = |(identity, used): (&scanner_core::model::Identity, &scanner_core::model::Used)| {
        let name = identity.as_str().split('?').next().unwrap().to_owned();
        let frames: Vec<String> = used.stack.iter().map(ToString::to_string).collect();
        format!("{name}: {}", frames.join(" < "))
    };
    stacks.map(line).filter(|it| !it.starts_with("bin:")).collect()
}

#[test]
fn a_component_whose_file_the_entrypoint_runs_has_the_way_there_as_its_stack() {
    assert_eq!(
        stacks(&scanned(&["/entry.sh"])),
        [
            "pkg:deb/debian/app@1: /usr/bin/app < /entry.sh:3 < /entry.sh:1 < image-configuration",
            "pkg:deb/debian/other@1: /usr/bin/other < /entry.sh:2 < /entry.sh:1 < image-configuration",
        ]
    );
    let function = TREE.replace("exec app\n", "start() {\n  exec app\n}\nstart\n");
    let stacks = stacks(&scanned_tree(&function, &["/entry.sh"]));
    assert_eq!(
        stacks[0],
        "pkg:deb/debian/app@1: /usr/bin/app < /entry.sh:4 in start() < /entry.sh:6 < /entry.sh:1 < image-configuration"
    );
}

#[test]
fn what_is_only_loaded_or_depended_on_has_no_stack() {
    assert_eq!(stacks(&scanned(&["python3.11", "/app.py"])), Vec::<String>::new());
}

#[test]
fn cyclonedx_has_the_stack_as_frames_with_module_file_and_line() {
    let sbom = scanned(&["/entry.sh"]);
    let emit = |emitter| crate::reading::written(emitter, &sbom, &crate::reading::stamp());
    let bom: serde_json::Value =
        serde_json::from_slice(&emit(&scanner_core::emit::cyclonedx::JSON_1_6)).unwrap();
    let of = |name: &str| {
        let components = bom["components"].as_array().unwrap();
        components.iter().find(|it| it["name"] == name).unwrap()["evidence"]["callstack"].clone()
    };
    let frames = serde_json::json!({"frames": [
        {"module": "app", "fullFilename": "/usr/bin/app"},
        {"module": "entry.sh", "line": 3, "fullFilename": "/entry.sh"},
        {"module": "entry.sh", "line": 1, "fullFilename": "/entry.sh"},
        {"module": "image-configuration"},
    ]});
    assert_eq!(of("app"), frames);
    assert_eq!(of("idle"), serde_json::Value::Null);
}
