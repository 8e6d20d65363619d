//! Flags of every command that reads images whole.

use std::path::PathBuf;

use super::cache::CacheFlags;
use super::registries::Registries;
use super::values::size;

/// How images are read
#[derive(Clone, clap::Args)]
pub(crate) struct ReadingFlags {
    /// Where contents of compressed layers are kept meanwhile [default: a usual place that is on a disk]
    #[arg(long, value_name = "DIRECTORY", env = "SCANNER__SPILL__DIRECTORY")]
    pub(crate) spill_dir: Option<PathBuf>,
    /// Bytes that are kept there at most; K, M and G stand for powers of 1024
    #[arg(long, value_name = "BYTES", default_value = "16G", value_parser = size, env = "SCANNER__SPILL__LIMIT")]
    pub(crate) spill_limit: u64,
    #[command(flatten)]
    pub(crate) cache: CacheFlags,
    #[command(flatten)]
    pub(crate) registries: Registries,
    /// Threads to use [default: one a processor]
    #[arg(
        long,
        default_value_t = 0,
        hide_default_value = true,
        env = "SCANNER__LIMITS__MAXPARALLEL"
    )]
    pub(crate) threads: usize,
}
