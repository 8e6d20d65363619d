//! `*.deps.json`: the libraries of a .NET application, library or framework, and their files.
//! Specification: dotnet/sdk, `documentation/specs/runtime-configuration-file.md`; dotnet/runtime, `hostpolicy`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A library, as far as the target that will run has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is: `package`, `project`, `runtimepack`, `reference` and others.
    pub kind: String,
    /// The digest of the package, as NuGet writes it.
    pub sha512: Option<String>,
    /// The libraries that it uses, by name and version.
    pub dependencies: Vec<(String, String)>,
    /// The files that it brings to the target.
    pub assets: Vec<Asset>,
}

/// A file of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Where it is in the library's package.
    pub path: String,
    /// Where it is beside the application, if that is stated.
    pub local: Option<String>,
    /// The language of a file that holds translations.
    pub locale: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    runtime_target: Option<RuntimeTarget>,
    #[serde(default)]
    targets: BTreeMap<String, BTreeMap<String, Target>>,
    #[serde(default)]
    libraries: BTreeMap<String, LibraryInfo>,
}

/// The name of a target; by itself in the first versions of the format, as the host still reads it.
#[derive(Deserialize)]
#[serde(untagged)]
enum RuntimeTarget {
    Named { name: String },
    Name(String),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    dependencies: Option<BTreeMap<String, Value>>,
    runtime: Option<BTreeMap<String, AssetInfo>>,
    native: Option<BTreeMap<String, AssetInfo>>,
    resources: Option<BTreeMap<String, AssetInfo>>,
    runtime_targets: Option<BTreeMap<String, AssetInfo>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetInfo {
    local_path: Option<String>,
    locale: Option<String>,
}

#[derive(Deserialize)]
struct LibraryInfo {
    #[serde(rename = "type")]
    kind: Option<String>,
    sha512: Option<String>,
}

/// Reads the libraries, in the order of their names.
pub fn parse(bytes: &[u8]) -> Result<Vec<Library>, serde_json::Error> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut document: Document = serde_json::from_slice(text)?;
    let target = match document.runtime_target {
        Some(RuntimeTarget::Named { name } | RuntimeTarget::Name(name)) => name,
        None => String::new(),
    };
    let mut target = document.targets.remove(&target).unwrap_or_default();
    let libraries = document.libraries.into_iter();
    Ok(libraries
        .filter_map(|(key, info)| library(&key, info, target.remove(&key).unwrap_or_default()))
        .collect())
}

fn library(key: &str, info: LibraryInfo, target: Target) -> Option<Library> {
    let (name, version) = key.split_once('/')?;
    let dependencies = target.dependencies.unwrap_or_default().into_iter();
    let dependency = |(name, version): (String, Value)| Some((name, version.as_str()?.to_owned()));
    let groups = [target.runtime, target.native, target.resources, target.runtime_targets];
    let asset = |(path, info): (String, AssetInfo)| Asset {
        path,
        local: info.local_path,
        locale: info.locale,
    };
    Some(Library {
        name: name.to_owned(),
        version: version.to_owned(),
        kind: info.kind.unwrap_or_default(),
        sha512: info.sha512.filter(|it| !it.is_empty()),
        dependencies: dependencies.filter_map(dependency).collect(),
        assets: groups.into_iter().flatten().flatten().filter(is_file).map(asset).collect(),
    })
}

/// Whether an entry is a file, and not what NuGet puts into a folder that has to be there without one.
fn is_file((path, _): &(String, AssetInfo)) -> bool {
    path.rsplit('/').next() != Some("_._")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_have_the_files_of_the_target_that_runs() {
        let text = "\u{feff}{\"runtimeTarget\":{\"name\":\"net8/linux-x64\",\"signature\":\"\"},\"targets\":{\"net8\":{},\
            \"net8/linux-x64\":{\"App/1.0.0\":{\"dependencies\":{\"A\":\"2.0.0\"},\"runtime\":{\"App.dll\":{}}},\
            \"A/2.0.0\":{\"resources\":{\"lib/de/A.resources.dll\":{\"locale\":\"de\"}},\
            \"runtimeTargets\":{\"runtimes/win/native/a.dll\":{\"rid\":\"win\",\"assetType\":\"native\"}}},\
            \"C/4.0.0\":{\"runtime\":{\"lib/netstandard1.0/_._\":{}}}}},\
            \"libraries\":{\"C/4.0.0\":{\"type\":\"package\"},\"App/1.0.0\":{\"type\":\"project\",\"sha512\":\"\"},\"A/2.0.0\":{\"type\":\"package\",\"sha512\":\"sha512-x\"},\
            \"B/3.0.0\":{\"type\":\"package\"}}}";
        let libraries = parse(text.as_bytes()).unwrap();
        let names: Vec<_> = libraries.iter().map(|it| (&*it.name, it.assets.len())).collect();
        assert_eq!(names, [("A", 2), ("App", 1), ("B", 0), ("C", 0)]);
        assert_eq!(libraries[0].sha512.as_deref(), Some("sha512-x"));
        assert_eq!(libraries[0].assets[0].locale.as_deref(), Some("de"));
        assert_eq!(libraries[1].dependencies, [("A".to_owned(), "2.0.0".to_owned())]);
    }

    #[test]
    fn a_target_may_be_named_without_more() {
        let text = br#"{"runtimeTarget":"net","targets":{"net":{"A/1":{"runtime":{"a.dll":{}}}}},
            "libraries":{"A/1":{"type":"package"}}}"#;
        assert_eq!(parse(text).unwrap()[0].assets.len(), 1);
    }

    #[test]
    fn a_file_without_a_target_has_libraries_without_files() {
        let libraries = parse(br#"{"libraries":{"A/1":{"type":"package"},"cut":{}}}"#).unwrap();
        assert_eq!(libraries.len(), 1);
        assert!(libraries[0].assets.is_empty() && parse(b"[]").is_err());
    }
}
