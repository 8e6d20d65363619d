//! Bytes → records, and nothing else: no image, no package, no purl.
//!
//! Text formats never fail: what cannot be read is left out and told of.
//! Binary formats end with [`Malformed`] at the first lie.

pub mod alpm_desc;
pub mod apk_db;
pub mod bitnami_components;
pub mod bom_index;
pub mod boolean_dependency;
pub mod c_defines;
pub mod cargo_auditable;
pub mod cargo_lock;
pub mod channel_manifest;
pub mod chisel_manifest;
pub mod clr;
pub mod composer_installed;
pub mod composer_lock;
pub mod conda_meta;
pub mod cpan_meta;
pub mod deb822;
pub mod deb_relations;
pub mod deps_json;
pub mod direct_url;
pub mod dist_record;
pub mod dlopen_note;
pub mod dockerfile;
pub mod dotnet_bundle;
pub mod dpkg_diversions;
pub mod elf;
pub mod embedded_sbom;
pub mod erlang_terms;
pub mod executable;
pub mod gemfile_lock;
pub mod gemspec;
pub mod go_buildinfo;
pub mod go_mod;
pub mod graalvm_sbom;
pub mod gradle_lockfile;
pub mod install_receipt;
pub mod interpreter_config;
pub mod layer_index;
pub mod ld_so_cache;
pub mod ld_so_conf;
pub mod macho;
pub mod manifest;
pub mod maven_dependencies;
pub mod os_release;
pub mod package_json;
pub mod package_lock;
pub mod package_note;
pub mod package_resolved;
pub mod packages_config;
pub mod packages_lock;
pub mod pdm_lock;
pub mod pe;
pub mod pe_imports;
pub mod pear_registry;
pub mod pipfile_lock;
pub mod pnp_state;
pub mod pnpm_lock;
pub mod poetry_lock;
pub mod pom;
pub mod pom_properties;
pub mod pylock;
pub mod python_requirement;
pub mod release_file;
pub mod requirements_txt;
pub mod rockspec;
pub mod rpm;
pub mod runtime_config;
pub mod script;
pub mod shell;
pub mod snap_yaml;
pub mod sqlite;
pub mod tar;
pub mod toml_rows;
pub mod uv_lock;
pub mod version_resource;
pub mod yaml;
pub mod yarn_lock;
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

/// A dependency as a lockfile or manifest pins it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pin {
    /// Its name as the format writes it.
    pub name: String,
    /// The one version that is asked for; empty where a place or a choice of versions is asked for instead.
    pub version: String,
    /// The line that asks for it, counted from 1; none where the format's reader cannot tell.
    pub line: Option<u32>,
    /// The address that it comes from, where that is stated. It may hold credentials.
    pub download: Option<String>,
    /// The checksum that the download must have, as the format writes it.
    pub checksum: Option<String>,
    /// The licence that the file states.
    pub license: Option<String>,
}

/// Tells the lines of offsets that come in order, in one pass over the text.
struct LineCounter<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset, counted from 1.
    fn line(&mut self, offset: usize) -> u32 {
        let between = self.text.get(self.at..offset).unwrap_or_default();
        let breaks = between.split(|byte| *byte == b'\n').count() - 1;
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = offset.max(self.at);
        self.line
    }
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Big => u16::from_be_bytes(*bytes),
            Self::Little => u16::from_le_bytes(*bytes),
        })
    }

    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Big => u32::from_be_bytes(*bytes),
            Self::Little => u32::from_le_bytes(*bytes),
        })
    }
}

/// A number whose lowest byte comes first.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
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
