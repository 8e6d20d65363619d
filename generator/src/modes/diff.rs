//! `sbom-indexer diff`: two sources or documents in, what changed between them out.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use rayon::ThreadPool;
use scanner_core::diff::{Metadata, diff};
use scanner_core::documents;
use scanner_core::emit::Stamp;
use scanner_core::image::Keep;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, Sbom, View};
use scanner_core::scan::Tracing;
use scanner_core::source::{LayerCache, Platforms, Reading};
use scanner_core::views;

use crate::cache::Cache;
use crate::cli::{Diff, diff_output};
use crate::failure::Usage;
use crate::progress::{Progress, Verbosity};
use crate::run::Directory;
use crate::source::{self, Source, Sources};
use crate::{input, output, run};

/// Compares and writes.
pub(crate) fn run(mut words: Diff) -> anyhow::Result<ExitCode> {
    if words.outputs.is_empty() {
        words.outputs.push(diff_output("table").map_err(Usage)?);
    }
    let pool = run::pool(words.reading.threads)?;
    let old = side(&words.old, &words, &pool).context("the old side")?;
    let new = side(&words.new, &words, &pool).context("the new side")?;
    let metadata = if old.told == new.told { Metadata::Compared } else { Metadata::Left };
    let (old, new) = (old.sbom, new.sbom);
    let changes = diff(&old, &new, metadata);
    let made = new.image.as_ref().and_then(|image| image.created);
    let stamp =
        Stamp { created: words.source_date_epoch.or(made).unwrap_or(0), ..Stamp::default() };
    for it in &words.outputs {
        let mut bytes = Vec::new();
        it.emitter
            .emit(&changes, &stamp, &mut bytes)
            .with_context(|| format!("cannot write {}", it.emitter.format()))?;
        match &it.path {
            Some(path) => output::write_whole(path, &bytes)?,
            None => output::write_stdout(&bytes)?,
        }
    }
    let differs = words.exit_code && !changes.changes.is_empty();
    Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// One of the two.
struct Side {
    sbom: Sbom,
    told: Told,
}

/// By what a side is told: two that are told by the same tell the same metadata.
#[derive(PartialEq, Eq)]
enum Told {
    Scan,
    /// A document of a format by some tools.
    Document(String, Vec<String>),
}

/// What one side holds, or what of it is used.
fn side(text: &str, words: &Diff, pool: &ThreadPool) -> anyhow::Result<Side> {
    let path = Path::new(text);
    let mut side =
        if path.is_file() { document(path, words)? } else { scanned(text, words, pool)? };
    if words.view == View::Usage && side.sbom.view == View::Inventory {
        if side.sbom.usage.is_none() {
            return Err(Usage(format!("what the entrypoint of {text} uses is not known")).into());
        }
        side.sbom = views::usage(&side.sbom);
    }
    Ok(side)
}

/// What a document says.
fn document(path: &Path, words: &Diff) -> anyhow::Result<Side> {
    let limits = Limits::default();
    let bytes = input::read(path, limits.document_bytes)?;
    let document = documents::read(&bytes, &limits)
        .with_context(|| format!("cannot read {}", path.display()))?;
    if !words.quiet {
        for it in &document.dropped {
            output::tell(&format!("[{}] left out: {it}", path.display()));
        }
    }
    Ok(Side { sbom: document.sbom, told: Told::Document(document.format, document.tools) })
}

/// What a scan finds.
fn scanned(text: &str, words: &Diff, pool: &ThreadPool) -> anyhow::Result<Side> {
    let source = Source::parse(text)?;
    let title = source.title()?;
    let verbosity = if words.quiet { Verbosity::Quiet } else { Verbosity::Phases };
    let progress = Progress::new(&title, verbosity);
    let sbom = match &source {
        Source::Directory(path) => {
            let target = Directory { path, name: &title, input: Input::RootFs };
            run::directory(
                &target,
                (FileDetail::None, Tracing::default()),
                &Limits::default(),
                pool,
                &progress,
            )?
        }
        _ => image(&source, words, pool, &progress)?,
    };
    progress.done(sbom.components.len(), sbom.notices.len(), 0);
    Ok(Side { sbom, told: Told::Scan })
}

/// What the one image of a source holds.
fn image(
    source: &Source,
    words: &Diff,
    pool: &ThreadPool,
    progress: &Progress<'_>,
) -> anyhow::Result<Sbom> {
    let limits = Limits::default();
    let spill = source::spill(words.reading.spill_dir.as_deref(), words.reading.spill_limit)?;
    let cache = Cache::of(&words.reading.cache, "rootfs").map(|it| it as Arc<dyn LayerCache>);
    let reading =
        Reading { limits: &limits, spill, keep: &|_| Keep::Nothing, cache, watch: &|_, _| {} };
    let sources = Sources { reading: &reading, registries: &words.reading.registries };
    let platforms = words.platform.clone().map_or(Platforms::Default, Platforms::One);
    let found = sources.find(source, platforms)?;
    if let [one, other, ..] = found.as_slice() {
        let why = format!("it holds several images ({}, {}, …): say which", one.name, other.name);
        return Err(Usage(why).into());
    }
    let images = run::read(&found, (Input::RootFs, &[Tracing::Configured]), &reading, pool)?;
    let image = images.first().context("there is no image")?;
    let sbom = run::image(
        image,
        (Input::RootFs, FileDetail::None, Tracing::default()),
        &limits,
        pool,
        progress,
    );
    for layer in &image.layers {
        layer.verdict().with_context(|| format!("cannot read the layer {} again", layer.id()))?;
    }
    Ok(sbom)
}
