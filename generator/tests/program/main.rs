//! The built program, as BuildKit and people start it.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a program that does not start is a failed test"
)]

mod answers;
mod attach;
mod attestations;
mod bridge;
mod build_step;
mod cache;
mod corpus;
mod diff;
mod export;
mod frontend;
mod generator;
mod index;
mod layers;
mod library_path;
mod local;
mod registry;
mod report;
mod settings;
mod verify;

use std::process::{Command, Output};

/// The program with nothing of this process's environment.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sbom-indexer"));
    command.env_clear();
    command
}

/// Runs it and gives exit code and standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, Output) {
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned(), output)
}
