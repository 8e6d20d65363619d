//! What a build itself stated of its image: reused where the layers give the same.

use std::fs;

use serde_json::{Value, json};
use testkit::registry::Referrers;
use testkit::{OciLayout, Tree};

use super::{App, IMAGE, platforms};
use crate::{program, run};

pub(super) const SPDX: &str = "https://spdx.dev/Document";

/// The predicates that the frontend's step makes of the files of the image, with their types.
pub(super) fn of_frontend(sign: &Value) -> Vec<(String, Value)> {
    let step = Tree::parse("//- dir /run/out\n").to_directory();
    let files = IMAGE.strip_prefix("//- layer\n").unwrap();
    Tree::parse(files).write(&step.path().join("run/src/core/sbom"));
    let order = json!({
        "platform": "linux/amd64", "views": ["inventory", "usage"], "files": "none", "name": "sbom",
        "formats": ["spdx-json", "cyclonedx-json", "bom-index", "entrytrace-json"],
        "supplier": "Us", "created": 86400, "threads": 1, "sign": sign,
        "start": {"cmd": ["sh"], "env": ["PATH=/bin"]},
    });
    Tree::default().file("order.json", order.to_string()).write(&step.path().join("run/order"));
    let (code, log, _) = run(program().args(["build-step", "scan", "--root"]).arg(step.path()));
    assert_eq!(code, 0, "{log}");
    let out = step.path().join("run/out");
    let read = |file: &str| -> Value {
        serde_json::from_slice(&fs::read(out.join(file)).unwrap()).unwrap()
    };
    let summary = read("summary.json");
    let documents = summary["documents"].as_array().unwrap().iter();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    documents.map(|it| (text(&it["predicateType"]), read(&text(&it["file"])))).collect()
}

/// A repository whose index has these predicates about each image.
pub(super) fn stating(predicates: &[(String, Value)]) -> App {
    let statements = |digest: &str| {
        let hex = digest.strip_prefix("sha256:").unwrap();
        let statement = |(kind, predicate): &(String, Value)| {
            json!({
                "_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind,
                "subject": [{"name": "pkg:docker/app@1", "digest": {"sha256": hex}}],
                "predicate": predicate,
            })
        };
        predicates.iter().map(statement).collect()
    };
    let index = OciLayout::default().stating(&platforms(), "1", statements);
    App::of(&index, Referrers::Listed, |_, _| None)
}

const TRUST: &str = "--trust-build-time-sboms";

/// The SPDX document that is attached to the first image.
fn spdx(app: &App) -> Value {
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap().iter();
    let mut own = attached.filter(|it| it["road"] == "referrer" && it["title"] == "sbom.spdx.json");
    let digest = own.next().unwrap()["digest"].as_str().unwrap().to_owned();
    let only = ["--platform", "linux/amd64", "--digest", &digest, "--output", "-"];
    serde_json::from_str(&app.done("extract", &only)).unwrap()
}

#[test]
fn what_the_build_states_is_attached_as_it_is_if_the_layers_give_the_same() {
    let predicates = of_frontend(&Value::Null);
    let app = stating(&predicates);
    let told = app.attach(&[TRUST]);
    assert_eq!(told.matches("  from the build    ").count(), 8, "{told}");
    assert_eq!(told.matches("  scanned  ").count(), 0, "{told}");
    let stated = &predicates.iter().find(|(kind, _)| kind == SPDX).unwrap().1;
    assert_eq!(spdx(&app), *stated);
    assert_eq!(app.attach(&[TRUST]).matches("already attached").count(), 8);
    let app = stating(&predicates);
    assert!(!app.attach(&[]).contains("from the build"), "it is a policy, and off");
    assert_ne!(spdx(&app), *stated);
}

#[test]
fn an_image_whose_statements_were_reviewed_before_is_not_scanned_again() {
    let app = stating(&of_frontend(&Value::Null));
    let cache = tempfile::tempdir().unwrap();
    let log = || {
        let mut command = app.command("attach", &[TRUST, "--cache-dir"]);
        let (code, log, output) = run(command.arg(cache.path()));
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!((code, told.matches("from the build").count()), (0, 8), "{told}{log}");
        log
    };
    assert!(!log().contains("this image was scanned before"));
    let layers = || {
        let requests = app.server.requests().into_iter();
        requests.filter(|it| it.method == "GET" && it.path.contains("/blobs/")).count()
    };
    let (before, again) = (layers(), log());
    assert_eq!(again.matches("this image was scanned before").count(), 2, "{again}");
    // Configurations and statements are read, and no layer.
    let (of_images, of_statements) = (2, 2 * 5);
    assert_eq!(layers() - before, of_images + of_statements, "{again}");
}

#[test]
fn what_the_layers_do_not_give_is_scanned_and_told() {
    let mut predicates = of_frontend(&Value::Null);
    for (_, predicate) in predicates.iter_mut().filter(|(kind, _)| kind == SPDX) {
        *predicate = serde_json::from_str(&predicate.to_string().replace("musl", "must")).unwrap();
    }
    let app = stating(&predicates);
    let told = app.attach(&[TRUST]);
    let line =
        "  scanned           sbom.spdx.json        the build's own is not what the layers give";
    assert_eq!(told.matches(line).count(), 2, "{told}");
    assert_eq!(told.matches("  from the build    inventory.cdx.json").count(), 2, "{told}");
    assert!(spdx(&app).to_string().contains("musl"));
}

/// SPDX as BuildKit writes it anew for a generator.
pub(super) fn rewritten(document: &Value) -> Value {
    let mut document = document.clone();
    document["creationInfo"]["creators"].as_array_mut().unwrap().push("Tool: buildkit-v0".into());
    document.as_object_mut().unwrap().retain(|_, it| it.as_array().is_none_or(|it| !it.is_empty()));
    document
}

/// The SPDX document that our generator makes of the files of the image.
pub(super) fn of_generator() -> Value {
    let root = Tree::parse("//- dir /out\n").to_directory();
    let source = root.path().join("sbom");
    Tree::parse(IMAGE.strip_prefix("//- layer\n").unwrap()).write(&source);
    let mut generator = program();
    generator.env("BUILDKIT_SCAN_DESTINATION", root.path().join("out"));
    generator.env("BUILDKIT_SCAN_SOURCE", &source);
    let (code, log, _) = run(&mut generator);
    assert_eq!(code, 0, "{log}");
    let statement = fs::read(root.path().join("out/sbom.spdx.json")).unwrap();
    serde_json::from_slice::<Value>(&statement).unwrap()["predicate"].clone()
}

#[test]
fn the_spdx_of_a_generator_is_reused_as_the_generator_wrote_it() {
    let predicate = of_generator();
    let app = stating(&[(SPDX.to_owned(), rewritten(&predicate))]);
    let told = app.attach(&[TRUST]);
    assert_eq!(told.matches("  from the build    sbom.spdx.json").count(), 2, "{told}");
    assert_eq!(spdx(&app), predicate);
    let nothing = "  scanned           inventory.cdx.json    the build states nothing of the kind";
    assert_eq!(told.matches(nothing).count(), 2, "{told}");
}

#[test]
fn a_statement_about_another_image_of_another_program_or_version_is_not_looked_into() {
    let spdx: Vec<_> =
        of_frontend(&Value::Null).into_iter().filter(|(kind, _)| kind == SPDX).collect();
    let version = env!("CARGO_PKG_VERSION");
    let of = |maker: &str| {
        let text = spdx[0].1.to_string().replace(&format!("sbom-indexer-{version}"), maker);
        vec![(SPDX.to_owned(), serde_json::from_str(&text).unwrap())]
    };
    for (predicates, why) in [
        (of("sbom-indexer-0.0.9"), format!("made by version 0.0.9, and this is {version}")),
        (of("syft-1.0"), "made by another program".to_owned()),
        (Vec::new(), "the build states nothing of the kind".to_owned()),
    ] {
        let told = stating(&predicates).attach(&[TRUST, "-o", "spdx-json"]);
        assert_eq!(told.matches(&why).count(), 2, "{told}");
        assert_eq!(told.matches("  attached  ").count(), 2, "{told}");
    }
    let about_another = |_: &str| {
        vec![json!({
            "_type": "https://in-toto.io/Statement/v0.1", "predicateType": SPDX,
            "subject": [{"name": "a", "digest": {"sha256": "0".repeat(64)}}], "predicate": spdx[0].1,
        })]
    };
    let index = OciLayout::default().stating(&platforms(), "1", about_another);
    let app = App::of(&index, Referrers::Listed, |_, _| None);
    let told = app.attach(&[TRUST, "-o", "spdx-json"]);
    assert_eq!(told.matches("the build states nothing of the kind").count(), 2, "{told}");
}

#[test]
fn the_policy_is_a_setting_and_documents_of_layers_are_not_of_the_build() {
    let app = stating(&of_frontend(&Value::Null));
    let mut command = app.command("attach", &["-q", "-o", "spdx-json", "--dry-run"]);
    command.env("SCANNER__POLICYHINTS__TRUSTBUILDTIMESBOMS", "true");
    let (code, log, output) = run(&mut command);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!((code, told.matches("from the build").count()), (0, 2), "{told}{log}");
    let told = app.attach(&[TRUST, "-o", "spdx-json", "--layers", "--dry-run"]);
    assert!(!told.contains("from the build"), "{told}");
}
