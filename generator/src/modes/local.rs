//! `sbom-indexer scan`: a source in, documents out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::ThreadPool;
use rayon::prelude::*;
use scanner_core::analyzers::Wants;
use scanner_core::emit::{Lifecycle, Stamp};
use scanner_core::limits::Limits;
use scanner_core::model::{Input, Sbom};
use scanner_core::source::{Found, Platforms, Reading, Request, give_base, read_all};

use crate::cli::{Scan, default_output};
use crate::failure::Usage;
use crate::progress::{Progress, Verbosity};
use crate::run::Directory;
use crate::source::{self, Source};
use crate::{output, run};

/// Scans and writes.
pub(crate) fn run(mut scan: Scan) -> anyhow::Result<ExitCode> {
    let source = Source::parse(&scan.source)?;
    if scan.outputs.is_empty() {
        scan.outputs.push(default_output().map_err(Usage)?);
    }
    let pool = run::pool(scan.threads)?;
    let notices = match &source {
        Source::Directory(path) => directory(&scan, path, &source.title()?, &pool)?,
        Source::Images { .. } => images(&scan, &source, &pool)?,
    };
    Ok(if scan.strict && notices > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Scans a directory and writes its documents. Tells how many notices there are.
fn directory(scan: &Scan, path: &Path, title: &str, pool: &ThreadPool) -> anyhow::Result<usize> {
    let name = scan.name.as_deref().unwrap_or(title);
    let progress = Progress::new(name, verbosity(scan));
    let target = Directory { path, name, input: input(scan) };
    let sbom = run::directory(&target, scan.files, pool, &progress)?;
    write(scan, &sbom, None, &progress)?;
    Ok(sbom.notices.len())
}

/// Scans the images of a source side by side and writes the documents of each.
fn images(scan: &Scan, source: &Source, pool: &ThreadPool) -> anyhow::Result<usize> {
    let Source::Images { medium, path, reference } = source else { return Ok(0) };
    let limits = Limits::default();
    let wants = Wants::new(input(scan));
    let spill = source::spill(scan.spill_dir.as_deref(), scan.spill_limit)?;
    let reading = Reading { limits: &limits, spill, keep: &|passing| wants.of(passing) };
    let platforms = match &scan.platform {
        Some(platform) => Platforms::One(platform.clone()),
        None if scan.all_platforms => Platforms::All,
        None => Platforms::Default,
    };
    let request = Request { reference: reference.clone(), platforms, title: source.title()? };
    let mut found = source::find(*medium, path, &request, &reading)?;
    for it in &mut found {
        if let Some(base) = &scan.base {
            let platform = it.facts.platform.parse().map_err(Usage)?;
            give_base(it, &source::find_base(base, Platforms::One(platform), &reading)?)?;
        }
        it.name = scan.name.clone().unwrap_or_else(|| it.name.clone());
    }
    let names = found.iter().map(|it| shown(scan, it)).collect::<Vec<_>>();
    let progress = names.iter().map(|(name, _)| Progress::new(name, verbosity(scan)));
    let progress = progress.collect::<Vec<_>>();
    let images = pool.install(|| read_all(&found, &reading))?;
    let scans = images.par_iter().zip(&progress);
    let scans = scans
        .map(|(it, progress)| run::image(it, (input(scan), scan.files), limits, pool, progress));
    let sboms: Vec<Sbom> = pool.install(|| scans.collect());
    for layer in images.iter().flat_map(|image| &image.layers) {
        layer.verdict().with_context(|| format!("cannot read the layer {} again", layer.id()))?;
    }
    for ((sbom, progress), (_, platform)) in sboms.iter().zip(&progress).zip(&names) {
        write(scan, sbom, platform.as_deref(), progress)?;
    }
    Ok(sboms.iter().map(|it| it.notices.len()).sum())
}

/// What progress calls an image, and what tells its documents from those of other platforms.
fn shown(scan: &Scan, found: &Found) -> (String, Option<String>) {
    let platform = scan.all_platforms.then(|| found.facts.platform.replace('/', "-"));
    let name = platform.as_ref().map_or(found.name.clone(), |it| format!("{} {it}", found.name));
    (name, platform)
}

fn verbosity(scan: &Scan) -> Verbosity {
    if scan.quiet { Verbosity::Quiet } else { Verbosity::Phases }
}

fn input(scan: &Scan) -> Input {
    if scan.context { Input::Context } else { Input::RootFs }
}

/// Writes every document that is asked for.
fn write(
    scan: &Scan,
    sbom: &Sbom,
    platform: Option<&str>,
    progress: &Progress<'_>,
) -> anyhow::Result<()> {
    let made = sbom.image.as_ref().and_then(|image| image.created);
    let stamp = Stamp {
        created: scan.source_date_epoch.or(made).unwrap_or(0),
        supplier: scan.supplier.clone(),
        lifecycle: Lifecycle::PostBuild,
    };
    let mut total = 0;
    for it in &scan.outputs {
        let mut bytes = Vec::new();
        it.emitter
            .emit(sbom, &stamp, &mut bytes)
            .with_context(|| format!("cannot write {}", it.emitter.format()))?;
        match &it.path {
            Some(path) => output::write_whole(&for_platform(path, platform), &bytes)?,
            None => output::write_stdout(&bytes)?,
        }
        total += bytes.len();
    }
    progress.done(sbom.components.len(), sbom.notices.len(), total);
    Ok(())
}

/// The path of a document that is written once a platform: `sbom.spdx.json` is `sbom.linux-arm64.spdx.json`.
fn for_platform(path: &Path, platform: Option<&str>) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let (Some(platform), Some(name)) = (platform, name) else { return path.to_owned() };
    path.with_file_name(match name.split_once('.') {
        Some((stem, rest)) if !stem.is_empty() => format!("{stem}.{platform}.{rest}"),
        _ => format!("{name}.{platform}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_a_document_of_its_own() {
        let path = |path: &str| for_platform(Path::new(path), Some("linux-arm64"));
        assert_eq!(path("out/sbom.spdx.json"), Path::new("out/sbom.linux-arm64.spdx.json"));
        assert_eq!(path("sbom"), Path::new("sbom.linux-arm64"));
        assert_eq!(for_platform(Path::new("sbom.json"), None), Path::new("sbom.json"));
    }
}
