//! `sbom-indexer verify attestation`: whether what is said of an image can be believed.

mod report;
mod rescan;
pub(crate) mod trust;
mod unsigned;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use attest::trust::TrustedRoot;
use attest::verify::{Policy, Verified, payload, statement, verify};
use attest::{Bundle, Statement};
use registry::Reference;

use crate::attached::{self, Attached, LARGEST, Subjects};
use crate::cli::VerifyAttestation;
use crate::failure::Usage;
use crate::remote::Remote;
use crate::source::Source;
use crate::{input, output};

use rescan::Outcome;

/// A statement that can be believed.
struct Believed {
    /// What it is about.
    subject: String,
    verified: Verified,
    /// Its bytes.
    payload: Vec<u8>,
}

/// Verifies and tells what was found.
pub(crate) fn run(command: &VerifyAttestation) -> anyhow::Result<ExitCode> {
    let path = Path::new(&command.target);
    if command.rescan && path.is_file() {
        let why = "--rescan needs an image, not a bundle: what would be scanned?";
        return Err(Usage(why.to_owned()).into());
    }
    if command.unsigned {
        return unsigned::run(command, &image(command)?);
    }
    let policy = trust::policy(&command.trust, command.predicate_type.clone())?;
    let root = trust::root(&command.trust)?;
    if path.is_file() {
        let bundle = read(path)?;
        let subject = match &command.digest {
            Some(digest) => digest.clone(),
            None => own_subject(&bundle)?,
        };
        let believed = judge(&bundle, &subject, &policy, &root);
        let believed = believed.with_context(|| format!("cannot trust {}", path.display()))?;
        return tell(command, &[believed], &[]);
    }
    let reference = image(command)?;
    let believed = attached_to(command, &reference, &policy, &root)?;
    let outcomes =
        if command.rescan { rescan::compare(command, &reference, &believed)? } else { Vec::new() };
    tell(command, &believed, &outcomes)
}

/// The image of a registry that is to be verified.
fn image(command: &VerifyAttestation) -> anyhow::Result<Reference> {
    match Source::parse(&command.target)? {
        Source::Registry(reference) => Ok(reference),
        _ => Err(Usage(format!("{} is neither a bundle nor an image", command.target)).into()),
    }
}

/// Tells what is believed, and what came of scanning again.
fn tell(
    command: &VerifyAttestation,
    believed: &[Believed],
    outcomes: &[Outcome],
) -> anyhow::Result<ExitCode> {
    let told = believed.iter().enumerate().map(|(at, it)| {
        let outcome = outcomes.get(at).map(|it| format!("rescan    {}\n", it.told()));
        told(it) + &outcome.unwrap_or_default()
    });
    output::write_stdout(output::shown(&told.collect::<Vec<_>>().join("\n")).as_bytes())?;
    if command.rescan {
        let compared = outcomes.iter().any(|it| *it != Outcome::NotOfAScan);
        anyhow::ensure!(compared, "nothing that is believed is of a kind that a scan gives");
        let bad = outcomes.iter().filter(|it| it.is_bad()).count();
        anyhow::ensure!(bad == 0, "{bad} of {} statements differ from a scan", outcomes.len());
    }
    if let (Some(path), Some(first)) = (&command.predicate, believed.first()) {
        output::write_whole(path, Statement::predicate_of(&first.payload)?.as_bytes())?;
    }
    if let (Some(path), Some(first)) = (&command.report, believed.first()) {
        report::write(first, path)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn judge(
    bundle: &Bundle,
    subject: &str,
    policy: &Policy,
    root: &TrustedRoot,
) -> anyhow::Result<Believed> {
    let verified = verify(bundle, subject, policy, root)?;
    let payload = payload(bundle)?.to_vec();
    Ok(Believed { subject: subject.to_owned(), verified, payload })
}

/// Whether a bundle may say what is asked for, by what stands beside it.
fn may_say(attached: &Attached, command: &VerifyAttestation) -> bool {
    match (&attached.predicate_type, &command.predicate_type) {
        (Some(is), Some(wanted)) => is == wanted,
        _ => true,
    }
}

/// The statements attached to an image that can be believed.
/// Others may be attached by anybody: they are told of, and do no harm.
fn attached_to(
    command: &VerifyAttestation,
    reference: &Reference,
    policy: &Policy,
    root: &TrustedRoot,
) -> anyhow::Result<Vec<Believed>> {
    let remote = Remote::new(&command.making.reading.registries)?;
    let repository = remote.repository(reference)?;
    let subjects = remote.wait(Subjects::of(&repository, reference))?;
    let (mut found, mut doubts) = (Vec::new(), Vec::new());
    for (_, subject) in subjects.all() {
        if command.digest.as_ref().is_some_and(|wanted| wanted != subject.as_ref()) {
            continue;
        }
        let listed = attached::referrers(&repository, subject, attached::may_be_bundle);
        for it in remote.wait(listed)?.iter().filter(|it| it.is_bundle() && may_say(it, command)) {
            let bundle = remote.wait(it.bundle(&repository));
            match bundle.and_then(|it| judge(&it, subject.as_ref(), policy, root)) {
                Ok(believed) => found.push(believed),
                Err(doubt) => doubts.push(format!("{subject}: {doubt:#}")),
            }
        }
    }
    for doubt in &doubts {
        output::tell(&format!("not believed: {doubt}"));
    }
    let hint = if subjects.have_statements() {
        "; what its build states is signed by nobody: --unsigned --rescan compares it"
    } else {
        ""
    };
    anyhow::ensure!(
        !found.is_empty(),
        "nothing that is attached to {} can be believed: {} bundles, none verifies{hint}",
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
fn told(Believed { subject, verified, .. }: &Believed) -> String {
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
