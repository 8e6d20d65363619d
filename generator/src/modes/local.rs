//! `sbom-indexer scan`: a source in, documents out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::ThreadPool;
use scanner_core::model::Input;
use scanner_core::source::Platforms;

use crate::attestations::Attestations;
use crate::cli::{Scan, default_output};
use crate::failure::Usage;
use crate::made::{Called, Job, Made, Seen, Wanted};
use crate::progress::Progress;
use crate::run::{self, Directory};
use crate::source::Source;
use crate::{images, layers, output};

/// Scans and writes.
pub(crate) fn run(mut scan: Scan) -> anyhow::Result<ExitCode> {
    let source = Source::parse(&scan.source)?;
    if scan.outputs.is_empty() {
        scan.outputs.push(default_output().map_err(Usage)?);
    }
    let pool = run::pool(scan.making.reading.threads)?;
    let outputs = scan.outputs.iter();
    let job = Job {
        making: &scan.making,
        documents: outputs.map(|it| Wanted { emitter: it.emitter, view: scan.view }).collect(),
        layers: scan.layers.is_some(),
        input: if scan.context { Input::Context } else { Input::RootFs },
        called: Called::AsFound,
        seen: Seen::Finished,
    };
    let notices = match &source {
        Source::Directory(path) => {
            let made = directory(&job, path, &source.title()?, &pool)?;
            write(&scan, &made, None)?;
            made.notices
        }
        _ => images(&scan, &job, &source, &pool)?,
    };
    Ok(if scan.strict && notices > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Scans a directory.
fn directory(job: &Job<'_>, path: &Path, title: &str, pool: &ThreadPool) -> anyhow::Result<Made> {
    let making = job.making;
    let name = making.name.as_deref().unwrap_or(title);
    let progress = Progress::new(name, making.verbosity());
    let attestations = Attestations::of_directory(&making.binding)?;
    let target = Directory { path, name, input: job.input };
    let how = (making.files, making.run.tracing(None));
    let mut sbom = run::directory(&target, how, &making.run.limits(), pool, &progress)?;
    attestations.bind(&mut sbom, &progress);
    let made = pool.install(|| Made::new(job, &sbom))?;
    progress.done(made.components, made.notices, made.bytes());
    Ok(made)
}

/// Scans the images of a source and writes the documents of each. Tells how many notices there are.
fn images(scan: &Scan, job: &Job<'_>, source: &Source, pool: &ThreadPool) -> anyhow::Result<usize> {
    let platforms = match &scan.platform {
        Some(platform) => Platforms::One(platform.clone()),
        None if scan.all_platforms => Platforms::All,
        None => Platforms::Default,
    };
    let mut notices = 0;
    for it in images::make(job, source, platforms, pool)? {
        let platform = scan.all_platforms.then(|| it.platform.replace('/', "-"));
        write(scan, &it.made, platform.as_deref())?;
        notices += it.made.notices;
    }
    Ok(notices)
}

/// Writes every document to where it belongs.
fn write(scan: &Scan, made: &Made, platform: Option<&str>) -> anyhow::Result<()> {
    for (output, bytes) in scan.outputs.iter().zip(&made.documents) {
        match &output.path {
            Some(path) => output::write_whole(&for_platform(path, platform), bytes)?,
            None => output::write_stdout(bytes)?,
        }
    }
    if let Some(directory) = &scan.layers {
        let directory = platform.map_or(directory.clone(), |it| directory.join(it));
        layers::write(&made.layers, &directory)?;
    }
    Ok(())
}

/// The path of a document that is written once a platform: `sbom.spdx.json` is `sbom.linux-arm64.spdx.json`.
fn for_platform(path: &Path, platform: Option<&str>) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let (Some(platform), Some(name)) = (platform, name) else { return path.to_owned() };
    path.with_file_name(output::platform_name(name, platform))
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
