//! The `sbom-indexer` program.
//!
//! BuildKit starts it without arguments and says in the environment what it wants; people give a command.

mod artifacts;
mod attached;
mod attestations;
mod cache;
mod cli;
mod failure;
mod host_file;
mod images;
mod input;
mod layers;
mod made;
mod modes;
mod output;
mod progress;
mod remote;
mod run;
mod signing_request;
mod source;
mod stated;
mod target;

use std::process::ExitCode;

use modes::{frontend, generator};

// musl's own allocator is several times slower, most of all with two threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic inside an analyzer is contained and becomes a notice; its message belongs there, not in the build log.
    std::panic::set_hook(Box::new(|_| {}));
    let result = if let Some(request) = generator::Request::from_environment(std::env::vars_os()) {
        request.and_then(|request| generator::run(&request))
    } else if let Some(request) = frontend::Request::from_environment(std::env::vars_os()) {
        request.and_then(|request| frontend::run(&request))
    } else {
        cli::run()
    };
    result.unwrap_or_else(|error| failure::report(&error))
}
