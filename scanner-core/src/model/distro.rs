//! The distribution that an image's `os-release` names.

/// What `os-release` says of the operating system (os-release(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distro {
    /// `ID`, lower case: the purl namespace of its packages.
    pub id: String,
    /// `VERSION_ID`; rolling releases have none.
    pub version_id: Option<String>,
    /// `NAME`, for people.
    pub name: String,
    /// `ID_LIKE`: the distributions that it derives from.
    pub id_like: Vec<String>,
}

impl Distro {
    /// The value of a purl's `distro` qualifier: `debian-12`, or `arch` where there is no version.
    pub fn qualifier(&self) -> String {
        match &self.version_id {
            Some(version) => format!("{}-{version}", self.id),
            None => self.id.clone(),
        }
    }
}
