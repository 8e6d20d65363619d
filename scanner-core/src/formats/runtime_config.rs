//! `*.runtimeconfig.json`: the frameworks that a .NET application runs on.
//! Specification: dotnet/sdk, `documentation/specs/runtime-configuration-file.md`.

use serde::Deserialize;

/// A framework by name and version.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// Its version: the lowest that will do, or the one that the application brings with it.
    pub version: String,
}

/// What an application runs on.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub struct RuntimeConfig {
    framework: Option<Framework>,
    frameworks: Vec<Framework>,
    included_frameworks: Vec<Framework>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default, rename = "runtimeOptions")]
    options: RuntimeConfig,
}

/// Reads the file.
pub fn parse(bytes: &[u8]) -> Result<RuntimeConfig, serde_json::Error> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(serde_json::from_slice::<Document>(text)?.options)
}

impl RuntimeConfig {
    /// The frameworks that must be installed where the application is to run.
    pub fn required(&self) -> impl Iterator<Item = &Framework> {
        self.framework.iter().chain(&self.frameworks)
    }

    /// The frameworks that the application brings with it.
    pub fn included(&self) -> &[Framework] {
        &self.included_frameworks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks_are_read_in_every_form() {
        let names = |text: &str| {
            let config = parse(text.as_bytes()).unwrap();
            let required: Vec<_> = config.required().map(|it| it.name.clone()).collect();
            (required, config.included().len())
        };
        let one = "\u{feff}{\"runtimeOptions\":{\"tfm\":\"net8.0\",\"framework\":{\"name\":\"A\",\"version\":\"8.0.0\"}}}";
        assert_eq!(names(one), (vec!["A".to_owned()], 0));
        let two = r#"{"runtimeOptions":{"frameworks":[{"name":"A","version":"8"},{"name":"B","version":"8"}]}}"#;
        assert_eq!(names(two), (vec!["A".to_owned(), "B".to_owned()], 0));
        let own = r#"{"runtimeOptions":{"includedFrameworks":[{"name":"A","version":"8"}]}}"#;
        assert_eq!(names(own), (vec![], 1));
        assert_eq!(names("{}"), (vec![], 0));
    }
}
