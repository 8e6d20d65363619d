//! BuildKit's generator protocol: directories in, one in-toto statement a directory out.
//! Specification: moby/buildkit, `docs/attestations/sbom-protocol.md`.

mod request;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::prelude::*;
use scanner_core::emit::{Lifecycle, Stamp, spdx23};

pub(crate) use request::Request;

use crate::progress::{Progress, Verbosity};
use crate::{output, run};
use request::Target;

/// The largest statement that BuildKit takes, in bytes; one byte more fails the build.
const STATEMENT_LIMIT: usize = 40 << 20;

/// Scans every target, side by side, and writes its statement to the destination.
pub(crate) fn run(request: &Request) -> anyhow::Result<ExitCode> {
    let pool = run::pool(request.threads)?;
    let targets = request.targets()?;
    let stamp = Stamp {
        created: request.created,
        supplier: request.supplier.clone(),
        lifecycle: Lifecycle::Build,
    };
    let results: Vec<anyhow::Result<()>> = pool.install(|| {
        targets.par_iter().map(|target| attest(target, request, &stamp, &pool)).collect()
    });
    results.into_iter().collect::<anyhow::Result<()>>()?;
    Ok(ExitCode::SUCCESS)
}

fn attest(
    target: &Target,
    request: &Request,
    stamp: &Stamp,
    pool: &rayon::ThreadPool,
) -> anyhow::Result<()> {
    let progress = Progress::new(&target.name, Verbosity::Phases);
    let sbom = run::directory(&target.root, &target.title, request.files, pool, &progress)?;
    let statement = spdx23::statement(&sbom, stamp, STATEMENT_LIMIT)
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
