//! `Pipfile.lock`.
//! Specification: pipenv documentation, "Pipfile.lock"; the specification of Pipfile.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Pin;

#[derive(Deserialize)]
struct Package {
    version: Option<String>,
    git: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    file: Option<String>,
    path: Option<String>,
    #[serde(default)]
    editable: bool,
}

/// Reads the packages of every category; folders of the project itself are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, serde_json::Error> {
    let document: BTreeMap<String, Value> = serde_json::from_str(text)?;
    let mut found = Vec::new();
    for (_, category) in document.into_iter().filter(|(name, _)| name != "_meta") {
        let packages: BTreeMap<String, Package> = serde_json::from_value(category)?;
        found.extend(packages.into_iter().filter_map(pin));
    }
    Ok(found)
}

fn pin((name, package): (String, Package)) -> Option<Pin> {
    if package.path.is_some() || (package.editable && package.git.is_none()) {
        return None;
    }
    let commit = package.reference.map(|it| format!("@{it}")).unwrap_or_default();
    let git = package.git.map(|address| format!("git+{address}{commit}"));
    let version = package.version.as_deref().and_then(|it| it.strip_prefix("=="));
    if version.is_none() && git.is_none() && package.file.is_none() {
        return None;
    }
    let version = version.unwrap_or_default().to_owned();
    Some(Pin { name, version, download: git.or(package.file), ..Pin::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_packages_of_every_category_are_read() {
        let text = r#"{"_meta":{"hash":{}},"default":{"a":{"version":"==1.0","hashes":[]},
            "g":{"git":"https://example.org/g.git","ref":"c0ffee"},
            "mine":{"editable":true,"path":"."},"loose":{"version":"*"}},
            "docs":{"b":{"version":"==2.0"}}}"#;
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("a", "1.0"), ("g", ""), ("b", "2.0")]);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/g.git@c0ffee"));
    }
}
