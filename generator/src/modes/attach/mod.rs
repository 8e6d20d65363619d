//! `sbom-indexer attach`: scans an image of a registry, and attaches its documents and signed statements to it.

mod build_time;
#[cfg(test)]
mod faults;
mod index;
mod piece;
mod place;
mod references;
mod report;
mod requested;
mod signer;
mod wanted;
mod work;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::thread::ScopedJoinHandle;

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use oci_spec::image::Descriptor;
use registry::Reference;
use scanner_core::model::View;

use crate::artifacts::Artifact;
use crate::attached::Subjects;
use crate::cli::Attach;
use crate::failure::Usage;
use crate::images::{self, Scanned};
use crate::made::Seen;
use crate::output;
use crate::remote::Remote;
use crate::stated::Build;

use build_time::{Review, Reviewed};
use index::Index;
use piece::Piece;
use place::Target;
use references::References;
use report::Report;
use requested::Requests;
use signer::{Who, signer};
use work::{Claim, Plan, Removal, Verdict, Work};

/// Images that are attached to at a time.
const AT_ONCE: usize = 16;

/// Scans and attaches. Nothing is pushed before everything is scanned, and before it is known who signs.
pub(crate) fn run(attach: &Attach) -> anyhow::Result<ExitCode> {
    let reference: Reference = attach.reference.parse().map_err(Usage)?;
    let remote = Remote::new(&attach.making.reading.registries)?;
    std::thread::scope(|scope| {
        // An encrypted key takes as long to open as an image that was scanned before takes to be attached to.
        let who = Who::Awaited(scope.spawn(|| signer(&attach.sign, &remote)));
        scan_and_attach(attach, &remote, &reference, who)
    })
}

fn scan_and_attach(
    attach: &Attach,
    remote: &Remote,
    reference: &Reference,
    who: Who<'_>,
) -> anyhow::Result<ExitCode> {
    let repository = remote.repository(reference)?;
    let subjects = remote.wait(Subjects::of(&repository, reference))?;
    // What cannot be read is told before anything is scanned.
    let who = who.looked_at()?;
    let requests = attach.requested.then(|| remote.wait(Requests::of(&repository, &subjects)));
    let requests = requests.transpose()?;
    if requests.as_ref().is_some_and(Requests::is_empty) {
        output::write_stdout(b"the build asked for nothing\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let artifacts = wanted::artifacts(attach, requests.as_ref())?;
    let resolved = reference.with_digest(subjects.top.digest.as_ref());
    let build = Build {
        remote,
        repository: &repository,
        reference: &resolved,
        subjects: &subjects,
        making: &attach.making,
    };
    let review = Review { build, artifacts: &artifacts };
    let (mut images, reviewed) = if attach.trust_build_time_sboms && !attach.layers {
        review.images()?
    } else {
        let (making, layers) = (&attach.making, attach.layers);
        let scan = images::artifacts(making, &resolved, &artifacts, layers, Seen::Finished);
        (scan?, BTreeMap::new())
    };
    if let Some(requests) = &requests {
        images.retain(|it| it.manifest.as_ref().is_some_and(|it| requests.ask_about(it)));
    }
    let work = Work {
        plan: plan(attach),
        signer: who.known()?,
        target: Target::new(repository),
        name: format!("{}/{}", reference.registry(), reference.repository()),
    };
    let verdict = all(&work, remote, &subjects, images, (&artifacts, &reviewed))?;
    let failed = verdict == Verdict::Unverified && attach.sign.require_signature;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn plan(attach: &Attach) -> Plan {
    let removal = match (attach.prune, attach.replace) {
        (true, _) => Removal::Stale,
        (false, true) => Removal::Superseded,
        (false, false) => Removal::Nothing,
    };
    Plan { created: attach.making.source_date_epoch, removal, dry_run: attach.dry_run }
}

/// What is attached to one image.
struct Task {
    subject: Descriptor,
    pieces: Vec<Piece>,
    claims: Vec<Claim>,
    report: Report,
}

/// Attaches to all images side by side, and then to their index what tells of them.
fn all(
    work: &Work,
    remote: &Remote,
    subjects: &Subjects,
    images: Vec<Scanned>,
    (artifacts, reviewed): (&[&Artifact], &BTreeMap<String, Reviewed>),
) -> anyhow::Result<Verdict> {
    let mut references = References::default();
    let tasks = images.into_iter().map(|it| {
        let told = it.manifest.as_ref().and_then(|digest| reviewed.get(digest));
        let mut task = task(work, subjects, it, artifacts, &mut references)?;
        if let Some(it) = told {
            it.tell(artifacts, &mut task.report);
        }
        Ok(task)
    });
    let mut tasks = tasks.collect::<anyhow::Result<Vec<Task>>>()?;
    let attach = |it: &mut Task| {
        let Task { subject, pieces, claims, report } = it;
        remote.wait(work.at(subject, std::mem::take(pieces), claims, report))
    };
    let (results, index) = std::thread::scope(|scope| {
        let signed = subjects.is_index() && work.signer.is_some();
        let stage = || remote.wait(Index::stage(work, subjects, &references));
        let index = signed.then(|| scope.spawn(stage));
        let results = side_by_side(tasks.iter_mut(), attach);
        (results, index.map(join))
    });
    let (mut verdict, mut failed, mut listings) = (Verdict::Complete, None, Vec::new());
    for (task, result) in tasks.iter().zip(results) {
        task.report.show()?;
        match result {
            Ok((of_image, listing)) => {
                verdict = verdict.and(of_image);
                listings.push(listing);
            }
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if let (None, Some(index)) = (&failed, index) {
        match index.and_then(|it| remote.wait(it.publish(work))) {
            Ok((of_index, listing)) => {
                verdict = verdict.and(of_index);
                listings.push(listing);
            }
            Err(error) => failed = Some(error),
        }
    }
    for settled in side_by_side(listings, |mut it| Ok(remote.wait(it.settled())?)) {
        failed = failed.or(settled.err());
    }
    failed.map_or(Ok(verdict), Err)
}

/// Does something with all of them, not too many at a time; the results are in their order.
fn side_by_side<T: Send, R: Send>(
    items: impl IntoIterator<Item = T>,
    each: impl Fn(T) -> anyhow::Result<R> + Sync,
) -> Vec<anyhow::Result<R>> {
    let (mut items, mut results) = (items.into_iter().peekable(), Vec::new());
    while items.peek().is_some() {
        std::thread::scope(|scope| {
            let each = &each;
            let start = |it: T| scope.spawn(move || each(it));
            let threads: Vec<_> = items.by_ref().take(AT_ONCE).map(start).collect();
            results.extend(threads.into_iter().map(join));
        });
    }
    results
}

fn join<T>(thread: ScopedJoinHandle<'_, anyhow::Result<T>>) -> anyhow::Result<T> {
    thread.join().map_err(|_| anyhow!("a thread failed"))?
}

/// What is to be done for one image.
fn task(
    work: &Work,
    subjects: &Subjects,
    image: Scanned,
    artifacts: &[&Artifact],
    references: &mut References,
) -> anyhow::Result<Task> {
    let digest = image.manifest.as_deref().context("an image has no manifest")?;
    let subject = subjects.descriptor(digest);
    let subject = subject.with_context(|| format!("{digest} is not in the index"))?;
    let mut report = Report::new(&image.platform, digest);
    let (mut pieces, mut claims) = (Vec::new(), Vec::new());
    for (artifact, bytes) in artifacts.iter().zip(image.made.documents) {
        if artifact.view == Some(View::Usage) && !image.made.usage_known {
            report.note(&format!("no {}: what is used is not known", artifact.file));
            continue;
        }
        let bytes = Bytes::from(bytes);
        claims.extend(claim(artifact, &bytes)?);
        let piece = work.maker(&subject).document(artifact, bytes)?;
        references.add(&piece, &image.platform, digest, &work.name);
        pieces.push(piece);
    }
    if !image.made.layers.is_empty() {
        let piece = work.maker(&subject).layers(image.made.layers)?;
        references.add(&piece, &image.platform, digest, &work.name);
        pieces.push(piece);
    }
    Ok(Task { subject, pieces, claims, report })
}

/// What is signed of a document; nothing if it is no predicate.
fn claim(artifact: &Artifact, document: &Bytes) -> anyhow::Result<Option<Claim>> {
    let Some(predicate_type) = artifact.predicate_type else { return Ok(None) };
    let predicate = match artifact.predicate(document)? {
        Cow::Borrowed(_) => document.clone(),
        Cow::Owned(wrapped) => wrapped.into(),
    };
    Ok(Some(Claim { name: artifact.file.to_owned(), predicate_type, predicate }))
}
