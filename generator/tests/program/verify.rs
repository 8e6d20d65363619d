//! `sbom-indexer verify attestation` on bundles that are made here.

use std::fs;
use std::path::{Path, PathBuf};

use attest::key::PrivateKey;
use attest::signer::KeySigner;
use attest::{Statement, Subject};
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};

use crate::{program, run};

const SUBJECT: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Writes a bundle and the public half of its key.
fn signed(directory: &Path) -> (PathBuf, PathBuf) {
    signed_predicate(directory, br#"{"b": 1.0, "a":1}"#)
}

fn signed_predicate(directory: &Path, predicate: &[u8]) -> (PathBuf, PathBuf) {
    let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    let pem = secret.to_pkcs8_pem(LineEnding::LF).unwrap();
    let key = PrivateKey::from_pem(&pem, || None).unwrap();
    let public = directory.join("key.pub");
    fs::write(&public, key.public().unwrap().to_pem()).unwrap();
    let subject = Subject::new("app", SUBJECT).unwrap();
    let statement = Statement::write(&[subject], "https://cyclonedx.org/bom", predicate).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bundle = runtime.block_on(KeySigner::new(key).unwrap().sign(statement)).unwrap();
    let path = directory.join("bundle.json");
    fs::write(&path, bundle.to_json().unwrap()).unwrap();
    (path, public)
}

#[test]
fn a_bundle_that_verifies_gives_its_predicate() {
    let out = tempfile::tempdir().unwrap();
    let (bundle, key) = signed(out.path());
    let predicate = out.path().join("predicate.json");
    let (code, log, output) = run(program()
        .args(["verify", "attestation", "--type", "cyclonedx", "--digest", SUBJECT])
        .arg(&bundle)
        .arg("--key")
        .arg(&key)
        .arg("--predicate")
        .arg(&predicate));
    assert_eq!(code, 0, "{log}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("verified  https://cyclonedx.org/bom"), "{told}");
    assert_eq!(fs::read_to_string(predicate).unwrap(), r#"{"b": 1.0, "a":1}"#);
}

#[test]
fn what_is_not_believed_ends_with_1_and_what_cannot_be_read_with_2() {
    let out = tempfile::tempdir().unwrap();
    let (bundle, key) = signed(out.path());
    let verify = |bundle: &Path, more: &[&str]| {
        let mut command = program();
        command.args(["verify", "attestation"]).arg(bundle).arg("--key").arg(&key).args(more);
        let (code, log, _) = run(&mut command);
        (code, log)
    };
    let (code, log) = verify(&bundle, &["--require-log"]);
    assert!(code == 1 && log.contains("no transparency log has it"), "{log}");
    let (code, log) = verify(&bundle, &["--type", "spdx"]);
    assert!(code == 1 && log.contains("not https://spdx.dev/Document"), "{log}");
    let text = fs::read_to_string(&bundle).unwrap();
    let broken = out.path().join("broken.json");
    fs::write(&broken, text.replace("\"sig\":\"M", "\"sig\":\"N")).unwrap();
    let (code, log) = verify(&broken, &[]);
    assert!(code == 1 && log.contains("does not verify"), "{log}");
    fs::write(&broken, "{}").unwrap();
    let (code, log) = verify(&broken, &[]);
    assert!(code == 2 && log.contains("no Sigstore bundle"), "{log}");
}

#[test]
fn the_report_of_an_sbom_that_verifies_says_who_signed_it() {
    let out = tempfile::tempdir().unwrap();
    let bom = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"left","version":"1"}]}"#;
    let (bundle, key) = signed_predicate(out.path(), bom);
    let page = out.path().join("report.html");
    let verify = |bundle: &Path| {
        run(program()
            .args(["verify", "attestation"])
            .arg(bundle)
            .arg("--key")
            .arg(&key)
            .arg("--report")
            .arg(&page))
    };
    let (code, log, _) = verify(&bundle);
    assert_eq!(code, 0, "{log}");
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains("attested</span> signed by <bdi>key</bdi>, in no transparency log"));
    assert!(text.contains(SUBJECT) && text.contains("<bdi>left</bdi>"));
    let (other, _) = signed(out.path());
    let (code, log, _) = verify(&other);
    assert!(code == 2 && log.contains("what is stated is no SBOM"), "{code} {log}");
}
