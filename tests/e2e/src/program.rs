//! The static program itself, built as a release is.

use crate::{command, repository, work_dir};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The program at `SBOM_INDEXER_BIN`, else one built from this source.
pub fn path() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    if let Some(path) = std::env::var_os("SBOM_INDEXER_BIN") {
        return Ok(path.into());
    }
    BUILT
        .get_or_init(|| build().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(anyhow::Error::msg)
}

fn build() -> Result<PathBuf> {
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    command::output(
        Command::new("rustup").args(["target", "add", &target]).current_dir(repository(".")),
    )?;
    let arguments =
        ["build", "--release", "--locked", "--package", "generator", "--target", &target];
    command::output(Command::new(env!("CARGO")).args(arguments).current_dir(repository(".")))?;
    let target_dir = work_dir().parent().map(PathBuf::from).context("no target directory")?;
    Ok(target_dir.join(target).join("release/sbom-indexer"))
}
