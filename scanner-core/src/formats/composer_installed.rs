//! `vendor/composer/installed.json`: the packages that Composer installed.
//! Specification: Composer's `FilesystemRepository`, in the forms of Composer 1 (a list) and 2 (an object).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

/// A package; fields of a wrong type are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// `vendor/name`.
    pub name: Option<String>,
    /// The version as its tag gives it, `v` included.
    pub version: Option<String>,
    /// The licences declared; each is enough.
    pub licenses: Vec<String>,
    /// The first author: `Name <address>`.
    pub author: Option<String>,
    /// The names of the packages that it requires; PHP itself and its extensions too.
    pub requires: Vec<String>,
    /// The names of packages that it stands in for: those that it provides and those that it replaces.
    pub offers: Vec<String>,
    /// Where it was installed, relative to the folder of `installed.json`.
    pub path: Option<String>,
    /// The names of its programs.
    pub programs: Vec<String>,
    /// The address of the archive on the web that it was made from; none that holds a password.
    pub archive: Option<String>,
    /// The commit in its repository of Git.
    pub commit: Option<String>,
    /// Whether it was installed for development alone.
    pub development: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Packages(Vec<Value>),
    Object {
        packages: Vec<Value>,
        #[serde(rename = "dev-package-names", default)]
        development: Vec<Value>,
    },
}

/// Reads the file.
pub fn parse(bytes: &[u8]) -> Result<Vec<Package>, serde_json::Error> {
    let (packages, development) = match serde_json::from_slice(bytes)? {
        Document::Packages(packages) => (packages, Vec::new()),
        Document::Object { packages, development } => (packages, development),
    };
    let development: BTreeSet<&str> = development.iter().filter_map(Value::as_str).collect();
    Ok(packages.iter().map(|it| package(it, &development)).collect())
}

fn package(value: &Value, development: &BTreeSet<&str>) -> Package {
    let name = text(value.get("name"));
    Package {
        development: name.as_deref().is_some_and(|it| development.contains(it)),
        name,
        version: text(value.get("version")),
        licenses: match value.get("license") {
            Some(Value::Array(items)) => items.iter().filter_map(|it| text(Some(it))).collect(),
            other => text(other).into_iter().collect(),
        },
        author: value.pointer("/authors/0").and_then(person),
        requires: names(value.get("require")).collect(),
        offers: names(value.get("provide")).chain(names(value.get("replace"))).collect(),
        path: text(value.get("install-path")),
        programs: match value.get("bin") {
            Some(Value::Array(items)) => items.iter().filter_map(|it| text(Some(it))).collect(),
            other => text(other).into_iter().collect(),
        },
        archive: text(value.pointer("/dist/url")).filter(|it| is_public(it)),
        commit: text(value.pointer("/source/reference"))
            .filter(|_| value.pointer("/source/type").is_some_and(|it| it == "git")),
    }
}

/// The keys of an object.
fn names(value: Option<&Value>) -> impl Iterator<Item = String> {
    value.and_then(Value::as_object).into_iter().flat_map(|it| it.keys().cloned())
}

fn person(value: &Value) -> Option<String> {
    let name = text(value.get("name"))?;
    Some(match text(value.get("email")) {
        Some(address) => format!("{name} <{address}>"),
        None => name,
    })
}

fn is_public(address: &str) -> bool {
    (address.starts_with("https://") || address.starts_with("http://")) && !address.contains('@')
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let package = r#"{"name":"a/b","version":"v1.0","license":["MIT","BSD"],"require":{"php":">=8","c/d":"*"},"replace":{"a/old":"self.version"},"provide":[],
            "authors":[{"name":"X","email":"x@y"}],"dist":{"url":"https://z/a.zip"},"source":{"type":"git","reference":"c0ffee"}}"#;
        let old = parse(format!("[{package}]").as_bytes()).unwrap();
        let new = format!(r#"{{"packages":[{package}],"dev":true,"dev-package-names":["a/b"]}}"#);
        let new = parse(new.as_bytes()).unwrap();
        assert_eq!(old[0].name.as_deref(), Some("a/b"));
        assert_eq!(old[0].licenses, ["MIT", "BSD"]);
        assert_eq!(old[0].author.as_deref(), Some("X <x@y>"));
        assert_eq!(old[0].requires, ["c/d", "php"]);
        assert_eq!(old[0].offers, ["a/old"]);
        assert_eq!(old[0].commit.as_deref(), Some("c0ffee"));
        assert!(!old[0].development && new[0].development);
        assert_eq!(Package { development: true, ..old[0].clone() }, new[0]);
    }

    #[test]
    fn directories_and_addresses_with_passwords_are_no_archives() {
        let archive = |url: &str| {
            let text =
                format!(r#"[{{"dist":{{"type":"path","url":"{url}","reference":"c0ffee"}}}}]"#);
            let package = parse(text.as_bytes()).unwrap().remove(0);
            assert_eq!(package.commit, None);
            package.archive
        };
        assert_eq!(archive("/src/a"), None);
        assert_eq!(archive("https://me:pw@x.org/a.zip"), None);
        assert_eq!(archive("https://x.org/a.zip").as_deref(), Some("https://x.org/a.zip"));
    }

    #[test]
    fn wrong_types_are_left_out() {
        assert_eq!(
            parse(br#"[1,{"name":2,"license":3,"require":[]}]"#).unwrap(),
            [Package::default(), Package::default()]
        );
        assert!(parse(b"{}").is_err() && parse(b"7").is_err());
    }
}
