//! `uv.lock`.
//! Specification: uv documentation, "Project structure and files, The lockfile"; uv's `uv-resolver::lock`.

use serde::Deserialize;

use super::{Malformed, Pin, cargo_lock, toml_rows};

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    git: Option<String>,
    url: Option<String>,
    path: Option<String>,
    registry: Option<String>,
}

/// Reads the packages that come from outside; the project and other folders are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, Malformed> {
    let rows = toml_rows::rows::<Package>(text)?;
    Ok(rows.into_iter().filter_map(|(line, package)| pin(line, package)).collect())
}

/// A source that is `virtual`, `editable` or a `directory` is a folder of the project.
fn pin(line: u32, Package { name, version, source }: Package) -> Option<Pin> {
    let git = source.git.as_ref().map(|it| cargo_lock::at_commit(&format!("git+{it}")));
    let outside = git.or(source.url).or(source.path);
    if outside.is_none() && source.registry.is_none() {
        return None;
    }
    let version = version.unwrap_or_default();
    Some(Pin { name, version, line: Some(line), download: outside, ..Pin::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_from_outside_are_read_and_folders_left_out() {
        let text = "version = 1\n[[package]]\nname = \"app\"\nversion = \"0\"\nsource = { virtual = \".\" }\n\
            [[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = { registry = \"https://example.org/simple\" }\n\
            [[package]]\nname = \"mine\"\nsource = { editable = \"mine\" }\n\
            [[package]]\nname = \"g\"\nversion = \"2.0\"\nsource = { git = \"https://example.org/g?rev=v2#c0ffee\" }\n";
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("a", "1.0"), ("g", "2.0")]);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g@c0ffee"));
    }
}
