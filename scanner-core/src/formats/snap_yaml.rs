//! `meta/snap.yaml`: what snapd knows of a snap; `snap/manifest.yaml`: what snapcraft put into it.
//! Specification: snapcraft documentation, "The snap format", "Build information in snaps".

use serde::Deserialize;

use super::yaml;

/// The fields of both files that matter.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "kebab-case")]
pub struct SnapYaml {
    /// The name of the snap.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it is built for; one that runs everywhere says `all`.
    pub architectures: Vec<String>,
    /// Its licence.
    pub license: Option<String>,
    /// The distribution that it was built on: `ubuntu`.
    pub snapcraft_os_release_id: Option<String>,
    /// The release of that.
    pub snapcraft_os_release_version_id: Option<String>,
    /// The packages of that distribution that are in the snap: `NAME=VERSION`.
    pub primed_stage_packages: Vec<String>,
}

impl SnapYaml {
    /// The packages that are in the snap, each with name and version.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str)> {
        let complete = |(name, version): &(&str, &str)| !name.is_empty() && !version.is_empty();
        self.primed_stage_packages.iter().filter_map(|it| it.split_once('=')).filter(complete)
    }
}

/// Reads a file.
pub fn parse(text: &str) -> Result<SnapYaml, String> {
    yaml::documents(text)?.into_iter().next().ok_or_else(|| "is empty".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_without_a_version_are_left_out() {
        let it =
            parse("name: a\nversion: '1'\nprimed-stage-packages:\n- libc6=2.35-0ubuntu3\n- x\n")
                .unwrap();
        assert_eq!(it.packages().collect::<Vec<_>>(), [("libc6", "2.35-0ubuntu3")]);
        assert_eq!(it.version.as_deref(), Some("1"));
        assert!(parse("").is_err() && parse("- a\n").is_err());
    }
}
