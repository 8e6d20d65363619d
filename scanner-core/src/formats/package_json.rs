//! `package.json` of an npm package, as far as an inventory needs it.
//! Specification: npm documentation, "package.json"; older forms as npm's normalize-package-data reads them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The fields that matter; those of a wrong type are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageJson {
    /// `name`, scope included.
    pub name: Option<String>,
    /// `version`.
    pub version: Option<String>,
    /// `license` and `licenses` in all their historic forms.
    pub licenses: Vec<String>,
    /// `author`, or the first maintainer or contributor: `Name <address>`.
    pub author: Option<String>,
    /// The owner and name of the source repository, as its address gives them.
    pub repository: Option<String>,
    /// The names in `dependencies` and `optionalDependencies`.
    pub dependencies: Vec<String>,
    /// Those of them that may be missing: in `optionalDependencies`.
    pub optional: Vec<String>,
    /// The names in `peerDependencies`.
    pub peers: Vec<String>,
    /// Those that `peerDependenciesMeta` says may be missing.
    pub optional_peers: Vec<String>,
    /// The names in `bundleDependencies`; `true` means all dependencies.
    pub bundled: Vec<String>,
    /// The names of its programs, in `bin`. One without a name of its own has that of the package.
    pub programs: Vec<String>,
}

/// Reads a file. Of a field that is repeated the last one counts, as in JavaScript.
pub fn parse(bytes: &[u8]) -> Result<PackageJson, serde_json::Error> {
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

impl<'de> Deserialize<'de> for PackageJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = PackageJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PackageJson, A::Error> {
        let mut package = PackageJson::default();
        let mut people = [None, None, None];
        let (mut bundled, mut programs) = (Value::Null, Value::Null);
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match &*key {
                "name" => package.name = text(map.next_value()?),
                "version" => package.version = text(map.next_value()?),
                "license" | "licenses" => package.licenses.extend(licenses(map.next_value()?)),
                "author" => people[0] = person(map.next_value()?),
                "maintainers" => people[1] = person(map.next_value()?),
                "contributors" => people[2] = person(map.next_value()?),
                "repository" => package.repository = repository(&map.next_value()?),
                "dependencies" => package.dependencies.extend(names(map.next_value()?)),
                "optionalDependencies" => {
                    package.optional = names(map.next_value()?);
                    package.dependencies.extend(package.optional.iter().cloned());
                }
                "peerDependencies" => package.peers = names(map.next_value()?),
                "peerDependenciesMeta" => package.optional_peers = optional(map.next_value()?),
                "bin" => programs = map.next_value()?,
                "bundleDependencies" | "bundledDependencies" => bundled = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        package.author = people.into_iter().flatten().next();
        package.programs = match programs {
            Value::String(_) => {
                let name = package.name.as_deref().and_then(|it| it.rsplit('/').next());
                name.map(str::to_owned).into_iter().collect()
            }
            programs => names(programs),
        };
        package.bundled = match bundled {
            Value::Bool(true) => package.dependencies.clone(),
            names => self::names(names),
        };
        Ok(package)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// `"MIT"`, `{"type": "MIT"}`, or a list of either.
fn licenses(value: Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.into_iter().filter_map(license).collect(),
        value => license(value).into_iter().collect(),
    }
}

fn license(value: Value) -> Option<String> {
    match value {
        Value::Object(mut object) => {
            object.remove("type").or_else(|| object.remove("name")).and_then(text)
        }
        value => text(value),
    }
}

/// `"Name <address> (url)"`, `{"name": …, "email": …}`, or the first of a list of either.
fn person(value: Value) -> Option<String> {
    match value {
        Value::Array(items) => items.into_iter().find_map(|item| match item {
            Value::Array(_) => None,
            item => person(item),
        }),
        Value::Object(mut object) => {
            let name = object.remove("name").and_then(text)?;
            let email = object.remove("email").and_then(text);
            Some(email.map_or_else(|| name.clone(), |email| format!("{name} <{email}>")))
        }
        value => text(value).map(|text| text.split(" (").next().unwrap_or_default().to_owned()),
    }
}

/// The strings of a list, or the keys of an object.
fn names(value: Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.into_iter().filter_map(text).collect(),
        Value::Object(object) => object.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

/// The keys of an object whose values say that they are optional.
fn optional(value: Value) -> Vec<String> {
    let Value::Object(object) = value else { return Vec::new() };
    let optional = object.into_iter().filter(|(_, it)| it.get("optional") == Some(&true.into()));
    optional.map(|(name, _)| name).collect()
}

fn repository(value: &Value) -> Option<String> {
    let address = value.as_str().or_else(|| value.get("url")?.as_str())?.trim();
    Some(address.to_owned()).filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_and_people_are_read_in_every_historic_form() {
        let old = br#"{"name":"a","version":"1","licenses":[{"type":"MIT","url":"x"},"BSD"],
            "maintainers":[{"name":"B","email":"b@c"}],"repository":{"type":"git","url":"git://x/y"}}"#;
        let package = parse(old).unwrap();
        assert_eq!(package.licenses, ["MIT", "BSD"]);
        assert_eq!(package.author.as_deref(), Some("B <b@c>"));
        assert_eq!(package.repository.as_deref(), Some("git://x/y"));
    }

    #[test]
    fn bundled_packages_are_listed_or_all_that_are_needed() {
        let bundled = |value: &str| {
            let text =
                format!(r#"{{"dependencies":{{"a":"1","b":"2"}},"bundleDependencies":{value}}}"#);
            parse(text.as_bytes()).unwrap().bundled
        };
        assert_eq!(bundled("true"), ["a", "b"]);
        assert_eq!(bundled(r#"["b", 1]"#), ["b"]);
        assert!(bundled("false").is_empty());
    }

    #[test]
    fn programs_are_named_or_called_like_their_package() {
        let programs = |bin: &str| {
            let text = format!(r#"{{"bin":{bin},"name":"@s/a"}}"#);
            parse(text.as_bytes()).unwrap().programs
        };
        assert_eq!(programs(r#"{"b":"./b.js","c":"./c.js"}"#), ["b", "c"]);
        assert_eq!(programs(r#""./a.js""#), ["a"]);
        assert!(programs("1").is_empty());
    }

    #[test]
    fn what_may_be_missing_is_told_from_what_is_needed() {
        let text = br#"{"dependencies":{"a":"1"},"optionalDependencies":{"b":"2"},
            "peerDependencies":{"c":"3","d":"4"},"peerDependenciesMeta":{"d":{"optional":true},"c":{}}}"#;
        let package = parse(text).unwrap();
        assert_eq!(
            (package.dependencies, package.optional),
            (vec!["a".into(), "b".into()], vec!["b".into()])
        );
        assert_eq!(
            (package.peers, package.optional_peers),
            (vec!["c".into(), "d".into()], vec!["d".into()])
        );
    }

    #[test]
    fn the_last_of_a_repeated_field_counts_and_wrong_types_are_left_out() {
        let package = parse(b"\xef\xbb\xbf{\"name\":\"a\",\"name\":\"b\",\"version\":3}").unwrap();
        assert_eq!((package.name.as_deref(), package.version), (Some("b"), None));
        assert!(parse(b"[]").is_err() && parse(b"{").is_err());
    }
}
