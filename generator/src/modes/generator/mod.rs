//! BuildKit's generator protocol: directories in, one in-toto statement a directory out.
//! Specification: moby/buildkit, `docs/attestations/sbom-protocol.md`.

mod request;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::prelude::*;
use scanner_core::emit::{Lifecycle, Stamp, spdx23};
use scanner_core::scan::Tracing;

pub(crate) use request::Request;

use crate::modes::targets::{self, Job, STATEMENT_LIMIT, Scan};
use crate::progress::Verbosity;
use crate::{output, run};

/// Scans every target, side by side, links what is asked for with what is there, and writes the statements.
pub(crate) fn run(request: &Request) -> anyhow::Result<ExitCode> {
    let pool = run::pool(request.threads)?;
    let targets = request.targets()?;
    let stamp = Stamp {
        created: request.created,
        supplier: request.supplier.clone(),
        lifecycle: Lifecycle::Build,
    };
    let job = Job {
        files: request.files,
        tracing: Tracing::Given(request.run()),
        pool: &pool,
        verbosity: Verbosity::Phases,
        result: None,
    };
    let scans = targets::scan(&targets, &job)?;
    let results: Vec<anyhow::Result<()>> =
        pool.install(|| scans.par_iter().map(|it| attest(it, request, &stamp)).collect());
    results.into_iter().collect::<anyhow::Result<()>>()?;
    Ok(ExitCode::SUCCESS)
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
