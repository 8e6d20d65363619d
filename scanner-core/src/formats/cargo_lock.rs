//! `Cargo.lock`, every version.
//! Specification: The Cargo Book, "Cargo.toml vs Cargo.lock"; cargo's `resolver::encode`.

use serde::Deserialize;

use super::{Malformed, Pin, toml_rows};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

/// Reads the crates that come from outside; those of the workspace have no source and are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, Malformed> {
    let rows = toml_rows::rows::<Package>(text)?;
    Ok(rows.into_iter().filter_map(|(line, package)| pin(line, package)).collect())
}

/// The source is `registry+ADDRESS`, `sparse+ADDRESS` or `git+ADDRESS?REFERENCE#COMMIT`.
fn pin(line: u32, package: Package) -> Option<Pin> {
    let source = package.source?;
    Some(Pin {
        name: package.name,
        version: package.version,
        line: Some(line),
        download: source.starts_with("git+").then(|| at_commit(&source)),
        checksum: package.checksum.map(|it| format!("sha256:{it}")),
        ..Pin::default()
    })
}

/// `git+ADDRESS@COMMIT` of an address with what was asked for after `?` and the commit after `#`.
pub(super) fn at_commit(source: &str) -> String {
    let (address, commit) = source.split_once('#').unwrap_or((source, ""));
    let address = address.split('?').next().unwrap_or_default();
    if commit.is_empty() { address.to_owned() } else { format!("{address}@{commit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_from_outside_are_read_and_those_of_the_workspace_left_out() {
        let text = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\n\
            version = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\nchecksum = \"ab\"\n\n[[package]]\n\
            name = \"g\"\nversion = \"2.0.0\"\nsource = \"git+https://example.org/g?branch=main#c0ffee\"\n";
        let pins = parse(text).unwrap();
        assert_eq!(pins.len(), 2);
        assert_eq!(pins[0].checksum.as_deref(), Some("sha256:ab"));
        assert_eq!((pins[0].line, &pins[0].download), (Some(7), &None));
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g@c0ffee"));
    }
}
