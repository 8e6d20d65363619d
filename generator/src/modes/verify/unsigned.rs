//! What builds state and nobody signs: told as that, and believed where a scan of the layers gives the same.

use std::process::ExitCode;

use attest::Statement;
use oci_spec::image::Digest;
use registry::Reference;
use scanner_core::documents;
use scanner_core::limits::Limits;
use scanner_core::model::View;

use super::rescan::Difference;
use crate::artifacts::{ARTIFACTS, Artifact};
use crate::attached::Subjects;
use crate::cli::VerifyAttestation;
use crate::images::Scanned;
use crate::made::Seen;
use crate::output;
use crate::remote::Remote;
use crate::stated::{self, Build, Stated};

/// What came of comparing a statement with a scan.
enum Outcome {
    Same,
    NotCompared(&'static str),
    Differs(String),
}

/// A statement about an image, and what came of it.
struct Judged {
    subject: String,
    stated: Stated,
    outcome: Outcome,
}

/// Compares what the build of each platform left in the index, and tells what was found.
pub(super) fn run(command: &VerifyAttestation, reference: &Reference) -> anyhow::Result<ExitCode> {
    let remote = Remote::new(&command.making.reading.registries)?;
    let repository = remote.repository(reference)?;
    let subjects = remote.wait(Subjects::of(&repository, reference))?;
    let build = Build {
        remote: &remote,
        repository: &repository,
        reference,
        subjects: &subjects,
        making: &command.making,
    };
    let is_wanted = |it: &str| command.predicate_type.as_ref().is_none_or(|wanted| wanted == it);
    let mut judged = Vec::new();
    for (_, subject) in subjects.all() {
        if command.digest.as_ref().is_some_and(|wanted| wanted != subject.as_ref()) {
            continue;
        }
        let statements = build.statements(subject, is_wanted)?;
        let outcomes = compare(&build, subject, &statements)?;
        judged.extend(statements.into_iter().zip(outcomes).map(|(stated, outcome)| Judged {
            subject: subject.to_string(),
            stated,
            outcome,
        }));
    }
    tell(command, &judged)
}

/// Makes the documents as the build must have made them, and compares its own with these.
fn compare(
    build: &Build<'_>,
    subject: &Digest,
    statements: &[Stated],
) -> anyhow::Result<Vec<Outcome>> {
    let of_a_scan = |it: &&Artifact| statements.iter().any(|stated| may_be(stated, it));
    let mut artifacts: Vec<&Artifact> = ARTIFACTS.iter().filter(of_a_scan).collect();
    artifacts.sort_by_key(|it| it.view == Some(View::Usage));
    let parameters = if artifacts.is_empty() { None } else { Some(stated::parameters(statements)) };
    let mut scans = Vec::new();
    if let Some(Ok(parameters)) = &parameters {
        // The frontend is told what the image starts, a generator is not; nothing else says which of them it was.
        for seen in [Seen::InBuild, Seen::FilesAlone] {
            scans.extend(build.scanned(subject, &artifacts, parameters, seen)?);
        }
    }
    let why = parameters.and_then(Result::err);
    statements.iter().map(|it| judge(it, &artifacts, &scans, why.as_deref())).collect()
}

fn may_be(stated: &Stated, artifact: &Artifact) -> bool {
    artifact.predicate_type == Some(&stated.statement.predicate_type)
}

/// Compares a statement with the documents that it may be of; `why` is why there are none.
fn judge(
    stated: &Stated,
    artifacts: &[&Artifact],
    scans: &[Scanned],
    why: Option<&str>,
) -> anyhow::Result<Outcome> {
    if !artifacts.iter().any(|it| may_be(stated, it)) {
        return Ok(Outcome::NotCompared("it is of no kind that a scan gives"));
    }
    let mut nearest: Option<Difference> = None;
    let predicate = stated.statement.predicate.to_string().into_bytes();
    for scan in scans {
        let documents = artifacts.iter().zip(&scan.made.documents);
        for (artifact, document) in documents.filter(|(it, _)| may_be(stated, it)) {
            if stated.is(artifact, document)? {
                return Ok(Outcome::Same);
            }
            let difference = Difference::of(&predicate, &artifact.predicate(document)?);
            if nearest.as_ref().is_none_or(|it| difference.size() < it.size()) {
                nearest = Some(difference);
            }
        }
    }
    let named = documents::read(&predicate, &Limits::default()).map(|it| it.sbom.name);
    if named.is_ok_and(|it| stated::is_beside(&it)) {
        let why = "it is of the build's context or of a stage, which the image does not hold";
        return Ok(Outcome::NotCompared(why));
    }
    let why = why.map_or_else(|| nearest.unwrap_or_default().told(), str::to_owned);
    Ok(Outcome::Differs(why))
}

/// Tells of each statement, and fails unless everything that can be compared is the same.
fn tell(command: &VerifyAttestation, judged: &[Judged]) -> anyhow::Result<ExitCode> {
    let told: Vec<String> = judged.iter().map(Judged::told).collect();
    output::write_stdout(told.join("\n").as_bytes())?;
    let bad = judged.iter().filter(|it| matches!(it.outcome, Outcome::Differs(_))).count();
    anyhow::ensure!(bad == 0, "{bad} of {} statements differ from a scan", judged.len());
    let mut same = judged.iter().filter(|it| matches!(it.outcome, Outcome::Same));
    let Some(first) = same.next() else {
        anyhow::bail!("the build of {} states nothing that a scan gives", command.target);
    };
    if let Some(path) = &command.predicate {
        output::write_whole(path, Statement::predicate_of(&first.stated.payload)?.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Judged {
    fn told(&self) -> String {
        let rescan = match &self.outcome {
            Outcome::Same => "the same, made as it says that the build made it".to_owned(),
            Outcome::NotCompared(why) => format!("not compared: {why}"),
            Outcome::Differs(why) => format!("DIFFERS: {why}"),
        };
        let (kind, subject) = (&self.stated.statement.predicate_type, &self.subject);
        output::shown(&format!(
            "unsigned  {kind}\nsubject   {subject}\nsigned    by nobody; the build left it in the index\nrescan    {rescan}\n"
        ))
    }
}
