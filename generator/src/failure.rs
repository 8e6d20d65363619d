//! How the program says that it failed, and with which exit code.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use scanner_core::documents::DocumentError;
use scanner_core::source::SourceError;

use crate::output;

/// Wrong usage or input: exit code 2, as an input of a kind that is not read. An image that is not there: 4.
/// A registry or service that wants other credentials: 3; one that may answer later: 10. Everything else that fails ends with 1.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Usage {}

/// Says what failed and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    output::tell(&format!("sbom-indexer: {error:#}"));
    ExitCode::from(code(error))
}

fn code(error: &anyhow::Error) -> u8 {
    if error.downcast_ref::<Usage>().is_some() || error.is::<DocumentError>() {
        return 2;
    }
    if let Some(error) = cause::<registry::Error>(error) {
        return match error {
            registry::Error::Denied { .. } => 3,
            registry::Error::NotFound { .. } => 4,
            registry::Error::Unavailable { .. } => 10,
            registry::Error::Unsupported(_) => 2,
            _ => 1,
        };
    }
    match cause::<attest::Error>(error) {
        Some(attest::Error::Denied { .. }) => return 3,
        Some(attest::Error::Unavailable { .. }) => return 10,
        Some(attest::Error::Key(_) | attest::Error::Trust(_)) => return 2,
        _ => {}
    }
    match cause::<SourceError>(error) {
        Some(SourceError::Unsupported(_)) => 2,
        Some(SourceError::NotFound(_)) => 4,
        _ => 1,
    }
}

/// The first error of a kind among an error and its causes, those inside errors of reading included.
fn cause<T: Error + 'static>(error: &anyhow::Error) -> Option<&T> {
    error.chain().find_map(within)
}

fn within<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut inner = error;
    loop {
        if let Some(found) = inner.downcast_ref::<T>() {
            return Some(found);
        }
        let read = match inner.downcast_ref::<SourceError>() {
            Some(SourceError::Unreadable { error, .. }) => Some(error),
            _ => inner.downcast_ref::<io::Error>(),
        };
        inner = read?.get_ref()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_tells_what_a_registry_said_however_deep_it_lies() {
        let unavailable =
            registry::Error::Unavailable { host: "r".to_owned(), why: "x".to_owned(), pause: None };
        let read = || io::Error::from(unavailable.clone());
        let unreadable = SourceError::Unreadable { what: "a".to_owned(), error: read() };
        assert_eq!(code(&unreadable.into()), 10);
        assert_eq!(code(&anyhow::Error::new(read()).context("cannot read a layer again")), 10);
        assert_eq!(code(&unavailable.clone().into()), 10);
        let not_found = SourceError::NotFound("x".to_owned());
        assert_eq!(code(&anyhow::Error::new(not_found).context("y")), 4);
        assert_eq!(code(&Usage("x".to_owned()).into()), 2);
        let corrupt = SourceError::Corrupt { blob: "b".to_owned(), why: "w".to_owned() };
        assert_eq!(code(&io::Error::other(corrupt).into()), 1);
        assert_eq!(code(&anyhow::anyhow!("x")), 1);
    }
}
