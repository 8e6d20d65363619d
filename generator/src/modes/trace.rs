//! `sbom-indexer trace`: the chain from the entrypoint to what runs.

use std::process::ExitCode;

use anyhow::Context as _;
use scanner_core::emit::Stamp;
use scanner_core::emit::entrytrace::{self, Form};
use scanner_core::entrytrace::untraceable;
use scanner_core::image::{Image, Keep};
use scanner_core::model::{Input, Reason, RunConfig};
use scanner_core::scan::{self, Tracing};
use scanner_core::source::{Platforms, Reading, directory};

use crate::cli::{Trace, TraceFormat};
use crate::source::{self, Source, Sources};
use crate::{output, run};

/// The bytes of layers that are kept meanwhile.
const SPILL: u64 = 16 << 30;

/// Traces and writes.
pub(crate) fn run(trace: &Trace) -> anyhow::Result<ExitCode> {
    let source = Source::parse(&trace.source)?;
    let limits = trace.run.limits();
    let pool = run::pool(0)?;
    let images = match &source {
        Source::Directory(path) => {
            let title = source.title()?;
            let image = pool.install(|| directory::open(path, title, &limits));
            vec![image.with_context(|| format!("cannot read the directory {}", path.display()))?]
        }
        images => {
            let reading = Reading {
                limits: &limits,
                spill: source::spill(None, SPILL)?,
                keep: &|_| Keep::Nothing,
                cache: None,
                watch: &|_, _| {},
            };
            let platforms = trace.platform.clone().map_or(Platforms::Default, Platforms::One);
            let sources = Sources { reading: &reading, registries: &trace.registries };
            let found = sources.find(images, platforms)?;
            let tracing = found.iter().map(|it| trace.run.tracing(Some(&it.facts.run)));
            let tracing: Vec<Tracing> = tracing.collect();
            run::read(&found, (Input::RootFs, &tracing), &reading, &pool)?
        }
    };
    images.iter().try_for_each(|it| write(trace, it))?;
    Ok(ExitCode::SUCCESS)
}

fn write(request: &Trace, image: &Image) -> anyhow::Result<()> {
    let facts = image.facts.as_ref();
    let tracing = request.run.tracing(facts.map(|it| &it.run));
    let traced = scan::trace(image, &tracing, request.run.limits());
    let traced = traced.unwrap_or_else(|| {
        let why = "a directory does not say what it runs: give --entrypoint or --cmd";
        untraceable(&RunConfig::default(), Reason::NoEntrypoint, why)
    });
    let digest = facts.map(|it| it.manifest.clone().unwrap_or_else(|| it.config.clone()));
    let subject = (image.name.clone(), digest);
    let created = facts.and_then(|it| it.created).unwrap_or(0);
    let stamp = Stamp { created, ..Stamp::default() };
    let mut bytes = Vec::new();
    match request.output {
        TraceFormat::Tree => entrytrace::tree(&traced, &mut bytes)?,
        TraceFormat::Json => entrytrace::alone(&traced, subject, &stamp, Form::Json, &mut bytes)?,
        TraceFormat::Ndjson => {
            entrytrace::alone(&traced, subject, &stamp, Form::Lines, &mut bytes)?;
        }
    }
    output::write_stdout(&bytes)
}
