//! `pdm.lock`, every version.
//! Specification: PDM documentation, "Lock file"; PDM's `project.lockfile`.

use serde::Deserialize;

use super::{Malformed, Pin, toml_rows};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    git: Option<String>,
    revision: Option<String>,
    url: Option<String>,
    path: Option<String>,
}

/// Reads the packages of every group; folders and files of the project are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, Malformed> {
    let rows = toml_rows::rows::<Package>(text)?;
    let outside = rows.into_iter().filter(|(_, package)| package.path.is_none());
    Ok(outside.map(|(line, package)| pin(line, package)).collect())
}

fn pin(line: u32, package: Package) -> Pin {
    let commit = package.revision.map(|it| format!("@{it}")).unwrap_or_default();
    Pin {
        name: package.name,
        version: package.version.unwrap_or_default(),
        line: Some(line),
        download: package.git.map(|it| format!("git+{it}{commit}")).or(package.url),
        ..Pin::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_from_outside_are_read_and_folders_left_out() {
        let text = "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[[package]]\nname = \"mine\"\nversion = \"0\"\n\
            path = \"./mine\"\n[[package]]\nname = \"g\"\nversion = \"2.0\"\ngit = \"https://example.org/g.git\"\n\
            revision = \"c0ffee\"\n";
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("a", "1.0"), ("g", "2.0")]);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g.git@c0ffee"));
    }
}
