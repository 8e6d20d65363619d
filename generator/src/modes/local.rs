//! `sbom-indexer scan`: a source in, documents out.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use scanner_core::emit::{Lifecycle, Stamp};
use scanner_core::model::Input;

use crate::cli::{Scan, default_output};
use crate::failure::Usage;
use crate::progress::{Progress, Verbosity};
use crate::run::Directory;
use crate::{output, run};

/// Scans and writes.
pub(crate) fn run(mut scan: Scan) -> anyhow::Result<ExitCode> {
    let root = directory(&scan.source)?;
    let name = scan.name.take().map_or_else(|| last_part(root), Ok)?;
    if scan.outputs.is_empty() {
        scan.outputs.push(default_output().map_err(Usage)?);
    }
    let progress =
        Progress::new(&name, if scan.quiet { Verbosity::Quiet } else { Verbosity::Phases });
    let input = if scan.context { Input::Context } else { Input::RootFs };
    let target = Directory { path: root, name: &name, input };
    let sbom = run::directory(&target, scan.files, &run::pool(scan.threads)?, &progress)?;
    let stamp = Stamp {
        created: scan.source_date_epoch,
        supplier: scan.supplier,
        lifecycle: Lifecycle::PostBuild,
    };
    let mut total = 0;
    for it in &scan.outputs {
        let mut bytes = Vec::new();
        it.emitter
            .emit(&sbom, &stamp, &mut bytes)
            .with_context(|| format!("cannot write {}", it.emitter.format()))?;
        match &it.path {
            Some(path) => output::write_whole(path, &bytes)?,
            None => output::write_stdout(&bytes)?,
        }
        total += bytes.len();
    }
    progress.done(sbom.components.len(), sbom.notices.len(), total);
    let failed = scan.strict && !sbom.notices.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The directory that a source means.
fn directory(source: &str) -> Result<&Path, Usage> {
    let path = Path::new(source.strip_prefix("dir:").unwrap_or(source));
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(path),
        Ok(_) => Err(Usage(format!(
            "{} is not a directory: give dir:PATH of an unpacked root",
            path.display()
        ))),
        Err(error) => Err(Usage(format!("cannot scan {}: {error}", path.display()))),
    }
}

/// The last part of a path. The rest of it is the user's own business and never reaches a document.
fn last_part(path: &Path) -> anyhow::Result<String> {
    let absolute =
        path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))?;
    Ok(absolute
        .file_name()
        .map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned()))
}
