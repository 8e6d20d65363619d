//! The crates that `cargo auditable` records in the programs that it builds.
//! Specification: cargo-auditable, PARSING.md: JSON under zlib, in the section `.dep-v0`.

use std::io::Read as _;

use flate2::bufread::ZlibDecoder;
use serde::Deserialize;

use super::Malformed;

/// The name of the section in ELF, PE and Mach-O.
pub const SECTION: &str = ".dep-v0";

/// A crate that took part in the build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it came from: `crates.io`, `git`, `local`, `registry`, or another word.
    pub source: String,
    /// Whether it is in the program.
    #[serde(default)]
    pub kind: Kind,
    /// The places in the list of the crates that it uses.
    #[serde(default)]
    pub dependencies: Vec<usize>,
    /// Whether it is the one that the program was made of.
    #[serde(default)]
    pub root: bool,
}

/// What a crate was for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// To build the program: build scripts, procedural macros and what they use.
    Build,
    /// To be in the program.
    #[default]
    Runtime,
}

#[derive(Deserialize)]
struct List {
    packages: Vec<Crate>,
}

/// Reads the section's bytes. Over `limit` bytes of JSON are malformed.
pub fn parse(section: &[u8], limit: u64) -> Result<Vec<Crate>, Malformed> {
    let mut json = Vec::new();
    ZlibDecoder::new(section)
        .take(limit.saturating_add(1))
        .read_to_end(&mut json)
        .map_err(|_| Malformed { what: "unreadable zlib stream", offset: 0 })?;
    if json.len() as u64 > limit {
        return Err(Malformed { what: "too long list of crates", offset: 0 });
    }
    let list: List = serde_json::from_slice(&json)
        .map_err(|_| Malformed { what: "unreadable list of crates", offset: 0 })?;
    Ok(list.packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_over_the_bound_is_malformed_however_small_its_stream() {
        let bomb = testkit::zlib(format!("{{\"packages\":[]}}{}", " ".repeat(100_000)));
        assert!(bomb.len() < 1000);
        assert_eq!(parse(&bomb, 200_000).unwrap(), []);
        assert_eq!(parse(&bomb, 99_999).unwrap_err().what, "too long list of crates");
    }

    #[test]
    fn what_is_no_list_is_malformed() {
        for bytes in [b"".to_vec(), b"x".to_vec(), testkit::zlib("{}"), testkit::zlib("[]")] {
            assert!(parse(&bytes, 1000).is_err());
        }
    }
}
