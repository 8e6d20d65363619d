//! `packages.lock.json` of NuGet.
//! Specification: NuGet documentation, "Lock dependencies"; `NuGet.ProjectModel.PackagesLockFileFormat`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Pin;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    dependencies: BTreeMap<String, BTreeMap<String, Package>>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "type")]
    kind: Option<String>,
    resolved: Option<String>,
    #[serde(rename = "contentHash")]
    content_hash: Option<String>,
}

/// Reads the packages of every framework; other projects of the solution are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, serde_json::Error> {
    let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
    let packages = document.dependencies.into_values().flatten();
    Ok(packages.filter_map(pin).collect())
}

fn pin((name, package): (String, Package)) -> Option<Pin> {
    let project = package.kind.is_some_and(|it| it.eq_ignore_ascii_case("project"));
    let version = package.resolved.filter(|_| !project)?;
    let checksum = package.content_hash.map(|it| format!("sha512-{it}"));
    Some(Pin { name, version, checksum, ..Pin::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_every_framework_are_read_and_projects_left_out() {
        let text = r#"{"version":1,"dependencies":{"net8.0":{
            "A.B":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0","contentHash":"eA=="},
            "mine":{"type":"Project","dependencies":{"A.B":"1.0.0"}}},
            "net8.0/linux-x64":{"C":{"type":"Transitive","resolved":"2.0.0"}}}}"#;
        let pins = parse(text).unwrap();
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version)).collect();
        assert_eq!(names, [("A.B", "1.0.0"), ("C", "2.0.0")]);
        assert_eq!(pins[0].checksum.as_deref(), Some("sha512-eA=="));
    }
}
