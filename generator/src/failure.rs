//! How the program says that it failed, and with which exit code.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

/// Wrong usage or input: exit code 2. Everything else that fails ends with 1.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Says what failed and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "sbom-indexer: {error:#}");
    if error.downcast_ref::<Usage>().is_some() { ExitCode::from(2) } else { ExitCode::FAILURE }
}
