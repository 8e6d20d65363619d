//! Values that flags take.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use scanner_core::emit::{EMITTERS, Emitter};
use scanner_core::model::{FileDetail, View};

/// A document to write, and where.
#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) emitter: &'static dyn Emitter,
    pub(crate) path: Option<PathBuf>,
}

/// The document that is written when none is asked for.
pub(crate) fn default_output() -> Result<Output, String> {
    output(if std::io::stdout().is_terminal() { "table" } else { "spdx-json" })
}

/// Reads `FORMAT` or `FORMAT=PATH`.
pub(super) fn output(text: &str) -> Result<Output, String> {
    let (format, path) =
        text.split_once('=').map_or((text, None), |(format, path)| (format, Some(path.into())));
    let known = || EMITTERS.iter().map(|it| it.format()).collect::<Vec<_>>().join(", ");
    let emitter = EMITTERS.iter().find(|it| it.format() == format).copied();
    let emitter =
        emitter.ok_or_else(|| format!("no format is called {format}; there are {}", known()))?;
    Ok(Output { emitter, path })
}

/// Reads a number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let (number, shift) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(number) if text.ends_with('K') => (number, 10),
        Some(number) if text.ends_with('M') => (number, 20),
        Some(number) => (number, 30),
        None => (text, 0),
    };
    let bytes = number.parse::<u64>().ok().and_then(|it| it.checked_mul(1 << shift));
    bytes.ok_or_else(|| "it is a number of bytes, as 500M".to_owned())
}

/// Reads the name of a view.
pub(super) fn view(text: &str) -> Result<View, String> {
    let known = [View::Inventory, View::Usage].into_iter().find(|it| it.as_str() == text);
    known.ok_or_else(|| "it is inventory or usage".to_owned())
}

/// Reads a level of detail.
pub(crate) fn file_detail(text: &str) -> Result<FileDetail, String> {
    match text {
        "none" => Ok(FileDetail::None),
        "evidence" => Ok(FileDetail::Evidence),
        "all" => Ok(FileDetail::All),
        _ => Err("it is none, evidence or all".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(size("3"), Ok(3));
        assert_eq!(size("2K"), Ok(2048));
        assert_eq!(size("16G"), Ok(16 << 30));
        assert!(size("").is_err() && size("1T").is_err() && size("99999999999999G").is_err());
    }
}
