//! How the program says that it failed, and with which exit code.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

use scanner_core::source::SourceError;

/// Wrong usage or input: exit code 2, as an input of a kind that is not read. An image that is not there: 4.
/// Everything else that fails ends with 1.
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
    let usage = error.downcast_ref::<Usage>().is_some();
    match error.downcast_ref::<SourceError>() {
        Some(SourceError::Unsupported(_)) => ExitCode::from(2),
        Some(SourceError::NotFound(_)) => ExitCode::from(4),
        _ if usage => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    }
}
