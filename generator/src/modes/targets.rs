//! What BuildKit mounts to be scanned: the result, stages and contexts; scanned side by side and linked.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::ThreadPool;
use rayon::prelude::*;
use scanner_core::image::Image;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom};
use scanner_core::resolve::{self, Shipped};
use scanner_core::scan::Tracing;

use crate::failure::Usage;
use crate::progress::{Progress, Verbosity};
use crate::run::{self, Directory};

/// The largest statement that BuildKit takes, in bytes; one byte more fails the build.
pub(crate) const STATEMENT_LIMIT: usize = 40 << 20;

/// One directory to scan.
pub(crate) struct Target {
    /// The base name of its statement.
    pub(crate) name: String,
    /// What the document calls it.
    pub(crate) title: String,
    pub(crate) root: PathBuf,
    pub(crate) input: Input,
}

/// A target that was scanned.
pub(crate) struct Scan<'a> {
    pub(crate) target: &'a Target,
    pub(crate) progress: Progress<'a>,
    pub(crate) sbom: Sbom,
}

/// How targets are scanned.
pub(crate) struct Job<'a> {
    pub(crate) files: FileDetail,
    /// How the result is run, where anything but its own configuration says it.
    pub(crate) tracing: Tracing,
    pub(crate) pool: &'a ThreadPool,
    pub(crate) verbosity: Verbosity,
    /// The result, if it is listed already.
    pub(crate) result: Option<Image>,
}

/// The directories to scan: first the build's result, then what is in the directory of extras.
pub(crate) fn list(
    result: &Path,
    title: Option<&str>,
    extras: Option<&Path>,
) -> anyhow::Result<Vec<Target>> {
    let mut targets = Vec::new();
    if let Some(extras) = extras {
        let entries = std::fs::read_dir(extras).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for entry in entries.with_context(|| format!("cannot list {}", extras.display()))? {
            targets.push(target(&entry.path(), None, Input::Context)?);
        }
    }
    targets.sort_by(|a, b| a.name.cmp(&b.name));
    targets.insert(0, target(result, title, Input::RootFs)?);
    Ok(targets)
}

fn target(root: &Path, title: Option<&str>, input: Input) -> anyhow::Result<Target> {
    let name = root.file_name().and_then(|name| name.to_str());
    let name = name
        .ok_or_else(|| Usage(format!("{} has no name to call its statement by", root.display())))?;
    Ok(Target {
        name: name.to_owned(),
        title: title.unwrap_or(name).to_owned(),
        root: root.to_owned(),
        input,
    })
}

/// Scans the targets side by side, and links what is asked for with what is there.
pub(crate) fn scan<'a>(targets: &'a [Target], job: &Job<'_>) -> anyhow::Result<Vec<Scan<'a>>> {
    // Of several errors the first by name counts, not the first in time.
    let scans: Vec<anyhow::Result<Scan<'_>>> =
        job.pool.install(|| targets.par_iter().map(|it| scan_one(it, job)).collect());
    let mut scans = scans.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    link(&mut scans);
    Ok(scans)
}

fn scan_one<'a>(target: &'a Target, job: &Job<'_>) -> anyhow::Result<Scan<'a>> {
    let progress = Progress::new(&target.name, job.verbosity);
    let listed = job.result.as_ref().filter(|_| target.input == Input::RootFs);
    let tracing = match target.input {
        Input::RootFs => job.tracing.clone(),
        Input::Context => Tracing::Configured,
    };
    let sbom = if let Some(image) = listed {
        let what = (target.input, job.files, tracing);
        run::image(image, what, &Limits::default(), job.pool, &progress)
    } else {
        let directory = Directory { path: &target.root, name: &target.title, input: target.input };
        run::directory(&directory, (job.files, tracing), &Limits::default(), job.pool, &progress)?
    };
    Ok(Scan { target, progress, sbom })
}

/// Marks what the context and the stages declare and the build's result, which is the first, ships.
fn link(scans: &mut [Scan<'_>]) {
    let Some((result, others)) = scans.split_first_mut() else { return };
    for it in others {
        let Shipped { declared, shipped } = resolve::link(&mut it.sbom, &result.sbom);
        if declared > 0 {
            it.progress
                .line(&format!("link     {shipped} of {declared} declared components shipped"));
        }
    }
}
