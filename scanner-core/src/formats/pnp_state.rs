//! `.pnp.cjs` and `.pnp.data.json`: where Yarn's Plug'n'Play finds each package.
//! Specification: Yarn, "Plug'n'Play specification". The program around the data is never run.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A package that the project may load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name and reference; none for the project itself.
    pub locator: Option<Locator>,
    /// Its folder, relative to that of the file. It may lie in a zip archive.
    pub location: String,
    /// Whether it is the project's own: a link to a folder, not a copy.
    pub soft: bool,
    /// What it may load.
    pub dependencies: Vec<Dependency>,
}

/// The name of a package and what tells it from others of this name: `npm:1.0.0`.
pub type Locator = (String, String);

/// A package by the name that another one has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name; empty where it cannot be read.
    pub name: String,
    /// What is loaded; none where nothing is there for it, as for a peer that nobody brought.
    pub locator: Option<Locator>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    package_registry_data: Vec<(Option<String>, Vec<Version>)>,
}

/// A reference, and what is known of the package that it means.
type Version = (Option<String>, Information);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Information {
    package_location: String,
    #[serde(default)]
    link_type: String,
    #[serde(default)]
    package_dependencies: Vec<Entry>,
}

/// A name, and the reference of that package, the name and reference of another one, or nothing.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Named(String, String),
    Alias(String, Locator),
    Missing(String, ()),
    Other(IgnoredAny),
}

impl From<Entry> for Dependency {
    fn from(entry: Entry) -> Self {
        let (name, locator) = match entry {
            Entry::Named(name, reference) => (name.clone(), Some((name, reference))),
            Entry::Alias(name, locator) => (name, Some(locator)),
            Entry::Missing(name, ()) => (name, None),
            Entry::Other(_) => (String::new(), None),
        };
        Self { name, locator }
    }
}

/// What stands at the beginning of the data.
const MARK: &str = "\"__info\"";

/// Reads a file.
pub fn parse(text: &str) -> Result<Vec<Package>, serde_json::Error> {
    let data = data(text);
    // What follows the data is the program.
    let first = serde_json::Deserializer::from_str(&data).into_iter::<State>().next();
    let state = first.unwrap_or_else(|| serde_json::from_str(""))?;
    let packages = state.package_registry_data.into_iter().flat_map(|(name, versions)| {
        versions.into_iter().map(move |(reference, it)| Package {
            locator: name.clone().zip(reference),
            location: it.package_location,
            soft: it.link_type == "SOFT",
            dependencies: it.package_dependencies.into_iter().map(Dependency::from).collect(),
        })
    });
    Ok(packages.collect())
}

/// The data: the file itself, a text in the program, or an object in older ones.
fn data(text: &str) -> Cow<'_, str> {
    let start = text.find(MARK).and_then(|mark| text.get(..mark)?.rfind('{')).unwrap_or(0);
    let (before, data) = text.split_at_checked(start).unwrap_or(("", text));
    if before.ends_with('\'') { Cow::Owned(unquoted(data)) } else { Cow::Borrowed(data) }
}

/// The value of a text of JavaScript in single quotes, up to its end.
fn unquoted(text: &str) -> String {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(it) = chars.next() {
        match it {
            '\'' => break,
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some('n') => value.push('\n'),
                Some(other) => value.push(other),
            },
            it => value.push(it),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = r#"{"__info":["x"],"packageRegistryData":[[null,[[null,{"packageLocation":"./","linkType":"SOFT"}]]],
        ["a",[["npm:1.0.0",{"packageLocation":"./.yarn/cache/a.zip/node_modules/a/","linkType":"HARD",
        "packageDependencies":[["a","npm:1.0.0"],["b",["c","virtual:0#npm:2"]],["p",null],["x",1],{}]}]]]]}"#;

    #[test]
    fn the_data_is_read_alone_and_from_both_kinds_of_program() {
        let dependency = |name: &str, locator: Option<(&str, &str)>| {
            let locator = locator.map(|(name, it)| (name.to_owned(), it.to_owned()));
            Dependency { name: name.to_owned(), locator }
        };
        let expected = [
            Package { locator: None, location: "./".into(), soft: true, dependencies: vec![] },
            Package {
                locator: Some(("a".to_owned(), "npm:1.0.0".to_owned())),
                location: "./.yarn/cache/a.zip/node_modules/a/".into(),
                soft: false,
                dependencies: vec![
                    dependency("a", Some(("a", "npm:1.0.0"))),
                    dependency("b", Some(("c", "virtual:0#npm:2"))),
                    dependency("p", None),
                    dependency("", None),
                    dependency("", None),
                ],
            },
        ];
        let quoted = DATA.replace('\n', "\\\n").replace("\"x\"", r#""it\'s (\\\\.)""#);
        let text = format!("const RAW_RUNTIME_STATE =\n'{quoted}';\nfunction x() {{}}\n");
        assert_eq!(parse(DATA).unwrap(), expected);
        assert_eq!(parse(&text).unwrap(), expected);
        let text = format!("return hydrateRuntimeState({DATA}, {{basePath: basePath}});\n");
        assert_eq!(parse(&text).unwrap(), expected);
    }

    #[test]
    fn programs_without_data_are_malformed() {
        assert!(parse("module.exports = {};").is_err() && parse("").is_err());
    }
}
