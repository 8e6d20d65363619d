//! BuildKit's generator protocol: directories in, one in-toto statement a directory out.
//! Specification: moby/buildkit, `docs/attestations/sbom-protocol.md`.

mod request;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::ThreadPool;
use rayon::prelude::*;
use scanner_core::emit::{Lifecycle, Stamp, spdx23};
use scanner_core::model::Sbom;
use scanner_core::resolve::{self, Shipped};

pub(crate) use request::Request;

use crate::progress::{Progress, Verbosity};
use crate::run::Directory;
use crate::{output, run};
use request::Target;

/// The largest statement that BuildKit takes, in bytes; one byte more fails the build.
const STATEMENT_LIMIT: usize = 40 << 20;

/// Scans every target, side by side, links what is asked for with what is there, and writes the statements.
pub(crate) fn run(request: &Request) -> anyhow::Result<ExitCode> {
    let pool = run::pool(request.threads)?;
    let targets = request.targets()?;
    let stamp = Stamp {
        created: request.created,
        supplier: request.supplier.clone(),
        lifecycle: Lifecycle::Build,
    };
    // Of several errors the first by name counts, not the first in time.
    let scans: Vec<anyhow::Result<Scan<'_>>> =
        pool.install(|| targets.par_iter().map(|it| scan(it, request, &pool)).collect());
    let mut scans = scans.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    link(&mut scans);
    let results: Vec<anyhow::Result<()>> =
        pool.install(|| scans.par_iter().map(|it| attest(it, request, &stamp)).collect());
    results.into_iter().collect::<anyhow::Result<()>>()?;
    Ok(ExitCode::SUCCESS)
}

/// A target that was scanned.
struct Scan<'a> {
    target: &'a Target,
    progress: Progress<'a>,
    sbom: Sbom,
}

fn scan<'a>(target: &'a Target, request: &Request, pool: &ThreadPool) -> anyhow::Result<Scan<'a>> {
    let progress = Progress::new(&target.name, Verbosity::Phases);
    let directory = Directory { path: &target.root, name: &target.title, input: target.input };
    let sbom = run::directory(&directory, request.files, pool, &progress)?;
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

fn attest(scan: &Scan<'_>, request: &Request, stamp: &Stamp) -> anyhow::Result<()> {
    let Scan { target, progress, sbom } = scan;
    let statement = spdx23::statement(sbom, stamp, STATEMENT_LIMIT)
        .with_context(|| format!("cannot write the statement of {}", target.name))?;
    for step in &statement.dropped {
        progress.line(&format!("the statement was over {STATEMENT_LIMIT} bytes; left out: {step}"));
    }
    write(&request.destination, &target.name, &statement.bytes)?;
    progress.done(sbom.components.len(), sbom.notices.len(), statement.bytes.len());
    Ok(())
}

fn write(destination: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    output::write_whole(&destination.join(format!("{name}.spdx.json")), bytes)
}
