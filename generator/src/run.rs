//! One scan of one directory or image, as every mode does it.

use std::path::Path;

use anyhow::Context as _;
use rayon::{ThreadPool, ThreadPoolBuilder};
use scanner_core::analyzers::Wants;
use scanner_core::image::Image;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom};
use scanner_core::scan::{Options, Phase, Tracing, scan};
use scanner_core::source::{self, Found, Reading, SourceError, read_all};

use crate::progress::Progress;

/// A pool of so many threads; 0 means one a processor.
pub(crate) fn pool(threads: usize) -> anyhow::Result<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")
}

/// A directory to scan.
pub(crate) struct Directory<'a> {
    pub(crate) path: &'a Path,
    /// What the documents call it.
    pub(crate) name: &'a str,
    pub(crate) input: Input,
}

/// Reads images, and keeps of their layers what a scan will read that traces each as it is said here.
pub(crate) fn read(
    found: &[Found],
    (input, tracing): (Input, &[Tracing]),
    reading: &Reading<'_>,
    pool: &ThreadPool,
) -> Result<Vec<Image>, SourceError> {
    let runs = found.iter().zip(tracing);
    let runs = runs.filter_map(|(found, tracing)| tracing.run(Some(&found.facts.run)));
    let wants = Wants::new(input).traced(runs, reading.limits);
    let reading = Reading { keep: &|passing| wants.of(passing), ..reading.clone() };
    pool.install(|| read_all(found, &reading))
}

/// Scans an image.
pub(crate) fn image(
    image: &Image,
    (input, files, tracing): (Input, FileDetail, Tracing),
    limits: &Limits,
    pool: &ThreadPool,
    progress: &Progress<'_>,
) -> Sbom {
    let entries = image.layers.iter().map(|layer| layer.entries().len()).sum();
    progress.phase(Phase::Walk, entries);
    let report = |phase, count| progress.phase(phase, count);
    let options = Options { input, files, tracing, limits: *limits, progress: &report };
    let sbom = scan(image, &options, pool);
    progress.line(&format!("counts   {}", sbom.counts));
    sbom
}

/// Scans a directory.
pub(crate) fn directory(
    &Directory { path, name, input }: &Directory<'_>,
    (files, tracing): (FileDetail, Tracing),
    limits: &Limits,
    pool: &ThreadPool,
    progress: &Progress<'_>,
) -> anyhow::Result<Sbom> {
    let image = pool
        .install(|| source::directory::open(path, name.to_owned(), limits))
        .with_context(|| format!("cannot read the directory {}", path.display()))?;
    Ok(self::image(&image, (input, files, tracing), limits, pool, progress))
}
