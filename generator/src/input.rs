//! Reading files that users name: bounded, and as they were before zstd compressed them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

use crate::failure::Usage;

/// Bytes of a key or trusted root that are read at most. The public instance's root has 20,000.
const TEXT: u64 = 16 << 20;

/// How a file begins that zstd compressed (RFC 8878 §3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The content of a file of at most so many bytes, compressed or not.
pub(crate) fn read(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    let what = || format!("cannot read {}", path.display());
    let file = File::open(path).with_context(what)?;
    let length = file.metadata().with_context(what)?.len();
    if length > limit {
        return Err(too_large(path, limit));
    }
    let bytes = bounded(file, usize::try_from(length)?, limit, path)?;
    if !bytes.starts_with(&ZSTD) {
        return Ok(bytes);
    }
    let unpacked = zstd::Decoder::new(bytes.as_slice()).with_context(what)?;
    bounded(unpacked, 0, limit, path)
}

/// The text of a key, token or the like: of a file, or of a variable named `env://NAME`.
pub(crate) fn text(place: &str) -> anyhow::Result<String> {
    match place.strip_prefix("env://") {
        Some(name) => std::env::var(name)
            .map_err(|_| Usage(format!("the variable {name} is not set, or is no text")).into()),
        None => text_file(Path::new(place)),
    }
}

/// The text of a small file.
pub(crate) fn text_file(path: &Path) -> anyhow::Result<String> {
    let bytes = read(path, TEXT).map_err(|error| Usage(format!("{error:#}")))?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|_| Usage(format!("{} is no text", path.display())))?)
}

/// Reads what is expected to be of this length, but within the bound: pipes and growing files tell no length.
fn bounded(from: impl Read, length: usize, limit: u64, path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    let read = from.take(limit + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(path, limit));
    }
    Ok(bytes)
}

fn too_large(path: &Path, limit: u64) -> anyhow::Error {
    Usage(format!("{} is over {limit} bytes; no larger file is read", path.display())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_not_read_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sparse");
        // So much that reading it would be noticed.
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = read(&path, 1 << 20).unwrap_err();
        assert!(error.is::<Usage>() && error.to_string().contains("over 1048576 bytes"), "{error}");
    }

    #[test]
    fn a_compressed_file_is_read_as_it_was_and_within_its_bound() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.zst");
        crate::output::write_whole(&path, &[7; 1000]).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() < 100);
        assert_eq!(read(&path, 1000).unwrap(), [7; 1000]);
        let error = read(&path, 999).unwrap_err();
        assert!(error.is::<Usage>() && error.to_string().contains("over 999 bytes"), "{error}");
    }
}
