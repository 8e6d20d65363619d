//! The words of `diff`.

use std::path::PathBuf;

use scanner_core::emit::{DIFF_EMITTERS, DiffEmitter};
use scanner_core::model::View;
use scanner_core::source::Platform;

use super::reading::ReadingFlags;
use super::values::view;

/// Tells what changed between two images, layer by layer
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer diff --old oci-archive:v1.tar --new oci-archive:v2.tar
  sbom-indexer diff --old oci-layout:out:v1 --new oci-layout:out:v2 -o markdown > comment.md
  sbom-indexer diff --old sbom.cdx.json --new app:v2
  sbom-indexer diff --old debian:12.1 --new debian:12.2
  sbom-indexer diff --old docker-archive:a.tar --new docker-archive:b.tar --exit-code -o json=diff.json

Exit codes: 0 done, 1 failed, or with --exit-code there are changes, 2 bad usage or input,
3 the registry refuses access, 4 no such image or platform, 10 the registry is not available.")]
pub(crate) struct Diff {
    /// The earlier one: anything that `scan` takes, or an SBOM file in any format that `export` reads
    #[arg(long, value_name = "SOURCE|FILE")]
    pub(crate) old: String,
    /// The later one
    #[arg(long, value_name = "SOURCE|FILE")]
    pub(crate) new: String,
    /// A document to write: json, markdown or table, to PATH or to standard output [default: table]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = output)]
    pub(crate) outputs: Vec<DiffOutput>,
    /// What is compared: inventory, or usage: what the entrypoints use
    #[arg(long, default_value = "inventory", value_parser = view, value_name = "VIEW")]
    pub(crate) view: View,
    /// End with exit code 1 if there are changes
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Compare the images for this platform, OS/ARCHITECTURE[/VARIANT] [default: that of this machine]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,
    #[command(flatten)]
    pub(crate) reading: ReadingFlags,
    /// The moment that documents give as their creation, in seconds since 1970 [default: when the new image was made, else 0]
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    pub(crate) source_date_epoch: Option<i64>,
    /// No progress on standard error
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// A document to write, and where.
#[derive(Clone)]
pub(crate) struct DiffOutput {
    pub(crate) emitter: &'static dyn DiffEmitter,
    pub(crate) path: Option<PathBuf>,
}

/// Reads `FORMAT` or `FORMAT=PATH`.
pub(crate) fn output(text: &str) -> Result<DiffOutput, String> {
    let (format, path) =
        text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path.into())));
    let known = || DIFF_EMITTERS.iter().map(|it| it.format()).collect::<Vec<_>>().join(", ");
    let emitter = DIFF_EMITTERS.iter().find(|it| it.format() == format).copied();
    let emitter = emitter
        .ok_or_else(|| format!("no format of diffs is called {format}; there are {}", known()))?;
    Ok(DiffOutput { emitter, path })
}
