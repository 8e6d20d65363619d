//! `manifest.wall`: what Chisel cut out of Ubuntu's packages.
//! Specification: Chisel documentation, "Chisel Manifest", "jsonwall": a JSON object a line, compressed by zstd.

use std::collections::BTreeMap;
use std::io::Read as _;

use serde::Deserialize;

use super::{Malformed, Problem};

/// The largest window that Chisel's encoder asks its reader to hold at its best, as a power of two: 32 MiB.
const WINDOW: u32 = 25;

/// A package that something was taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its version.
    pub version: String,
    /// Its architecture; empty where none is stated.
    pub architecture: String,
    /// The paths that came from it.
    pub paths: Vec<String>,
}

/// What the lines are about.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Package {
        name: String,
        version: String,
        #[serde(default)]
        arch: String,
    },
    Content {
        slice: String,
        path: String,
    },
    #[serde(other)]
    Other,
}

/// Takes off the compression. Over `limit` bytes are malformed.
pub fn unpack(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Malformed> {
    let malformed = |what| Malformed { what, offset: 0 };
    let unreadable = |_| malformed("unreadable zstd stream");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(unreadable)?;
    decoder.window_log_max(WINDOW).map_err(unreadable)?;
    let mut text = Vec::new();
    decoder.take(limit.saturating_add(1)).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > limit { Err(malformed("too long list of packages")) } else { Ok(text) }
}

/// Reads the packages, by name. The first line tells of the format and is no record.
pub fn parse(text: &str) -> (BTreeMap<String, Package>, Vec<Problem>) {
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    let (mut contents, mut problems) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(text.lines()).skip(1).filter(|(_, text)| !text.is_empty()) {
        match serde_json::from_str(text) {
            Ok(Line::Package { name, version, arch: architecture }) => {
                packages.insert(name, Package { version, architecture, paths: Vec::new() });
            }
            Ok(Line::Content { slice, path }) => contents.push((slice, path)),
            Ok(Line::Other) => {}
            Err(_) => problems.push(Problem { line, what: "is no record" }),
        }
    }
    for (slice, path) in contents {
        // The name of a slice is `PACKAGE_SLICE`; no package has an underscore in its name.
        if let Some(package) = slice.split('_').next().and_then(|it| packages.get_mut(it)) {
            package.paths.push(path);
        }
    }
    (packages, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_the_paths_of_all_their_slices() {
        let text = "{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":6}\n\
            {\"kind\":\"content\",\"slice\":\"libc6_libs\",\"path\":\"/usr/lib/libc.so.6\"}\n\
            {\"kind\":\"content\",\"slice\":\"libc6_config\",\"path\":\"/etc/ld.so.conf\"}\n\
            {\"kind\":\"content\",\"slice\":\"gone_x\",\"path\":\"/x\"}\n\
            {\"kind\":\"package\",\"name\":\"libc6\",\"version\":\"2.39-0ubuntu8.4\",\"sha256\":\"ab\",\"arch\":\"amd64\"}\n\
            {\"kind\":\"path\",\"path\":\"/etc/ld.so.conf\",\"mode\":\"0644\",\"slices\":[\"libc6_config\"]}\n\
            {\"kind\":\"slice\",\"name\":\"libc6_libs\"}\n{\"kind\":\"package\"}\n";
        let (packages, problems) = parse(text);
        assert_eq!(packages.keys().collect::<Vec<_>>(), ["libc6"]);
        assert_eq!(packages["libc6"].version, "2.39-0ubuntu8.4");
        assert_eq!(packages["libc6"].paths, ["/usr/lib/libc.so.6", "/etc/ld.so.conf"]);
        assert_eq!(problems, [Problem { line: 8, what: "is no record" }]);
    }

    #[test]
    fn a_list_over_the_bound_is_malformed_however_small_its_stream() {
        let packed = zstd::encode_all(" ".repeat(100_000).as_bytes(), 0).unwrap();
        assert!(packed.len() < 1000);
        assert_eq!(unpack(&packed, 100_000).unwrap().len(), 100_000);
        assert_eq!(unpack(&packed, 99_999).unwrap_err().what, "too long list of packages");
        assert!(unpack(b"{}", 1000).is_err());
    }
}
