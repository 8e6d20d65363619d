//! `composer.lock`.
//! Specification: Composer documentation, "composer.lock"; Composer's Locker.

use serde::Deserialize;
use serde_json::Value;

use super::Pin;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default, rename = "packages-dev")]
    packages_dev: Option<Vec<Package>>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    dist: Option<Place>,
    source: Option<Place>,
    #[serde(default)]
    license: Value,
}

#[derive(Deserialize)]
struct Place {
    #[serde(rename = "type")]
    kind: Option<String>,
    url: Option<String>,
    reference: Option<String>,
    shasum: Option<String>,
}

/// Reads the packages to install, those for development too; folders of the project itself are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, serde_json::Error> {
    let document: Document = serde_json::from_str(text)?;
    let packages = document.packages.into_iter().chain(document.packages_dev.unwrap_or_default());
    Ok(packages.filter_map(pin).collect())
}

fn pin(package: Package) -> Option<Pin> {
    let dist = package.dist;
    if dist.as_ref().is_some_and(|it| it.kind.as_deref() == Some("path")) {
        return None;
    }
    let source = || {
        let place = package.source?;
        Some(format!("{}+{}@{}", place.kind?, place.url?, place.reference?))
    };
    Some(Pin {
        name: package.name,
        version: package.version,
        line: None,
        download: dist.as_ref().and_then(|it| it.url.clone()).or_else(source),
        checksum: dist.and_then(|it| it.shasum).filter(|it| !it.is_empty()),
        license: choice(&package.license),
    })
}

/// One licence, or a list, which is a choice among them (Composer's schema, "license").
fn choice(licenses: &Value) -> Option<String> {
    let list = licenses.as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    let term = |it: &&str| if it.contains(' ') { format!("({it})") } else { (*it).to_owned() };
    match names.as_slice() {
        [] => licenses.as_str().map(str::to_owned),
        [license] => Some((*license).to_owned()),
        _ => Some(names.iter().map(term).collect::<Vec<_>>().join(" OR ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_for_use_and_for_development_are_read_and_folders_left_out() {
        let text = r#"{"packages":[
            {"name":"a/b","version":"v1.2.3","license":["MIT","GPL-2.0-only"],
             "dist":{"type":"zip","url":"https://example.org/b.zip","shasum":""}},
            {"name":"a/mine","version":"dev-main","dist":{"type":"path","url":"../mine"}}],
            "packages-dev":[{"name":"a/c","version":"dev-master",
             "source":{"type":"git","url":"https://example.org/c.git","reference":"c0ffee"}}]}"#;
        let pins = parse(text).unwrap();
        assert_eq!(pins.len(), 2);
        assert_eq!(pins[0].download.as_deref(), Some("https://example.org/b.zip"));
        assert_eq!(pins[0].license.as_deref(), Some("MIT OR GPL-2.0-only"));
        assert_eq!(pins[0].checksum, None);
        assert_eq!(pins[1].download.as_deref(), Some("git+https://example.org/c.git@c0ffee"));
    }
}
