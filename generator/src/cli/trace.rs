//! The words of `trace`.

use scanner_core::source::Platform;

use super::registries::Registries;
use super::run::Run;

/// Follows the entrypoint to the programs that end up running, without running anything
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer trace oci-archive:app.tar                                the chain, with file and line of each hop
  sbom-indexer trace docker-archive:pg.tar --cmd '[\"postgres\"]' --env POSTGRES_PASSWORD=x
  sbom-indexer trace dir:rootfs --entrypoint '[\"/entrypoint.sh\"]' -o json | jq .terminals

Exit codes: 0 done, whatever the outcome, 1 failed, 2 bad usage or input, 4 no such image or platform.")]
pub(crate) struct Trace {
    /// What to trace
    #[arg(help = "What to trace: as for scan")]
    pub(crate) source: String,
    /// How to write it: tree, json or ndjson
    #[arg(short, long = "output", value_name = "FORMAT", value_enum, default_value = "tree")]
    pub(crate) output: Format,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) registries: Registries,
    /// Trace the image for this platform, OS/ARCHITECTURE[/VARIANT] [default: that of this machine]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,
}

/// The forms of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Tree,
    /// One document
    Json,
    /// One line a hop
    Ndjson,
}
