//! `sbom-indexer verify attestation`: whether what is said of an image can be believed.

mod attached;
mod trust;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use attest::Bundle;
use attest::trust::TrustedRoot;
use attest::verify::{Policy, Verified, statement, verify};
use scanner_core::documents;
use scanner_core::emit::html::{self, Attestation};
use scanner_core::limits::Limits;

use crate::cli::VerifyAttestation;
use crate::failure::Usage;
use crate::remote::Remote;
use crate::source::Source;
use crate::{input, output};

/// Bytes of a bundle that are read at most: twice what a registry takes as one blob of text.
const LARGEST: u64 = 256 << 20;

/// Verifies and tells what was found.
pub(crate) fn run(command: &VerifyAttestation) -> anyhow::Result<ExitCode> {
    let policy = trust::policy(&command.trust, command.predicate_type.clone())?;
    let root = trust::root(&command.trust)?;
    let path = Path::new(&command.target);
    let verified = if path.is_file() {
        let bundle = read(path)?;
        let subject = match &command.digest {
            Some(digest) => digest.clone(),
            None => own_subject(&bundle)?,
        };
        let verified = verify(&bundle, &subject, &policy, &root);
        vec![(subject, verified.with_context(|| format!("cannot trust {}", path.display()))?)]
    } else {
        believed(command, &policy, &root)?
    };
    if let (Some(path), Some((_, first))) = (&command.predicate, verified.first()) {
        output::write_whole(path, first.statement.predicate.to_string().as_bytes())?;
    }
    if let (Some(path), Some((subject, first))) = (&command.report, verified.first()) {
        report(first, subject, path)?;
    }
    let told: Vec<String> = verified.iter().map(|(subject, it)| told(it, subject)).collect();
    output::write_stdout(told.join("\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the SBOM that a statement holds as a page.
fn report(verified: &Verified, subject: &str, path: &Path) -> anyhow::Result<()> {
    let predicate = verified.statement.predicate.to_string();
    let document = documents::read(predicate.as_bytes(), &Limits::default())
        .context("what is stated is no SBOM that can be shown")?;
    let attestation = Attestation {
        signer: verified.signer.clone(),
        subject: subject.to_owned(),
        logged: verified.logged,
    };
    let mut page = Vec::new();
    html::attested(&document.sbom, &document.stamp, &attestation, &mut page)?;
    output::write_whole(path, &page)
}

/// The statements attached to an image that can be believed, with what each is about.
/// Others may be attached by anybody: they are told of, and do no harm.
fn believed(
    command: &VerifyAttestation,
    policy: &Policy,
    root: &TrustedRoot,
) -> anyhow::Result<Vec<(String, Verified)>> {
    let Source::Registry(reference) = Source::parse(&command.target)? else {
        return Err(Usage(format!("{} is neither a bundle nor an image", command.target)).into());
    };
    let remote = Remote::new(&command.registries)?;
    let (mut found, mut doubts) = (Vec::new(), Vec::new());
    for it in attached::fetch(&remote, &reference)? {
        let subject = it.subject.to_string();
        if command.digest.as_ref().is_some_and(|wanted| *wanted != subject) {
            continue;
        }
        let verdict = it.bundle.and_then(|it| Ok(verify(&it, &subject, policy, root)?));
        match verdict {
            Ok(verified) => found.push((subject, verified)),
            Err(doubt) => doubts.push(format!("{subject}: {doubt:#}")),
        }
    }
    for doubt in &doubts {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "not believed: {doubt}");
    }
    anyhow::ensure!(
        !found.is_empty(),
        "nothing that is attached to {} can be believed: {} bundles, none verifies",
        command.target,
        doubts.len()
    );
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<Bundle> {
    let bytes = input::read(path, LARGEST)?;
    let bundle = std::str::from_utf8(&bytes).map_err(anyhow::Error::from);
    let bundle = bundle.and_then(|text| Ok(Bundle::from_json(text)?));
    Ok(bundle.map_err(|it| Usage(format!("{} is no Sigstore bundle: {it}", path.display())))?)
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
