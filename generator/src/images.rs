//! Images of a source, scanned side by side into documents; what was listed or made before is taken from the cache.

use std::sync::Arc;

use anyhow::Context as _;
use oci_spec::image::Digest;
use rayon::ThreadPool;
use rayon::prelude::*;
use scanner_core::image::{Image, Keep};
use scanner_core::model::{Input, RunConfig, Sbom, View};
use scanner_core::scan::Tracing;
use scanner_core::source::{Found, LayerCache, Platforms, Reading, give_base};
use scanner_core::views;

use crate::artifacts::Artifact;
use crate::attestations::Attestations;
use crate::cache::Cache;
use crate::cli::Making;
use crate::failure::Usage;
use crate::made::{Called, Job, Made, Seen, Wanted};
use crate::progress::{Layers, Progress};
use crate::run;
use crate::source::{self, Source, Sources};
use crate::target::Target;

/// An image and its documents.
pub(crate) struct Scanned {
    /// What it runs on: `linux/arm/v7`.
    pub(crate) platform: String,
    /// The digest of its manifest, where it has one.
    pub(crate) manifest: Option<String>,
    pub(crate) made: Made,
}

/// Scans what a reference means in a registry, every platform of it, into artifacts. Those of one view are beside each
/// other.
pub(crate) fn artifacts(
    making: &Making,
    reference: &registry::Reference,
    artifacts: &[&Artifact],
    layers: bool,
    seen: Seen,
) -> anyhow::Result<Vec<Scanned>> {
    let wanted = artifacts.iter().map(|it| {
        let view = it.view.unwrap_or(View::Inventory);
        Ok(Wanted { emitter: it.emitter().context("no such format")?, view })
    });
    let job = Job {
        making,
        documents: wanted.collect::<anyhow::Result<_>>()?,
        layers,
        input: Input::RootFs,
        called: Called::ByDigest,
        seen,
    };
    let pool = run::pool(making.reading.threads)?;
    make(&job, &Source::Registry(reference.clone()), Platforms::All, &pool)
}

/// Scans the images that a source means, for these platforms.
pub(crate) fn make(
    job: &Job<'_>,
    source: &Source,
    platforms: Platforms,
    pool: &ThreadPool,
) -> anyhow::Result<Vec<Scanned>> {
    let making = job.making;
    let flags = &making.reading;
    let limits = making.run.limits();
    let spill = source::spill(flags.spill_dir.as_deref(), flags.spill_limit)?;
    let variant = if job.input == Input::Context { "context" } else { "rootfs" };
    let cache = Cache::of(&flags.cache, variant);
    let layers = cache.clone().map(|it| it as Arc<dyn LayerCache>);
    let title = source.title()?;
    let reports = Layers::new(making.name.as_deref().unwrap_or(&title), making.verbosity());
    let reading = Reading {
        limits: &limits,
        spill,
        keep: &|_| Keep::Nothing,
        cache: layers,
        watch: &|layer, event| reports.tell(layer, event),
    };
    let several = matches!(platforms, Platforms::All);
    let found = find(job, source, platforms, &reading)?;
    let attestations = attestations(job, source, &found)?;
    let targets: Vec<Target> =
        found.iter().map(|it| Target::new(job, it, several, &attestations)).collect();
    let progress: Vec<Progress<'_>> =
        targets.iter().map(|it| Progress::beside(&reports, &it.shown)).collect();
    let kept: Vec<Option<Made>> = targets.iter().map(|it| it.kept(job, cache.as_deref())).collect();
    let identity = |it: &Found| (it.facts.platform.clone(), it.facts.manifest.clone());
    let identities: Vec<(String, Option<String>)> = found.iter().map(identity).collect();
    let missing = found.into_iter().zip(&progress).zip(&kept).filter(|(_, kept)| kept.is_none());
    let (missing, waiting): (Vec<Found>, Vec<&Progress<'_>>) = missing.map(|(it, _)| it).unzip();
    let mut sboms = scanned(job, (&missing, &waiting), (&reading, &reports), pool)?;
    sboms.iter_mut().zip(&waiting).for_each(|(it, progress)| attestations.bind(it, progress));
    let mut sboms = sboms.into_iter();
    let mut images = Vec::new();
    for (((target, kept), progress), (platform, manifest)) in
        targets.iter().zip(kept).zip(&progress).zip(identities)
    {
        let made = if let Some(made) = kept {
            progress.line("cache    this image was scanned before");
            made
        } else {
            let sbom = sboms.next().context("an image was not scanned")?;
            pool.install(|| target.make(job, &sbom, cache.as_deref()))?
        };
        progress.done(made.components, made.notices, made.bytes());
        images.push(Scanned { platform, manifest, made });
    }
    Ok(images)
}

/// What may be bound to the images.
fn attestations(job: &Job<'_>, source: &Source, found: &[Found]) -> anyhow::Result<Attestations> {
    let flags = &job.making.binding;
    let Source::Registry(reference) = source else { return Attestations::of_directory(flags) };
    let manifests = found.iter().filter_map(|it| it.facts.manifest.as_ref()?.parse().ok());
    let manifests: Vec<Digest> = manifests.collect();
    Attestations::of_registry(flags, &job.making.reading.registries, reference, &manifests)
}

/// Finds the images, and gives them their bases and names.
fn find(
    job: &Job<'_>,
    source: &Source,
    platforms: Platforms,
    reading: &Reading<'_>,
) -> anyhow::Result<Vec<Found>> {
    let sources = Sources { reading, registries: &job.making.reading.registries };
    let mut found = sources.find(source, platforms)?;
    for it in &mut found {
        if let Some(base) = &job.making.base {
            let platform = it.facts.platform.parse().map_err(Usage)?;
            give_base(it, &sources.find_one(base, platform)?)?;
        }
        if let Some(name) = &job.making.name {
            it.name.clone_from(name);
        } else if let (Called::ByDigest, Some(digest)) = (job.called, &it.facts.manifest) {
            let repository = it.name.split('@').next().unwrap_or_default();
            it.name = format!("{repository}@{digest}");
        }
    }
    Ok(found)
}

/// Reads and scans images side by side.
fn scanned(
    job: &Job<'_>,
    (found, progress): (&[Found], &[&Progress<'_>]),
    (reading, reports): (&Reading<'_>, &Layers<'_>),
    pool: &ThreadPool,
) -> anyhow::Result<Vec<Sbom>> {
    let expected = found.iter().map(|it| job.making.run.tracing(Some(&it.facts.run)));
    let expected: Vec<Tracing> = expected.collect();
    let mut images = run::read(found, (job.input, &expected), reading, pool)?;
    reports.done();
    let scans = images.par_iter_mut().zip(progress);
    let scans = scans.map(|(it, progress)| {
        let tracing = tracing(job, it);
        let mut sbom =
            run::image(it, (job.input, job.making.files, tracing), reading.limits, pool, progress);
        if job.seen != Seen::Finished {
            views::unlayered(&mut sbom);
        }
        sbom
    });
    let sboms = pool.install(|| scans.collect());
    for layer in images.iter().flat_map(|image| &image.layers) {
        layer.verdict().with_context(|| format!("cannot read the layer {} again", layer.id()))?;
    }
    Ok(sboms)
}

/// How the image is run, as far as that is known. What is seen of it in a build has no other facts.
fn tracing(job: &Job<'_>, image: &mut Image) -> Tracing {
    match job.seen {
        Seen::Finished => job.making.run.tracing(image.facts.as_ref().map(|it| &it.run)),
        Seen::InBuild => {
            let run = image.facts.take().map(|it| it.run).unwrap_or_default();
            Tracing::Given(RunConfig { shell: Vec::new(), ..run })
        }
        Seen::FilesAlone => {
            image.facts = None;
            Tracing::Given(RunConfig::default())
        }
    }
}
