//! `verify attestation --unsigned`: what builds state and nobody signs, compared with a scan.

use std::fs;

use serde_json::{Value, json};
use testkit::registry::Referrers;

use super::build_time::{SPDX, of_frontend, of_generator, rewritten, stating};
use super::{App, by_key, foreign};
use crate::{program, run};

/// Verifies; gives exit code, and everything that is told.
fn verify(app: &App, arguments: &[&str]) -> (i32, String) {
    let target = format!("{}/app:1", app.server.address);
    let mut command = program();
    command.args(["verify", "attestation", &target, "-q"]).args(arguments);
    let (code, log, output) = run(&mut command);
    (code, String::from_utf8(output.stdout).unwrap() + &log)
}

const COMPARED: [&str; 2] = ["--unsigned", "--rescan"];
const SAME: &str = "rescan    the same, made as it says that the build made it";

#[test]
fn what_the_frontend_and_the_generator_state_is_what_a_scan_gives_though_nobody_signs_it() {
    let predicates = of_frontend(&Value::Null);
    let app = stating(&predicates);
    let (code, told) = verify(&app, &COMPARED);
    assert_eq!((code, told.matches(SAME).count()), (0, 2 * predicates.len()), "{told}");
    let unsigned = "signed    by nobody; the build left it in the index";
    assert_eq!(told.matches(unsigned).count(), 2 * predicates.len(), "{told}");
    assert!(!told.contains("verified"), "{told}");

    let app = stating(&[(SPDX.to_owned(), rewritten(&of_generator()))]);
    let path = app.keys.path().join("predicate.json");
    let predicate = ["--type", "spdx", "--predicate", path.to_str().unwrap()];
    let (code, told) = verify(&app, &[&COMPARED[..], &predicate].concat());
    assert_eq!((code, told.matches(SAME).count()), (0, 2), "{told}");
    let written: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(written, rewritten(&of_generator()), "as it is stated");
}

#[test]
fn what_a_scan_does_not_give_is_found_out() {
    let spdx = of_generator();
    let with = |from: &str, to: &str| {
        let text = spdx.to_string().replace(from, to);
        stating(&[(SPDX.to_owned(), serde_json::from_str(&text).unwrap())])
    };
    let (code, told) = verify(&with("musl", "must"), &COMPARED);
    assert!(code == 1 && told.contains("2 of 2 statements differ"), "{code} {told}");
    for difference in
        ["does not have: pkg:apk/alpine/must@1.2", "leaves out: pkg:apk/alpine/musl@1.2"]
    {
        assert_eq!(told.matches(difference).count(), 2, "{told}");
    }
    let ours = format!("sbom-indexer-{}", env!("CARGO_PKG_VERSION"));
    let (code, told) = verify(&with(&ours, "syft-1.0"), &COMPARED);
    assert!(code == 1 && told.contains("made by another program"), "{code} {told}");
}

#[test]
fn what_no_scan_can_give_is_told_and_proves_nothing() {
    let provenance = ("https://slsa.dev/provenance/v1".to_owned(), json!({}));
    let mut context = of_generator();
    context["name"] = "sbom-context".into();
    let beside = (SPDX.to_owned(), context);
    let true_one = (SPDX.to_owned(), of_generator());
    let (code, told) = verify(&stating(&[provenance.clone(), beside.clone(), true_one]), &COMPARED);
    assert_eq!((code, told.matches(SAME).count()), (0, 2), "{told}");
    assert_eq!(told.matches("not compared: it is of no kind that a scan gives").count(), 2);
    assert_eq!(told.matches("not compared: it is of the build's context").count(), 2, "{told}");
    let (code, told) = verify(&stating(&[provenance]), &COMPARED);
    assert!(code == 1 && told.contains("states nothing that a scan gives"), "{code} {told}");
    let (code, told) = verify(&App::new(Referrers::Listed), &COMPARED);
    assert!(code == 1 && told.contains("states nothing that a scan gives"), "{code} {told}");
}

#[test]
fn who_asks_for_a_signer_gets_nothing_that_nobody_signed() {
    let app = stating(&[(SPDX.to_owned(), of_generator())]);
    let public = app.public();
    let (code, told) = verify(&app, &["--key", &public, "--rescan"]);
    assert!(code == 1 && told.contains("0 bundles, none verifies"), "{code} {told}");
    assert!(told.contains("signed by nobody: --unsigned --rescan compares it"), "{told}");
    for more in [&["--key", &public][..], &["--require-log"], &["--report", "x.html"]] {
        let (code, told) = verify(&app, &[&COMPARED[..], more].concat());
        assert!(code == 2 && told.contains("cannot be used with"), "{code} {told}");
    }
    let (code, told) = verify(&app, &["--unsigned"]);
    assert!(code == 2 && told.contains("--rescan"), "{code} {told}");
    // What is attached later, by whomever, is not what the build left.
    let image = app.discovered(&[])["images"][0].clone();
    let subject = attest::Subject::new("app", image["digest"].as_str().unwrap()).unwrap();
    let statement = attest::Statement::write(&[subject], SPDX, b"{}").unwrap();
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    foreign(&app, bundle, "forged", &by_key(&statement));
    let (code, told) = verify(&app, &COMPARED);
    assert_eq!((code, told.matches(SAME).count()), (0, 2), "{told}");
}
