//! `poetry.lock`, every version.
//! Specification: Poetry documentation, "Basic usage, Installing dependencies"; poetry-core and Poetry's Locker.

use serde::Deserialize;

use super::{Malformed, Pin, toml_rows};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "type")]
    kind: Option<String>,
    url: Option<String>,
    resolved_reference: Option<String>,
}

/// Reads the packages of every group; folders are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, Malformed> {
    let rows = toml_rows::rows::<Package>(text)?;
    Ok(rows.into_iter().filter_map(|(line, package)| pin(line, package)).collect())
}

fn pin(line: u32, Package { name, version, source }: Package) -> Option<Pin> {
    let kind = source.as_ref().and_then(|it| it.kind.as_deref()).unwrap_or_default();
    if kind == "directory" {
        return None;
    }
    let download = match (kind, &source) {
        ("git", Some(Source { url: Some(url), resolved_reference: Some(commit), .. })) => {
            Some(format!("git+{url}@{commit}"))
        }
        ("url", Some(Source { url, .. })) => url.clone(),
        _ => None,
    };
    Some(Pin { name, version, line: Some(line), download, ..Pin::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_every_source_but_folders_are_read() {
        let text = "[[package]]\nname = \"a\"\nversion = \"1.0\"\n\n[package.dependencies]\nb = \">=1\"\n\n\
            [[package]]\nname = \"g\"\nversion = \"2.0\"\n[package.source]\ntype = \"git\"\n\
            url = \"https://example.org/g.git\"\nreference = \"HEAD\"\nresolved_reference = \"c0ffee\"\n\n\
            [[package]]\nname = \"mine\"\nversion = \"0\"\n[package.source]\ntype = \"directory\"\nurl = \"../mine\"\n";
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, it.line)).collect();
        assert_eq!(names, [("a", Some(1)), ("g", Some(8))]);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g.git@c0ffee"));
    }
}
