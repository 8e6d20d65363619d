//! The version of Node.js inside its program: the address of the headers that add-ons for it are built with, which is
//! `process.release.headersUrl`.

use std::collections::BTreeSet;
use std::io;

use memchr::memmem;

use super::super::Opened;
use super::is_version;
use crate::formats::executable::{Executable, Role};
use crate::path::ImagePath;
use crate::read::window;

/// Bytes read at a time, and how many of them are read again with the next.
const PIECE: u64 = 1 << 20;
const OVERLAP: u64 = 256;
/// No build of Node.js is smaller; what is called like it and is smaller starts it.
const SMALLEST: u64 = 1 << 20;
/// What stands before and behind the version.
const BEFORE: &[u8] = b"/node-v";
const BEHIND: &[u8] = b"-headers.tar.gz";

/// Whether a program is called as Node.js is.
pub(super) fn is_named(path: &ImagePath) -> bool {
    matches!(path.file_name(), b"node" | b"nodejs")
}

/// The one version that a program states, and where; none where it states none or several.
pub(super) fn version(opened: &Opened<'_>) -> io::Result<Option<(u64, String)>> {
    let Executable::Elf(elf) = &opened.headers else { return Ok(None) };
    if !matches!(elf.role, Role::Program | Role::Library) || opened.bytes.size() < SMALLEST {
        return Ok(None);
    }
    let mut found: Option<u64> = None;
    let (mut versions, mut offset) = (BTreeSet::new(), 0);
    loop {
        let bytes = window(opened.bytes.as_ref(), offset, PIECE)?;
        for (at, version) in statements(&bytes) {
            found.get_or_insert(offset + at as u64);
            versions.insert(version.to_owned());
        }
        if (bytes.len() as u64) < PIECE {
            break;
        }
        offset += PIECE - OVERLAP;
    }
    let version = versions.pop_first().filter(|_| versions.is_empty());
    Ok(found.zip(version))
}

/// Versions in some bytes, and where each begins.
fn statements(bytes: &[u8]) -> impl Iterator<Item = (usize, &str)> {
    memmem::find_iter(bytes, BEFORE).filter_map(|at| {
        let rest = bytes.get(at + BEFORE.len()..)?;
        let rest = rest.get(..rest.len().min(64))?;
        let end = rest.windows(BEHIND.len()).position(|it| it == BEHIND)?;
        let version = str::from_utf8(rest.get(..end)?).ok().filter(|it| is_version(it))?;
        Some((at + BEFORE.len(), version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_other_addresses() {
        let bytes = b"x/node-v20.11.0-headers.tar.gz\0/node-v20.11.0.tar.gz\0/node-v%s-headers.tar.gz\0/node-v";
        assert_eq!(statements(bytes).collect::<Vec<_>>(), [(8, "20.11.0")]);
    }
}
