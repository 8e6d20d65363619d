//! Bytes → records, and nothing else: no image, no package, no purl.
//!
//! Text formats never fail: what cannot be read is left out and told of.
//! Binary formats end with [`Malformed`] at the first lie.

pub mod apk_db;
pub mod composer_installed;
pub mod deb822;
pub mod direct_url;
pub mod dist_record;
pub mod elf;
pub mod gemspec;
pub mod go_buildinfo;
pub mod os_release;
pub mod package_json;

use crate::read::{ReadAt, window};

/// Why a binary file is not what it claims to be.
#[derive(Debug, thiserror::Error)]
#[error("{what} at offset {offset}")]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where, in bytes from the start of the file.
    pub offset: u64,
}

/// Something in a text file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: u32,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Reads exactly `size` bytes of a binary file; the caller has bounded the size.
fn exact(
    file: &dyn ReadAt,
    offset: u64,
    size: u64,
    what: &'static str,
) -> Result<Vec<u8>, Malformed> {
    match window(file, offset, size) {
        Ok(bytes) if bytes.len() as u64 == size => Ok(bytes),
        _ => Err(Malformed { what, offset }),
    }
}
