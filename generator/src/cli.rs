//! The command line.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use scanner_core::emit::{EMITTERS, Emitter};
use scanner_core::model::FileDetail;
use scanner_core::source::Platform;

use crate::{modes, output};

/// Makes deterministic, explainable SBOMs of container images.
///
/// BuildKit runs this program as a generator:
///
///   docker buildx build --attest=type=sbom,generator=stellaops/sbom-indexer .
#[derive(Parser)]
#[command(name = "sbom-indexer", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Scan(Box<Scan>),
    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page
    Man,
}

/// Scans a directory or image and writes documents
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "\
Examples:
  sbom-indexer scan dir:/mnt/rootfs                                  a table of what is inside
  sbom-indexer scan dir:. -o spdx-json=sbom.spdx.json -o table       a document and the table
  sbom-indexer scan dir:. -q -o spdx-json | jq '.packages[].name'    a document for other tools
  sbom-indexer scan docker-archive:app.tar                           what `docker save` wrote
  sbom-indexer scan oci-layout:out:v1 --platform linux/arm64         one image of a layout
  sbom-indexer scan oci-archive:out.tar --all-platforms -o spdx-json=sbom.json    sbom.linux-amd64.json, …

Exit codes: 0 done, 1 failed, 2 bad usage or input, 4 no such image or platform.")]
pub(crate) struct Scan {
    /// What to scan
    #[arg(
        help = "What to scan: dir:PATH or the path of a directory, oci-layout:PATH[:NAME|@DIGEST], \
                  oci-archive:PATH[:NAME|@DIGEST], docker-archive:PATH[:NAME]"
    )]
    pub(crate) source: String,
    /// A document to write: cyclonedx-json, spdx-json, spdx3-json or table, to PATH or to standard output [default: table on a terminal,
    /// else spdx-json]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = output)]
    pub(crate) outputs: Vec<Output>,
    /// What the documents call it [default: the image's own name, else the last part of the path]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Which files the documents list: none, evidence or all
    #[arg(long, default_value = "evidence", value_parser = file_detail, value_name = "DETAIL")]
    pub(crate) files: FileDetail,
    /// It is a build context: read also what its lockfiles and manifests declare, marked as declared
    #[arg(long)]
    pub(crate) context: bool,
    /// Who supplies what is scanned
    #[arg(long)]
    pub(crate) supplier: Option<String>,
    /// Scan the image for this platform, OS/ARCHITECTURE[/VARIANT] [default: that of this machine]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,
    /// Scan the images for all platforms; the names of documents then tell the platform
    #[arg(long, conflicts_with = "platform")]
    pub(crate) all_platforms: bool,
    /// The image that this one was built on: components of its layers are marked as of the base
    #[arg(long, value_name = "SOURCE")]
    pub(crate) base: Option<String>,
    /// Where contents of compressed layers are kept meanwhile [default: a usual place that is on a disk]
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) spill_dir: Option<PathBuf>,
    /// Bytes that are kept there at most; K, M and G stand for powers of 1024
    #[arg(long, value_name = "BYTES", default_value = "16G", value_parser = size)]
    pub(crate) spill_limit: u64,
    /// Threads to use [default: one a processor]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    /// The moment that documents give as their creation, in seconds since 1970 [default: when the image was made, else 0]
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    pub(crate) source_date_epoch: Option<i64>,
    /// End with exit code 1 if there is any notice
    #[arg(long)]
    pub(crate) strict: bool,
    /// No progress on standard error
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// A document to write, and where.
#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) emitter: &'static dyn Emitter,
    pub(crate) path: Option<PathBuf>,
}

/// Runs a command.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut bytes = Vec::new();
    match cli.command {
        Command::Scan(scan) => return modes::local::run(*scan),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "sbom-indexer", &mut bytes);
        }
        Command::Man => clap_mangen::Man::new(Cli::command()).render(&mut bytes)?,
    }
    output::write_stdout(&bytes)?;
    Ok(ExitCode::SUCCESS)
}

/// The document that is written when none is asked for.
pub(crate) fn default_output() -> Result<Output, String> {
    output(if std::io::stdout().is_terminal() { "table" } else { "spdx-json" })
}

/// Reads `FORMAT` or `FORMAT=PATH`.
fn output(text: &str) -> Result<Output, String> {
    let (format, path) =
        text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path.into())));
    let known = || EMITTERS.iter().map(|it| it.format()).collect::<Vec<_>>().join(", ");
    let emitter = EMITTERS.iter().find(|it| it.format() == format).copied();
    let emitter =
        emitter.ok_or_else(|| format!("no format is called {format}; there are {}", known()))?;
    Ok(Output { emitter, path })
}

/// Reads a number of bytes.
fn size(text: &str) -> Result<u64, String> {
    let (number, shift) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(number) if text.ends_with('K') => (number, 10),
        Some(number) if text.ends_with('M') => (number, 20),
        Some(number) => (number, 30),
        None => (text, 0),
    };
    let bytes = number.parse::<u64>().ok().and_then(|it| it.checked_mul(1 << shift));
    bytes.ok_or_else(|| "it is a number of bytes, as 500M".to_owned())
}

/// Reads a level of detail.
pub(crate) fn file_detail(text: &str) -> Result<FileDetail, String> {
    match text {
        "none" => Ok(FileDetail::None),
        "evidence" => Ok(FileDetail::Evidence),
        "all" => Ok(FileDetail::All),
        _ => Err("it is none, evidence or all".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(size("3"), Ok(3));
        assert_eq!(size("2K"), Ok(2048));
        assert_eq!(size("16G"), Ok(16 << 30));
        assert!(size("").is_err() && size("1T").is_err() && size("99999999999999G").is_err());
    }
}
