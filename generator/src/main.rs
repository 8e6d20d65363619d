//! The `sbom-indexer` program.
//!
//! BuildKit starts it without arguments and says in the environment what it wants; people give a command.

mod cache;
mod cli;
mod failure;
mod input;
mod layers;
mod made;
mod modes;
mod output;
mod progress;
mod remote;
mod run;
mod source;
mod target;

use std::process::ExitCode;

use clap::Parser;

// musl's own allocator is several times slower, most of all with two threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic inside an analyzer is contained and becomes a notice; its message belongs there, not in the build log.
    std::panic::set_hook(Box::new(|_| {}));
    let result = match modes::generator::Request::from_environment(std::env::vars_os()) {
        Some(request) => request.and_then(|request| modes::generator::run(&request)),
        None => cli::run(cli::Cli::parse()),
    };
    result.unwrap_or_else(|error| failure::report(&error))
}
