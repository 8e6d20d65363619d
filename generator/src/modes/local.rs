//! `sbom-indexer scan`: a source in, documents out.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use rayon::ThreadPool;
use rayon::prelude::*;
use scanner_core::analyzers::Wants;
use scanner_core::model::{Input, Sbom};
use scanner_core::source::{Found, LayerCache, Platforms, Reading, give_base, read_all};

use crate::cache::Cache;
use crate::cli::{Scan, default_output};
use crate::failure::Usage;
use crate::made::Made;
use crate::progress::{Layers, Progress, Verbosity};
use crate::run;
use crate::run::Directory;
use crate::source::{self, Source, Sources};
use crate::target::Target;

/// Scans and writes.
pub(crate) fn run(mut scan: Scan) -> anyhow::Result<ExitCode> {
    let source = Source::parse(&scan.source)?;
    if scan.outputs.is_empty() {
        scan.outputs.push(default_output().map_err(Usage)?);
    }
    let pool = run::pool(scan.reading.threads)?;
    let notices = match &source {
        Source::Directory(path) => directory(&scan, path, &source.title()?, &pool)?,
        _ => images(&scan, &source, &pool)?,
    };
    Ok(if scan.strict && notices > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Scans a directory and writes its documents. Tells how many notices there are.
fn directory(scan: &Scan, path: &Path, title: &str, pool: &ThreadPool) -> anyhow::Result<usize> {
    let name = scan.name.as_deref().unwrap_or(title);
    let progress = Progress::new(name, verbosity(scan));
    let target = Directory { path, name, input: input(scan) };
    let tracing = scan.run.tracing(None);
    let limits = scan.run.limits();
    let sbom = run::directory(&target, (scan.files, tracing), &limits, pool, &progress)?;
    let made = Made::new(scan, sbom)?;
    made.write(scan, None, &progress)?;
    Ok(made.notices)
}

/// Scans the images of a source side by side and writes the documents of each.
fn images(scan: &Scan, source: &Source, pool: &ThreadPool) -> anyhow::Result<usize> {
    let limits = scan.run.limits();
    let wants = Wants::new(input(scan));
    let spill = source::spill(scan.reading.spill_dir.as_deref(), scan.reading.spill_limit)?;
    let cache = Cache::of(&scan.reading.cache, if scan.context { "context" } else { "rootfs" });
    let layers = cache.clone().map(|it| it as Arc<dyn LayerCache>);
    let title = source.title()?;
    let reports = Layers::new(scan.name.as_deref().unwrap_or(&title), verbosity(scan));
    let reading = Reading {
        limits: &limits,
        spill,
        keep: &|passing| wants.of(passing),
        cache: layers,
        watch: &|layer, event| reports.tell(layer, event),
    };
    let platforms = match &scan.platform {
        Some(platform) => Platforms::One(platform.clone()),
        None if scan.all_platforms => Platforms::All,
        None => Platforms::Default,
    };
    let sources = Sources { reading: &reading, registries: &scan.reading.registries };
    let mut found = sources.find(source, platforms)?;
    for it in &mut found {
        if let Some(base) = &scan.base {
            let platform = it.facts.platform.parse().map_err(Usage)?;
            give_base(it, &sources.find_one(base, platform)?)?;
        }
        it.name = scan.name.clone().unwrap_or_else(|| it.name.clone());
    }
    let targets: Vec<Target> = found.iter().map(|it| Target::new(scan, it)).collect();
    let progress: Vec<Progress<'_>> =
        targets.iter().map(|it| Progress::new(&it.shown, verbosity(scan))).collect();
    let kept: Vec<Option<Made>> =
        targets.iter().map(|it| it.kept(scan, cache.as_deref())).collect();
    let missing = found.into_iter().zip(&progress).zip(&kept).filter(|(_, kept)| kept.is_none());
    let (missing, waiting): (Vec<Found>, Vec<&Progress<'_>>) = missing.map(|(it, _)| it).unzip();
    let mut sboms = scanned(scan, (&missing, &waiting), (&reading, &reports), pool)?.into_iter();
    let mut notices = 0;
    for ((target, kept), progress) in targets.iter().zip(kept).zip(&progress) {
        let made = match kept {
            Some(made) => {
                progress.line("cache    this image was scanned before");
                made
            }
            None => target.make(
                scan,
                sboms.next().context("an image was not scanned")?,
                cache.as_deref(),
            )?,
        };
        made.write(scan, target.platform.as_deref(), progress)?;
        notices += made.notices;
    }
    Ok(notices)
}

/// Reads and scans images side by side.
fn scanned(
    scan: &Scan,
    (found, progress): (&[Found], &[&Progress<'_>]),
    (reading, reports): (&Reading<'_>, &Layers<'_>),
    pool: &ThreadPool,
) -> anyhow::Result<Vec<Sbom>> {
    let images = pool.install(|| read_all(found, reading))?;
    reports.done();
    let scans = images.par_iter().zip(progress);
    let scans = scans.map(|(it, progress)| {
        let tracing = scan.run.tracing(it.facts.as_ref().map(|it| &it.run));
        run::image(it, (input(scan), scan.files, tracing), reading.limits, pool, progress)
    });
    let sboms = pool.install(|| scans.collect());
    for layer in images.iter().flat_map(|image| &image.layers) {
        layer.verdict().with_context(|| format!("cannot read the layer {} again", layer.id()))?;
    }
    Ok(sboms)
}

fn verbosity(scan: &Scan) -> Verbosity {
    if scan.quiet { Verbosity::Quiet } else { Verbosity::Phases }
}

fn input(scan: &Scan) -> Input {
    if scan.context { Input::Context } else { Input::RootFs }
}
