//! `sbom-indexer verify attestation`: whether what is said of an image can be believed.

mod trust;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use attest::Bundle;
use attest::verify::{Verified, statement, verify};

use crate::cli::VerifyAttestation;
use crate::failure::Usage;
use crate::output;

/// Bytes of a bundle that are read at most: twice what a registry takes as one blob of text.
const LARGEST: u64 = 256 << 20;

/// Verifies and tells what was found.
pub(crate) fn run(command: &VerifyAttestation) -> anyhow::Result<ExitCode> {
    let path = &command.target;
    let bundle = read(path)?;
    let policy = trust::policy(&command.trust, command.predicate_type.clone())?;
    let root = trust::root(&command.trust)?;
    let subject = match &command.digest {
        Some(digest) => digest.clone(),
        None => own_subject(&bundle)?,
    };
    let verified = verify(&bundle, &subject, &policy, &root)
        .with_context(|| format!("cannot trust {}", path.display()))?;
    if let Some(path) = &command.predicate {
        output::write_whole(path, verified.statement.predicate.to_string().as_bytes())?;
    }
    output::write_stdout(told(&verified, &subject).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Bundle> {
    let file =
        File::open(path).map_err(|it| Usage(format!("cannot read {}: {it}", path.display())))?;
    let mut text = String::new();
    file.take(LARGEST)
        .read_to_string(&mut text)
        .map_err(|it| Usage(format!("{} is no bundle: {it}", path.display())))?;
    Ok(Bundle::from_json(&text)
        .map_err(|it| Usage(format!("{} is no Sigstore bundle: {it}", path.display())))?)
}

/// The first thing with a SHA-256 digest that the statement says it is about.
fn own_subject(bundle: &Bundle) -> anyhow::Result<String> {
    let statement = statement(bundle)?;
    let digest = statement.subject.iter().find_map(|it| it.digest.get("sha256"));
    let digest = digest.context("its statement is about nothing that has a SHA-256 digest")?;
    Ok(format!("sha256:{digest}"))
}

/// What is believed, a line each.
fn told(verified: &Verified, subject: &str) -> String {
    let log = if verified.logged { "in a transparency log" } else { "in no transparency log" };
    let (kind, signer) = (&verified.statement.predicate_type, &verified.signer);
    let seen = verified.times.iter().map(|seconds| {
        let time = jiff::Timestamp::from_second(*seconds).unwrap_or_default();
        format!("seen      {time}\n")
    });
    let seen: Vec<String> = seen.collect();
    format!(
        "verified  {kind}\nsubject   {subject}\nsigned    by {signer}, {log}\n{}",
        seen.concat()
    )
}
