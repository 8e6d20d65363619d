//! The words of `cache`, and the flags by which other commands choose what is kept between scans.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values::size;

/// Flags of commands that read images.
#[derive(Args, Clone)]
pub(crate) struct CacheFlags {
    /// Where listed layers are kept between scans [default: $XDG_CACHE_HOME/sbom-indexer, else ~/.cache/sbom-indexer]
    #[arg(long, value_name = "DIRECTORY", env = "SCANNER__CACHE__DIRECTORY")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Bytes that are kept there at most; what was not used for longest goes first
    #[arg(long, value_name = "BYTES", default_value = "10G", value_parser = size, env = "SCANNER__CACHE__SIZE")]
    pub(crate) cache_size: u64,
    /// Keep nothing, and use nothing that is kept
    #[arg(long)]
    pub(crate) no_cache: bool,
}

/// Looks at or tidies what is kept between scans
#[derive(Args)]
#[command(after_help = "\
Examples:
  sbom-indexer cache info                     what is kept, and where
  sbom-indexer cache prune                    remove what only other versions of this program could use
  sbom-indexer cache prune --cache-size 1G    and what was not used for longest, down to 1 GiB
  sbom-indexer cache prune --cache-size 0     remove everything")]
pub(crate) struct Cache {
    #[command(subcommand)]
    pub(crate) command: CacheCommand,
    /// Where it is kept [default: $XDG_CACHE_HOME/sbom-indexer, else ~/.cache/sbom-indexer]
    #[arg(long, value_name = "DIRECTORY", global = true, env = "SCANNER__CACHE__DIRECTORY")]
    pub(crate) cache_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum CacheCommand {
    /// Tells what is kept
    Info,
    /// Removes what is of no more use
    Prune {
        /// Bytes that may be left
        #[arg(long, value_name = "BYTES", default_value = "10G", value_parser = size)]
        cache_size: u64,
    },
}
