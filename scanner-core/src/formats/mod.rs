//! Bytes → records, and nothing else: no image, no package, no purl.
//!
//! Text formats never fail: what cannot be read is left out and told of.
//! Binary formats end with [`Malformed`] at the first lie.

pub mod alpm_desc;
pub mod apk_db;
pub mod cargo_auditable;
pub mod composer_installed;
pub mod conda_meta;
pub mod cpan_meta;
pub mod deb822;
pub mod direct_url;
pub mod dist_record;
pub mod dpkg_diversions;
pub mod elf;
pub mod erlang_terms;
pub mod executable;
pub mod gemspec;
pub mod go_buildinfo;
pub mod install_receipt;
pub mod macho;
pub mod os_release;
pub mod package_json;
pub mod package_note;
pub mod pe;
pub mod rockspec;
pub mod rpm;
pub mod script;

pub mod manifest;
pub mod pom;
pub mod pom_properties;
pub mod zip;

use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

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

/// A text of JSON; a value of another type, or an empty one, is left out.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned))
}

/// The texts of a list of JSON; values of another type are left out.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let Value::Array(items) = Value::deserialize(deserializer)? else { return Ok(Vec::new()) };
    let texts = items.into_iter().filter_map(|it| match it {
        Value::String(text) => Some(text),
        _ => None,
    });
    Ok(texts.collect())
}
