//! Attestations from elsewhere, bound to what is found by digest alone.

use std::fs;
use std::path::Path;

use attest::{Statement, Subject};
use p256::pkcs8::{EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};
use testkit::registry::Referrers;
use testkit::{GoBuildInfo, Tree};

use crate::attach::{App, by_key, foreign};
use crate::{program, run};

const CYCLONEDX: &str = "https://cyclonedx.org/bom";

fn statement(digest: &str, kind: &str, predicate: &Value) -> Vec<u8> {
    let subject = Subject::new("/a", digest).unwrap();
    Statement::write(&[subject], kind, predicate.to_string().as_bytes()).unwrap()
}

fn listing(purl: &str) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6",
        "components": [{"type": "library", "name": "x", "version": "1", "purl": purl}]})
}

/// Scans a directory with the attestations of another, into CycloneDX and SPDX; gives what is told too.
fn scan(tree: &Tree, attestations: &Path, more: &[&str]) -> (Value, String, String) {
    let root = tree.to_directory();
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name).display().to_string();
    let mut command = program();
    command.arg("scan").arg(root.path()).arg("--attestations").arg(attestations).args(more);
    command.args(["-o", &format!("cyclonedx-json={}", at("cdx"))]);
    command.args(["-o", &format!("spdx-json={}", at("spdx"))]);
    let (code, log, _) = run(&mut command);
    assert_eq!(code, 0, "{log}");
    let cyclonedx = serde_json::from_slice(&fs::read(at("cdx")).unwrap()).unwrap();
    (cyclonedx, fs::read_to_string(at("spdx")).unwrap(), log)
}

fn component<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document["components"].as_array().unwrap().iter().find(|it| it["bom-ref"] == reference)
}

fn property<'a>(component: &'a Value, name: &str) -> Option<&'a str> {
    let properties = component["properties"].as_array().unwrap();
    properties.iter().find(|it| it["name"] == name)?["value"].as_str()
}

#[test]
fn an_attestation_about_the_very_bytes_of_a_program_is_bound_and_says_whether_it_is_verified() {
    let bytes = testkit::Elf::new().build();
    let tree = Tree::default().executable("/opt/a", &bytes);
    let (digest, places) = (testkit::digest(&bytes), tempfile::tempdir().unwrap());
    let statement = statement(&digest, CYCLONEDX, &listing("pkg:cargo/x@1"));
    let bundle: Value = serde_json::from_str(&by_key(&statement)).unwrap();
    let pretty = serde_json::to_string_pretty(&bundle).unwrap();
    fs::write(places.path().join("a.sigstore.json"), pretty).unwrap();
    fs::write(places.path().join("readme"), "no\nattestation\n").unwrap();
    let public = |byte: u8| {
        let secret = p256::SecretKey::from_slice(&[byte; 32]).unwrap();
        let path = places.path().with_extension(byte.to_string());
        let pem = secret.public_key().to_public_key_pem(LineEnding::LF).unwrap();
        fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    let program = format!("bin:{digest}");
    for (more, who) in [
        (vec![], Some("unverified")),
        (vec!["--attestation-key".to_owned(), public(7)], Some("signed by key")),
        (vec!["--attestation-key".to_owned(), public(8)], None),
    ] {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let (document, spdx, log) = scan(&tree, places.path(), &more);
        assert_eq!(log.matches("readme is not bound").count(), 1, "{log}");
        let observed = component(&document, &program).unwrap();
        let attested = component(&document, "attested:pkg:cargo/x@1");
        let Some(who) = who else {
            assert!(attested.is_none() && !spdx.contains("bound_from_attestation"), "{spdx}");
            assert!(log.contains("a.sigstore.json is not bound: it does not verify"), "{log}");
            assert_eq!(log.matches("is not bound").count(), 2, "{log}");
            continue;
        };
        let by = format!("{} {CYCLONEDX} {who}", testkit::digest(&statement));
        assert_eq!(property(observed, "stellaops:attested:by"), Some(&*by));
        let attested = attested.unwrap();
        assert_eq!(property(attested, "stellaops:attested:by"), Some(&*by));
        assert_eq!(property(attested, "stellaops:attested:of"), Some(&*program));
        assert_eq!(property(attested, "stellaops:origin"), Some("attested"));
        let proof = &attested["evidence"]["occurrences"][0];
        assert_eq!(proof["location"], "/opt/a");
        let said = format!("bound_from_attestation attestation {digest}");
        assert_eq!(proof["additionalContext"], said);
        let lines = format!("bound_from_attestation attestation: /opt/a {digest}\\nstellaops:");
        assert!(spdx.contains(&lines), "{spdx}");
        assert!(spdx.contains("bound_from_attestation: a statement about these very bytes"));
        assert!(log.contains("attested 1 of 1 attestations are about what was found"), "{log}");
    }
}

#[test]
fn what_is_bound_is_read_back_from_each_format() {
    let bytes = testkit::Elf::new().build();
    let places = tempfile::tempdir().unwrap();
    let listed = listing("pkg:cargo/x@1");
    let said = statement(&testkit::digest(&bytes), CYCLONEDX, &listed);
    fs::write(places.path().join("a.json"), said).unwrap();
    let root = Tree::default().executable("/a", &bytes).to_directory();
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name).display().to_string();
    let mut command = program();
    command.arg("scan").arg(root.path()).arg("-q").arg("--attestations").arg(places.path());
    for format in ["cyclonedx-json", "spdx-json", "spdx3-json"] {
        command.args(["-o", &format!("{format}={}", at(format))]);
    }
    let (code, log, _) = run(&mut command);
    assert_eq!(code, 0, "{log}");
    let expected = fs::read_to_string(at("cyclonedx-json")).unwrap();
    for format in ["spdx-json", "spdx3-json"] {
        let back = format!("cyclonedx-json={}", at("back"));
        let (code, log, _) = run(program().args(["export", &at(format), "-o", &back]));
        assert_eq!(code, 0, "{log}");
        assert_eq!(fs::read_to_string(at("back")).unwrap(), expected, "{format}");
    }
}

#[test]
fn a_name_binds_nothing_and_a_file_that_is_several_things_is_none_of_them() {
    let bytes = testkit::Elf::new().build();
    let tree = Tree::default().executable("/a", &bytes);
    let places = tempfile::tempdir().unwrap();
    let other = statement(&testkit::digest(b"other"), CYCLONEDX, &listing("pkg:cargo/x@1"));
    fs::write(places.path().join("a"), other).unwrap();
    let (document, _, log) = scan(&tree, places.path(), &[]);
    assert!(component(&document, "attested:pkg:cargo/x@1").is_none());
    assert!(log.contains("attested 0 of 1 attestations"), "{log}");

    let jar = testkit::Zip::new().maven("g", "a", "1").maven("g", "b", "1").build();
    let tree = Tree::default().file("/z.jar", &jar);
    fs::write(places.path().join("a"), statement(&testkit::digest(&jar), CYCLONEDX, &json!({})))
        .unwrap();
    let (document, _, log) = scan(&tree, places.path(), &[]);
    assert!(log.contains("1 are about files that are several components"), "{log}");
    assert!(!document.to_string().contains("attested:by"), "{document}");
}

#[test]
fn what_is_in_no_registry_has_nothing_attached() {
    let root = Tree::default().file("/a", "").to_directory();
    let mut command = program();
    let (code, log, _) =
        run(command.arg("scan").arg(root.path()).args(["-q", "--attached-attestations"]));
    assert!(code == 2 && log.contains("needs an image of a registry"), "{code} {log}");
}

#[test]
fn a_program_of_modules_is_its_main_module() {
    let modules = "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\ndep\td.e/f\tv1.0.0\n";
    let bytes = GoBuildInfo::new("go1.22.1", modules).elf().build();
    let tree = Tree::default().executable("/app", &bytes);
    let places = tempfile::tempdir().unwrap();
    let provenance = "https://slsa.dev/provenance/v1";
    let lines = [provenance, "https://example.org/other"].map(|kind| {
        String::from_utf8(statement(&testkit::digest(&bytes), kind, &json!({"a": 1}))).unwrap()
    });
    fs::write(places.path().join("all.jsonl"), lines.join("\n")).unwrap();
    let (document, _, log) = scan(&tree, places.path(), &[]);
    assert!(log.contains("attested 2 of 2 attestations"), "{log}");
    let main = component(&document, "pkg:golang/a.b/c@v1.0.0").unwrap();
    let by = property(main, "stellaops:attested:by").unwrap();
    assert!(by.contains(provenance) && by.lines().count() == 2, "{by}");
    let module = component(&document, "pkg:golang/d.e/f@v1.0.0").unwrap();
    assert_eq!(property(module, "stellaops:attested:by"), None);
}

#[test]
fn what_others_attached_to_an_image_is_bound_and_what_we_attached_is_not() {
    let app = App::new(Referrers::Listed);
    let bind = ["-o", "cyclonedx-json", "--view", "inventory", "--attached-attestations"];
    let plain = ["-o", "cyclonedx-json", "--view", "inventory", "--sign", &*app.sign()];
    app.attach(&plain);
    let told = app.attach(&bind);
    assert_eq!(told.matches("already attached").count(), 2, "{told}");
    let digest = app.discovered(&[])["images"][0]["digest"].as_str().unwrap().to_owned();
    let listed = listing("pkg:apk/alpine/musl@1.2.5-r0");
    let bundle = by_key(&statement(&digest, CYCLONEDX, &listed));
    foreign(&app, "application/vnd.dev.sigstore.bundle.v0.3+json", "theirs", &bundle);
    for (key, who) in [(&[][..], "unverified"), (&["--attestation-key", &*app.public()], "key")] {
        let mut command = app.command("scan", &[&bind[..2], &bind[4..], key].concat());
        command.args(["-q", "--platform", "linux/amd64"]);
        let (code, log, output) = run(&mut command);
        assert_eq!(code, 0, "{log}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let attested = component(&document, "attested:pkg:apk/alpine/musl@1.2.5-r0").unwrap();
        assert_eq!(property(attested, "stellaops:attested:of"), Some(&*digest));
        assert!(property(attested, "stellaops:attested:by").unwrap().ends_with(who));
        let installed = property(attested, "stellaops:attested:installed-as").unwrap();
        assert!(installed.starts_with("pkg:apk/alpine/musl@1.2.5-r0"), "{installed}");
    }
    let told = app.attach(&bind);
    assert_eq!(told.matches("  attached  ").count(), 1, "the other platform is as it was: {told}");
}
