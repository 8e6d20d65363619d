//! The line: an image becomes an SBOM.

use rayon::ThreadPool;

use crate::analyzers::{self, Context};
use crate::fs::LayeredFs;
use crate::image::Image;
use crate::limits::Limits;
use crate::model::{FileDetail, Sbom};
use crate::resolve;

/// What the caller decides about a scan.
pub struct Options<'a> {
    /// Which files the documents list beside the components.
    pub files: FileDetail,
    /// The bounds.
    pub limits: Limits,
    /// Told whenever a phase ends, with the number of things that it produced.
    pub progress: &'a (dyn Fn(Phase, usize) + Sync),
}

/// A step of the scan, as progress reports name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Listing the input: entries.
    Walk,
    /// Reading files: components found, as yet unmerged.
    Analyze,
    /// Merging and linking: components of the inventory.
    Resolve,
    /// Digesting the files that the documents list: files.
    Digest,
}

impl Phase {
    /// The name in progress lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Analyze => "analyze",
            Self::Resolve => "resolve",
            Self::Digest => "digest",
        }
    }
}

/// Scans an image. Broken content becomes notices in the result.
pub fn scan(image: &Image, options: &Options<'_>, pool: &ThreadPool) -> Sbom {
    pool.install(|| {
        let fs = LayeredFs::merge(image, options.limits);
        let distro = analyzers::distro(&fs);
        let cx = Context { fs: &fs, distro: distro.as_ref() };
        let found = analyzers::run(&cx);
        (options.progress)(Phase::Analyze, found.components.len());
        let inventory = resolve::resolve(found.components, &options.limits);
        (options.progress)(Phase::Resolve, inventory.components.len());
        let files = resolve::files(&fs, &inventory.components, options.files);
        (options.progress)(Phase::Digest, files.records.len());
        let listing = image.layers.iter().flat_map(|layer| layer.notices().iter().cloned());
        let notices = listing.chain(found.notices).chain(inventory.notices).chain(files.notices);
        Sbom {
            name: image.name.clone(),
            distro,
            components: inventory.components,
            relationships: inventory.relationships,
            file_detail: options.files,
            files: files.records,
            notices: resolve::notices(notices.collect(), &options.limits),
        }
    })
}
