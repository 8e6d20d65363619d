//! `.bitnami_components.json`: the components that an image of Bitnami was made of.
//! Specification: the file in Bitnami's own images, an object of objects by name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::text;

/// What the file says of a component. A value of another type is left out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Installed {
    /// `version`, with the revision of the packaging: `7.2.4-0`.
    #[serde(deserialize_with = "text")]
    pub version: Option<String>,
    /// `distro`: what it was built for, `debian-12`.
    #[serde(deserialize_with = "text")]
    pub distro: Option<String>,
}

/// Reads the file: components by name.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Installed>, serde_json::Error> {
    serde_json::from_slice(bytes)
}
