//! What is kept between scans: listed layers, and the documents of whole images.
//!
//! A directory of files that are named after what they were made from, for many processes at once:
//! a file appears whole (it is written elsewhere and renamed) and is never changed;
//! who lists a layer holds its lock, so that nobody else does the same work.
//! What was used last stays longest. Losing any of it costs time and nothing else.

mod evict;
mod layers;
mod lock;
mod program;
mod results;

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use crate::cli::CacheFlags;
use crate::{progress, source};

pub(crate) use evict::{Kind, Stock};
pub(crate) use program::fingerprint;
pub(crate) use results::Key;

/// Where the kind of every entry is kept, below the directory.
const LAYERS: &str = "layers";
const RESULTS: &str = "results";
const LOCKS: &str = "locks";
const UNFINISHED: &str = "unfinished";

/// What tells backup programs to leave a directory out (bford.info/cachedir).
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
                   # What sbom-indexer keeps between scans. It may be deleted at any time.\n";

/// An open cache.
pub(crate) struct Cache {
    root: PathBuf,
    /// What the program and its options make of entries: those of another program are not looked at.
    version: String,
    limit: u64,
    /// Whether a first failure to write was told of.
    told: std::sync::Once,
}

impl Cache {
    /// The cache that flags ask for; none if there is none, which is told of where it is a surprise.
    pub(crate) fn of(flags: &CacheFlags, variant: &str) -> Option<Arc<Self>> {
        if flags.no_cache {
            return None;
        }
        let root = flags.cache_dir.clone().or_else(default_directory)?;
        match Self::open(&root, flags.cache_size, variant) {
            Ok(cache) => Some(Arc::new(cache)),
            Err(error) => {
                progress::warn(&format!("scanning without a cache: {error:#}"));
                None
            }
        }
    }

    /// Opens or makes a cache of at most `limit` bytes. `variant` tells apart what other options read of a layer.
    pub(crate) fn open(root: &Path, limit: u64, variant: &str) -> anyhow::Result<Self> {
        let make =
            |directory: &Path| fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        let version = format!("{}-{variant}", fingerprint()?);
        let layers = root.join(LAYERS).join(&version);
        for directory in
            [&layers, &root.join(RESULTS).join(&version), &root.join(LOCKS), &root.join(UNFINISHED)]
        {
            make(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        }
        let tag = root.join("CACHEDIR.TAG");
        if !tag.exists() {
            // Only backups would miss it.
            let _ = fs::write(tag, TAG);
        }
        let told = std::sync::Once::new();
        Ok(Self { root: root.to_owned(), version, limit, told })
    }

    /// Says once that nothing can be kept.
    fn tell(&self, error: &std::io::Error) {
        self.told.call_once(|| {
            let root = self.root.display();
            progress::warn(&format!("cannot keep anything in the cache {root}: {error}"));
        });
    }
}

/// Where the cache is unless the user says otherwise; none if neither variable names a directory, or one in memory.
/// Specification: XDG Base Directory Specification, 0.8.
pub(crate) fn default_directory() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    let on_disk = |it: &PathBuf| {
        let there = it.ancestors().find(|it| it.exists());
        there.is_some_and(|it| !source::is_in_memory(it))
    };
    base.map(|it| it.join("sbom-indexer")).filter(on_disk)
}
