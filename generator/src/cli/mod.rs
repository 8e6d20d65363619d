//! The command line: one file a command, and what several of them take.

mod attach;
mod binding;
mod build_step;
mod cache;
mod diff;
mod discover;
mod export;
mod extract;
mod index;
mod making;
mod reading;
mod registries;
mod run;
mod scan;
mod settings;
mod sign;
mod trace;
mod values;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::{modes, output};

pub(crate) use attach::Attach;
pub(crate) use binding::Binding;
pub(crate) use build_step::Step;
pub(crate) use cache::{Cache, CacheCommand, CacheFlags};
pub(crate) use diff::{Diff, output as diff_output};
pub(crate) use discover::{Discover, Shape};
pub(crate) use export::Export;
pub(crate) use extract::Extract;
pub(crate) use index::{Conditions, Form, Index, Query, Show};
pub(crate) use making::Making;
pub(crate) use reading::ReadingFlags;
pub(crate) use registries::Registries;
pub(crate) use run::{run_words, variable};
pub(crate) use scan::Scan;
use settings::Settings;
pub(crate) use sign::{How, Sign};
pub(crate) use trace::{Format as TraceFormat, Trace};
pub(crate) use values::{default_output, file_detail};
pub(crate) use verify::{Trust, VerifyAttestation};
use verify::{Verify, What};

/// Makes deterministic, explainable SBOMs of container images.
///
/// BuildKit runs this program as a generator:
///
///   docker buildx build --attest=type=sbom,generator=stellaops/sbom-indexer .
///
/// or as the frontend of a Dockerfile whose first line is `# syntax=stellaops/sbom-indexer`.
#[derive(Parser)]
#[command(name = "sbom-indexer", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Settings, in YAML [default: ~/.config/sbom-indexer/config.yaml, else /etc/sbom-indexer/config.yaml]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Attach(Box<Attach>),
    Diff(Box<Diff>),
    #[command(subcommand)]
    Index(Index),
    Scan(Box<Scan>),
    Trace(Box<Trace>),
    Cache(Cache),
    /// Tells which settings are in force, and where each comes from
    Config,
    Discover(Discover),
    Extract(Extract),
    Export(Export),
    #[command(hide = true)]
    BuildStep(Step),
    Verify(Verify),
    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page
    Man,
}

/// Runs the command that the arguments name.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let settings = Settings::of(&std::env::args_os().collect::<Vec<_>>())?;
    let mut command = settings.apply(Cli::command())?;
    let cli = Cli::from_arg_matches(&command.get_matches_mut()).unwrap_or_else(|it| it.exit());
    let mut bytes = Vec::new();
    match cli.command {
        Command::Config => bytes.extend(settings.in_force(&command).into_bytes()),
        Command::Attach(attach) => return modes::attach::run(&attach),
        Command::Diff(diff) => return modes::diff::run(*diff),
        Command::Index(index) => return modes::index::run(&index),
        Command::Scan(scan) => return modes::local::run(*scan),
        Command::Trace(trace) => return modes::trace::run(&trace),
        Command::Cache(cache) => return modes::cache::run(cache),
        Command::Discover(discover) => return modes::discover::run(&discover),
        Command::Extract(extract) => return modes::extract::run(&extract),
        Command::Export(export) => return modes::export::run(&export),
        Command::BuildStep(step) => return modes::build_step::run(&step),
        Command::Verify(Verify { what: What::Attestation(it) }) => return modes::verify::run(&it),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "sbom-indexer", &mut bytes);
        }
        Command::Man => clap_mangen::Man::new(Cli::command()).render(&mut bytes)?,
    }
    output::write_stdout(&bytes)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
