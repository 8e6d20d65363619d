//! `pylock.toml`.
//! Specification: PyPA, "pylock.toml Specification" (PEP 751).

use serde::Deserialize;

use super::{Malformed, Pin, toml_rows};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    vcs: Option<Vcs>,
    directory: Option<toml::Table>,
    archive: Option<Archive>,
}

#[derive(Deserialize)]
struct Vcs {
    #[serde(rename = "type")]
    kind: String,
    url: Option<String>,
    #[serde(rename = "commit-id")]
    commit: String,
}

#[derive(Deserialize)]
struct Archive {
    url: Option<String>,
    path: Option<String>,
}

/// Reads the packages that come from outside; folders are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, Malformed> {
    let rows = toml_rows::rows::<Package>(text)?;
    let outside = rows.into_iter().filter(|(_, package)| package.directory.is_none());
    Ok(outside.map(|(line, package)| pin(line, package)).collect())
}

fn pin(line: u32, package: Package) -> Pin {
    let vcs = |it: Vcs| Some(format!("{}+{}@{}", it.kind, it.url?, it.commit));
    let archive = |it: Archive| it.url.or(it.path);
    Pin {
        name: package.name,
        version: package.version.unwrap_or_default(),
        line: Some(line),
        download: package.vcs.and_then(vcs).or_else(|| package.archive.and_then(archive)),
        ..Pin::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_from_outside_are_read_and_folders_left_out() {
        let text = "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"a\"\nversion = \"1.0\"\n\
            [[packages]]\nname = \"mine\"\n[packages.directory]\npath = \".\"\n[[packages]]\nname = \"g\"\n\
            [packages.vcs]\ntype = \"git\"\nurl = \"https://example.org/g.git\"\ncommit-id = \"c0ffee\"\n";
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("a", "1.0"), ("g", "")]);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g.git@c0ffee"));
    }
}
