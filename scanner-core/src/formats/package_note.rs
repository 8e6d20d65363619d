//! The package that a binary was built for, as the builder of the package wrote it into the binary.
//! Specification: systemd, "Package Metadata for Executable Files".

use serde::Deserialize;

/// The well-known keys; empty where the note does not have them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PackageNote {
    /// The packaging type: `deb`, `rpm`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of the source package.
    pub name: String,
    /// The version of the source package.
    pub version: String,
    /// The architecture of the binary package.
    pub architecture: String,
    /// `ID` of the distribution's os-release.
    pub os: String,
    /// `VERSION_ID` of the distribution's os-release.
    pub os_version: String,
    /// `CPE_NAME` of the distribution's os-release.
    pub os_cpe: String,
    /// The CPE of the program.
    pub app_cpe: String,
}

/// Reads the JSON object, which NUL bytes may follow.
pub fn parse(bytes: &[u8]) -> Result<PackageNote, serde_json::Error> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    serde_json::from_slice(bytes.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_and_padding_are_passed_over() {
        let note =
            parse(b"{\"type\":\"rpm\",\"name\":\"a\",\"osVersion\":\"40\",\"x\":{}}\0\0").unwrap();
        assert_eq!((&*note.kind, &*note.name, &*note.os_version), ("rpm", "a", "40"));
        assert!(parse(b"").is_err());
        assert!(parse(b"{\"name\":1}").is_err());
    }
}
