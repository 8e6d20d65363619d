//! What the end-to-end tests stand on: a real Docker, the real program, and the package managers' own answers.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value has not is null")]

pub mod attestation;
pub mod checkers;
pub mod clients;
pub mod command;
pub mod document;
pub mod edges;
pub mod engine;
pub mod example;
pub mod frontend;
pub mod linker;
pub mod loader;
pub mod program;
pub mod recipe;
pub mod registry;
pub mod truth;
pub mod verifiers;

use std::path::PathBuf;

/// A path beneath the root of the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

/// The folder of the build that holds everything the tests make: `target/e2e`.
pub fn work_dir() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| repository("target")).join("e2e")
}
