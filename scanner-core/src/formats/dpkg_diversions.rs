//! Diversions: files that dpkg puts elsewhere than where their package lists them.
//! Specification: dpkg-divert(1); its database has three lines for each.

use std::collections::BTreeMap;

/// Where one path is diverted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diversion {
    /// The other path.
    pub to: Vec<u8>,
    /// The package whose own file stays at the path; `:` for none.
    pub by: Vec<u8>,
}

/// Reads the diversions, by the path that packages list.
pub fn parse(bytes: &[u8]) -> BTreeMap<Vec<u8>, Diversion> {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let diversions = lines.chunks_exact(3).filter_map(|lines| match lines {
        [from, to, by] if !from.is_empty() => {
            Some((from.to_vec(), Diversion { to: to.to_vec(), by: by.to_vec() }))
        }
        _ => None,
    });
    diversions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lines_are_one_diversion_and_a_rest_is_none() {
        let diversions = parse(b"/bin/sh\n/bin/sh.distrib\ndash\n/a\n/b\n:\n/cut\n");
        let sh = Diversion { to: b"/bin/sh.distrib".to_vec(), by: b"dash".to_vec() };
        assert_eq!(diversions.get(b"/bin/sh".as_slice()), Some(&sh));
        assert_eq!(diversions.len(), 2);
        assert!(parse(b"").is_empty());
    }
}
