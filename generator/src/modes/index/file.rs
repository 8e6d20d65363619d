//! The index files that a path means.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use scanner_core::formats::bom_index::{Bounds, MAGIC};
use scanner_core::limits::Limits;
use scanner_core::read::window;

use crate::failure::Usage;
use crate::host_file::HostFile;

/// Whether a file begins as an index does.
pub(super) fn is_index(file: &HostFile) -> bool {
    window(file, 0, MAGIC.len() as u64).is_ok_and(|start| start == MAGIC)
}

/// The bounds on what is read.
pub(super) fn bounds() -> Bounds {
    let limits = Limits::default();
    Bounds { bytes: limits.index_bytes, cells: limits.index_cells }
}

/// The file itself, or all regular files in a directory and beneath it, by their paths.
/// Links to directories are not followed: they may lead in a circle.
pub(super) fn list(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| Usage(format!("cannot read {}: {error}", path.display())))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut pending, mut files) = (vec![path.to_owned()], Vec::new());
    while let Some(directory) = pending.pop() {
        let reading = || format!("cannot list the directory {}", directory.display());
        for entry in std::fs::read_dir(&directory).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            match entry.file_type().with_context(reading)? {
                it if it.is_dir() => pending.push(entry.path()),
                it if it.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
