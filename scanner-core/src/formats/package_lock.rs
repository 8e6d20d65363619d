//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
//! Specification: npm documentation, "package-lock.json".

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Pin;

#[derive(Deserialize)]
struct Document {
    packages: Option<BTreeMap<String, Package>>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

/// An entry of versions 2 and 3: a folder of the tree that npm will make.
#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<Value>,
    integrity: Option<String>,
    #[serde(default)]
    link: bool,
    license: Option<Value>,
}

/// An entry of version 1: a package and those nested in it.
#[derive(Deserialize)]
struct Dependency {
    version: Option<String>,
    resolved: Option<Value>,
    integrity: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

/// Reads the packages that would be installed; the project itself and its workspaces are none of them.
pub fn parse(text: &str) -> Result<Vec<Pin>, serde_json::Error> {
    let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
    Ok(match document.packages {
        Some(packages) => packages.into_iter().filter_map(package).collect(),
        None => tree(document.dependencies),
    })
}

fn package((folder, package): (String, Package)) -> Option<Pin> {
    let (_, base) = folder.rsplit_once("node_modules/").filter(|_| !package.link)?;
    let license = match package.license {
        Some(Value::String(license)) => Some(license),
        _ => None,
    };
    Some(Pin {
        // A package installed under another name has its own name in the entry.
        name: package.name.unwrap_or_else(|| base.to_owned()),
        version: package.version.unwrap_or_default(),
        line: None,
        download: text(package.resolved),
        checksum: package.integrity,
        license,
    })
}

fn tree(roots: BTreeMap<String, Dependency>) -> Vec<Pin> {
    let mut pending = vec![roots];
    let mut found = Vec::new();
    while let Some(level) = pending.pop() {
        for (name, mut dependency) in level {
            pending.push(std::mem::take(&mut dependency.dependencies));
            found.extend(nested(name, dependency));
        }
    }
    found
}

/// The version field of version 1 also holds aliases (`npm:NAME@VERSION`) and addresses.
fn nested(name: String, dependency: Dependency) -> Option<Pin> {
    let stated = dependency.version?;
    let alias = stated.strip_prefix("npm:").and_then(|it| it.rsplit_once('@'));
    let (name, version, download) = match alias {
        Some((real, version)) => (real.to_owned(), version.to_owned(), text(dependency.resolved)),
        None if stated.starts_with("file:") && !is_archive(&stated) => return None,
        None if stated.contains(':') => (name, String::new(), Some(stated)),
        None => (name, stated, text(dependency.resolved)),
    };
    Some(Pin { name, version, download, checksum: dependency.integrity, ..Pin::default() })
}

/// Whether an address of a local file means a packed package and not a folder of the project.
pub(super) fn is_archive(address: &str) -> bool {
    [".tgz", ".tar.gz", ".tar"].iter().any(|ending| address.ends_with(ending))
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(text: &str) -> Vec<String> {
        let mut pins: Vec<String> =
            parse(text).unwrap().iter().map(|it| format!("{}@{}", it.name, it.version)).collect();
        pins.sort();
        pins
    }

    #[test]
    fn folders_name_packages_and_projects_and_links_are_left_out() {
        let text = r#"{"lockfileVersion":3,"packages":{
            "":{"name":"app","version":"1.0.0"},
            "packages/b":{"name":"b","version":"1.0.0"},
            "node_modules/b":{"resolved":"packages/b","link":true},
            "node_modules/@s/a":{"version":"1.0.0","resolved":false},
            "packages/b/node_modules/c":{"version":"2.0.0"},
            "node_modules/old-ms":{"name":"ms","version":"0.7.1"}}}"#;
        assert_eq!(pins(text), ["@s/a@1.0.0", "c@2.0.0", "ms@0.7.1"]);
    }

    #[test]
    fn version_one_nests_packages_and_hides_aliases_and_addresses_in_the_version() {
        let text = r#"{"lockfileVersion":1,"dependencies":{
            "a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},
            "old-ms":{"version":"npm:ms@0.7.1"},
            "mine":{"version":"file:../mine"},
            "packed":{"version":"file:packed-1.0.0.tgz"},
            "g":{"version":"git+ssh://git@example.org/g.git#c0ffee"}}}"#;
        assert_eq!(pins(text), ["a@1.0.0", "b@2.0.0", "g@", "ms@0.7.1", "packed@"]);
    }
}
