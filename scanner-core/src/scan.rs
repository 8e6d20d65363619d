//! The line: an image becomes an SBOM.

use rayon::ThreadPool;

use crate::analyzers::{self, Context};
use crate::entrytrace;
use crate::fs::LayeredFs;
use crate::image::Image;
use crate::limits::Limits;
use crate::model::{
    Component, Counts, ExecutableFile, FileDetail, FileRecord, ImageFacts, Input, Notice, Past,
    RunConfig, Sbom, Trace, View,
};
use crate::native::{self, Environment};
use crate::resolve::{self, Merged};

/// What the caller decides about a scan.
pub struct Options<'a> {
    /// What kind of tree it is.
    pub input: Input,
    /// Which files the documents list beside the components.
    pub files: FileDetail,
    /// How the image is run, and whether that is traced.
    pub tracing: Tracing,
    /// The bounds.
    pub limits: Limits,
    /// Told whenever a phase ends, with the number of things that it produced.
    pub progress: &'a (dyn Fn(Phase, usize) + Sync),
}

/// What is to be traced.
#[derive(Clone, Debug, Default)]
pub enum Tracing {
    /// What the image's configuration says; without one nothing.
    #[default]
    Configured,
    /// This, whatever the configuration says.
    Given(RunConfig),
    /// The same, but scripts of `run-parts` directories are not followed.
    WithoutRunParts(RunConfig),
}

impl Tracing {
    /// How an image is run, given what its configuration says.
    pub fn run<'a>(&'a self, configured: Option<&'a RunConfig>) -> Option<&'a RunConfig> {
        match self {
            Self::Configured => configured,
            Self::Given(run) | Self::WithoutRunParts(run) => Some(run),
        }
    }

    /// Traces what is to be traced.
    fn trace(&self, fs: &LayeredFs<'_>, image: &Image) -> Option<Trace> {
        let run_parts = !matches!(self, Self::WithoutRunParts(_));
        self.run(configured(image)).map(|run| entrytrace::trace(fs, run, run_parts))
    }

    /// What the loader sees of the variables that the image is run with.
    fn environment(&self, image: &Image) -> Environment {
        let variables = self.run(configured(image)).into_iter().flat_map(|it| &it.env);
        Environment::of(variables.map(|(name, value)| (&**name, &**value)))
    }
}

/// What the image's configuration says of running it.
fn configured(image: &Image) -> Option<&RunConfig> {
    image.facts.as_ref().map(|it| &it.run)
}

/// A step of the scan, as progress reports name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Listing the input: entries.
    Walk,
    /// Reading files: components found, as yet unmerged.
    Analyze,
    /// Following programs to what they load: programs and libraries.
    Link,
    /// Accounting for executables: those that nothing owns or identifies.
    Account,
    /// Merging and linking: components of the inventory.
    Resolve,
    /// Following the entrypoint: hops.
    Trace,
    /// Digesting the files that the documents list: files.
    Digest,
}

impl Phase {
    /// The name in progress lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Analyze => "analyze",
            Self::Link => "link",
            Self::Account => "account",
            Self::Resolve => "resolve",
            Self::Trace => "trace",
            Self::Digest => "digest",
        }
    }
}

/// Traces the entrypoint alone: nothing else of the image is read.
pub fn trace(image: &Image, tracing: &Tracing, limits: Limits) -> Option<Trace> {
    tracing.trace(&LayeredFs::merge(image, limits), image)
}

/// Scans an image. Broken content becomes notices in the result.
pub fn scan(image: &Image, options: &Options<'_>, pool: &ThreadPool) -> Sbom {
    pool.install(|| {
        let fs = LayeredFs::merge(image, options.limits);
        let distro = analyzers::distro(&fs);
        let (input, files) = (options.input, options.files);
        let cx = Context { fs: &fs, distro: distro.as_ref(), input, files };
        let found = analyzers::run(&cx);
        (options.progress)(Phase::Analyze, found.components.len());
        let binaries = resolve::binaries(&found.executables);
        let environment = options.tracing.environment(image);
        // What programs load, and what components there are, is found out side by side.
        let (linked, mut accounted) = rayon::join(
            || native::link(&fs, binaries, &environment),
            || accounted(&cx, image, found.components, found.executables),
        );
        (options.progress)(Phase::Link, linked.graph.files.len());
        (options.progress)(Phase::Account, accounted.unknown);
        let inventory = &mut accounted.inventory;
        let (trace, (relationships, links)) = rayon::join(
            || options.tracing.trace(&fs, image),
            || resolve::relationships(inventory, linked.graph, &options.limits),
        );
        let inventory = accounted.inventory;
        (options.progress)(Phase::Resolve, inventory.components.len());
        let trace = trace.inspect(|it| (options.progress)(Phase::Trace, it.hops.len()));
        let usage = |it| resolve::usage(it, &inventory.components, &relationships, &links);
        let usage = trace.as_ref().map(usage);
        let files = resolve::files(&fs, &inventory.components, options.files, accounted.records);
        (options.progress)(Phase::Digest, files.records.len());
        let mut counts = found.counts;
        counts.join(accounted.counts);
        counts.join(trace.as_ref().map(Trace::counts).unwrap_or_default());
        let listing = image.layers.iter().flat_map(|layer| layer.notices().iter().cloned());
        let listing = listing.chain(image.facts.iter().filter_map(ImageFacts::notice));
        let listing = listing.chain(fs.notices().iter().cloned());
        let notices = listing.chain(found.notices).chain(accounted.notices);
        let notices = notices.chain(inventory.notices).chain(linked.notices).chain(files.notices);
        Sbom {
            name: image.name.clone(),
            fragment: None,
            image: image.facts.clone(),
            distro,
            components: inventory.components,
            gone: accounted.gone,
            relationships,
            links,
            trace,
            usage,
            view: View::Inventory,
            file_detail: options.files,
            files: files.records,
            composition: None,
            notices: resolve::notices(notices.collect(), &options.limits),
            counts,
        }
    })
}

/// An inventory that accounts for all executables.
struct Accounted {
    inventory: Merged,
    gone: Vec<Past>,
    /// How many executables nothing else owns or identifies.
    unknown: usize,
    /// Files that were read for their digests.
    records: Vec<FileRecord>,
    notices: Vec<Notice>,
    counts: Counts,
}

/// Makes components as they are found an inventory, with the executables that they do not account for.
fn accounted(
    cx: &Context<'_>,
    image: &Image,
    found: Vec<Component>,
    executables: Vec<ExecutableFile>,
) -> Accounted {
    let limits = cx.fs.limits();
    let known = resolve::merge(found, limits);
    let account = resolve::account(&known.components, executables);
    let unknown = analyzers::unknown(cx, &account.unknown);
    let all = known.components.into_iter().chain(unknown.components).collect();
    let mut inventory = resolve::merge(all, limits);
    resolve::confirm(&mut inventory.components);
    let past = analyzers::past(cx, &inventory.components);
    let gone = resolve::attribute(&mut inventory.components, past);
    image.facts.iter().for_each(|facts| resolve::mark(&mut inventory.components, facts));
    let mut counts = account.counts;
    counts.join(unknown.counts);
    let notices = known.notices.into_iter().chain(unknown.notices).collect();
    let (unknown, records) = (account.unknown.len(), unknown.records);
    Accounted { inventory, gone, unknown, records, notices, counts }
}
