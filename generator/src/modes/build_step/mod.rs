//! The step of a build that the frontend has BuildKit run: it scans what is mounted and writes what is attached.

pub(crate) mod formats;
mod memory;
mod order;
mod summary;
mod write;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::ThreadPool;
use scanner_core::emit::{Lifecycle, Stamp};
use scanner_core::image::Image;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom};
use scanner_core::scan::Tracing;
use scanner_core::source::directory;

use crate::cli::{Step, file_detail};
use crate::failure::Usage;
use crate::modes::targets::{self, Job, Target};
use crate::progress::{Progress, Verbosity};
use crate::{output, run};

pub(crate) use order::{Order, Start};
pub(crate) use summary::{Document, Summary};
use write::Written;

/// The command that the step runs.
pub(crate) const COMMAND: &str = "build-step";
/// What it is told to do: look at an image on which others are built.
pub(crate) const REMEMBER: &str = "remember";
/// What it is told to do: scan a result.
pub(crate) const SCAN: &str = "scan";

/// The result of the build.
pub(crate) const CORE: &str = "/run/src/core/sbom";
/// Stages and contexts.
const EXTRAS: &str = "/run/src/extras";
/// What the result has changed of the image that it was built on.
pub(crate) const CHANGES: &str = "/run/changes";
/// What is remembered of that image.
pub(crate) const MEMORY: &str = "/run/memory";
/// What is asked of the scan.
pub(crate) const ORDER: &str = "/run/order";
/// The file in it.
pub(crate) const ORDER_FILE: &str = "order.json";
/// Where everything is written.
pub(crate) const OUT: &str = "/run/out";
/// What the frontend reads of it.
pub(crate) const SUMMARY: &str = "summary.json";

/// Does what the step is for.
pub(crate) fn run(step: &Step) -> anyhow::Result<ExitCode> {
    match step.what.as_str() {
        REMEMBER => remember(&step.root)?,
        SCAN => scan(&step.root)?,
        other => return Err(Usage(format!("there is no step {other}")).into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Scans an image on which others are built, for what a scan reads of it.
fn remember(root: &Path) -> anyhow::Result<()> {
    let (pool, progress) = (run::pool(0)?, Progress::new("base", Verbosity::Result));
    let limits = Limits::default();
    let path = at(root, CORE);
    let recording = pool
        .install(|| directory::record(&path, "base".to_owned(), &limits))
        .with_context(|| format!("cannot read the directory {}", path.display()))?;
    let what = (Input::RootFs, FileDetail::None, Tracing::Configured);
    let sbom = run::image(recording.image(), what, &limits, &pool, &progress);
    let bytes = memory::write(recording.memory(), &at(root, OUT))?;
    progress.done(sbom.components.len(), sbom.notices.len(), bytes);
    Ok(())
}

fn scan(root: &Path) -> anyhow::Result<()> {
    let at = |path| at(root, path);
    let path = at(ORDER).join(ORDER_FILE);
    let order = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let order: Order = serde_json::from_slice(&order).context("what is asked of the scan")?;
    let extras = Some(at(EXTRAS)).filter(|it| it.is_dir());
    let empty = tempfile::tempdir_in(at(OUT)).context("cannot write where the step must")?;
    let targets =
        targets::list(&core(root, empty.path())?, order.name.as_deref(), extras.as_deref())?;
    let pool = run::pool(order.threads)?;
    let files = file_detail(&order.files).map_err(Usage)?;
    let result = targets.first().filter(|_| at(MEMORY).is_dir());
    let result = result.map(|it| against(it, root, &pool)).transpose()?;
    let tracing = Tracing::Given(order.start.run());
    let job = Job { files, tracing, pool: &pool, verbosity: Verbosity::Result, result };
    let scans = targets::scan(&targets, &job)?;
    let stamp = Stamp {
        created: order.created,
        supplier: order.supplier.clone(),
        lifecycle: Lifecycle::Build,
    };
    let mut all = Written::default();
    for scan in &scans {
        let written = match scan.target.input {
            Input::RootFs => {
                pool.install(|| write::result(&scan.sbom, &order, &stamp, &at(OUT)))?
            }
            Input::Context => write::extra(scan, &order, &stamp, &at(OUT))?,
        };
        let bytes = written.documents.iter().map(|it| it.bytes).sum();
        scan.progress.done(scan.sbom.components.len(), scan.sbom.notices.len(), bytes);
        all.documents.extend(written.documents);
        all.refused.extend(written.refused);
    }
    write::request(&order, &at(OUT), &mut all)?;
    let sboms: Vec<&Sbom> = scans.iter().map(|it| &it.sbom).collect();
    let summary = Summary::new(&sboms, all);
    output::write_whole(&at(OUT).join(SUMMARY), &serde_json::to_vec(&summary)?)?;
    // The process ends here: the kernel takes back what it holds sooner than it frees it piece by piece.
    std::mem::forget((scans, job));
    Ok(())
}

/// The result. BuildKit mounts nothing for an image without files; an empty directory stands for it.
fn core(root: &Path, empty: &Path) -> anyhow::Result<PathBuf> {
    let core = at(root, CORE);
    if core.is_dir() {
        return Ok(core);
    }
    let empty = empty.join(core.file_name().unwrap_or_default());
    std::fs::create_dir(&empty).context("cannot write where the step must")?;
    Ok(empty)
}

/// Lists the result against what is remembered of its base.
fn against(target: &Target, root: &Path, pool: &ThreadPool) -> anyhow::Result<Image> {
    let memory = pool.install(|| memory::read(&at(root, MEMORY)))?;
    let changes = Some(at(root, CHANGES)).filter(|it| it.is_dir());
    let (title, limits) = (target.title.clone(), Limits::default());
    let open = || directory::open_against(&target.root, title, memory, changes.as_deref(), &limits);
    let failed = || format!("cannot compare {} with its base", target.root.display());
    pool.install(open).with_context(failed)
}

/// Where something is mounted.
fn at(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}
