//! `sbom-indexer index`: what BOM-Index files hold.

mod file;
mod found;
mod query;
mod show;

use std::process::ExitCode;

use crate::cli::Index;

/// Runs one of the commands of `index`.
pub(crate) fn run(index: &Index) -> anyhow::Result<ExitCode> {
    match index {
        Index::Show(words) => show::run(words),
        Index::Query(words) => query::run(words),
    }
}
