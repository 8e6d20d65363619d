//! Writing results: whole or not at all; and telling people, without what would move their cursor.

use std::borrow::Cow;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;

/// Writes a file in one step: readers see the finished file or none.
/// What is there and is no regular file, a device or pipe, is written to as it is.
/// A path that ends in `.zst` gets the bytes compressed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let bytes = &*packed(path, bytes)?;
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return std::fs::write(path, bytes)
            .with_context(|| format!("cannot write to {}", path.display()));
    }
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let permissions = std::fs::Permissions::from_mode(0o644);
        let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(directory)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    write()
        .with_context(|| format!("cannot write {}: is there space and permission?", path.display()))
}

/// What becomes of a file that is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and nothing is written.
    Stays,
    /// It gives way. A link is replaced, and what it leads to stays.
    GivesWay,
}

/// Writes bytes as they are into a file of their own, in one step.
pub(crate) fn write_own(path: &Path, bytes: &[u8], existing: Existing) -> anyhow::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let permissions = std::fs::Permissions::from_mode(0o644);
        let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(directory)?;
        file.write_all(bytes)?;
        match existing {
            Existing::Stays => file.persist_noclobber(path)?,
            Existing::GivesWay => file.persist(path)?,
        };
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The bytes as a file of this name holds them.
fn packed<'a>(path: &Path, bytes: &'a [u8]) -> anyhow::Result<Cow<'a, [u8]>> {
    if path.extension().is_none_or(|it| it != "zst") {
        return Ok(Cow::Borrowed(bytes));
    }
    let packed = zstd::bulk::compress(bytes, zstd::DEFAULT_COMPRESSION_LEVEL);
    Ok(Cow::Owned(packed.with_context(|| format!("cannot compress {}", path.display()))?))
}

/// The name of a file that is written once a platform: `sbom.spdx.json` is `sbom.linux-arm64.spdx.json`.
pub(crate) fn platform_name(name: &str, platform: &str) -> String {
    match name.split_once('.') {
        Some((stem, rest)) if !stem.is_empty() => format!("{stem}.{platform}.{rest}"),
        _ => format!("{name}.{platform}"),
    }
}

/// Says something on standard error, of which no line but the first can look like one of its own.
pub(crate) fn tell(text: &str) {
    let text = shown(text).replace('\n', "\n  ");
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Words as a terminal may have them: registries, services and images say whatever they like, and with control
/// characters they could rewrite what stands on the screen.
pub(crate) fn shown(text: &str) -> String {
    let shown = text.chars().filter_map(|it| match it {
        '\t' | '\r' => Some(' '),
        it => (it == '\n' || !it.is_control()).then_some(it),
    });
    shown.collect()
}

/// Writes to standard output.
pub(crate) fn write_stdout(bytes: &[u8]) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(bytes).context("cannot write to standard output")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileTypeExt as _;

    use super::*;

    #[test]
    fn nothing_that_is_shown_moves_the_cursor() {
        let hostile = "a\u{1b}[2J\u{9b}1A\u{7}\u{8}\u{7f}b\tc\r\n\0ü";
        assert_eq!(shown(hostile), "a[2J1Ab c \nü");
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        write_whole(Path::new("/dev/null"), b"x").unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn a_file_is_there_whole_and_nothing_else_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        write_whole(&directory.path().join("a"), b"whole").unwrap();
        assert_eq!(std::fs::read(directory.path().join("a")).unwrap(), b"whole");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
        assert!(write_whole(&directory.path().join("missing/a"), b"").is_err());
    }
}
