//! Platforms: what an image runs on, and which image of an index is wanted.
//! Specification: OCI image-spec, image-index.md; containerd's normalization of names.

use std::fmt;
use std::str::FromStr;

/// An operating system, an architecture and, where it matters, the architecture's variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

/// Which images of an index are scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Platforms {
    /// The one for this machine, or the only one.
    Default,
    /// The one for this platform.
    One(Platform),
    /// Every one.
    All,
}

impl Platform {
    /// Takes names as other tools write them: `x86_64` is `amd64`.
    pub fn new(os: &str, architecture: &str, variant: Option<&str>) -> Self {
        let os = if os == "macos" { "darwin" } else { os };
        let variant = variant.filter(|it| !it.is_empty());
        let (architecture, variant) = match (architecture, variant) {
            ("x86_64" | "x86-64" | "amd64", Some("v1") | None) => ("amd64", None),
            ("x86_64" | "x86-64", variant) => ("amd64", variant),
            ("i386" | "i686", _) => ("386", None),
            ("aarch64" | "arm64", Some("v8" | "8") | None) => ("arm64", None),
            ("aarch64", variant) => ("arm64", variant),
            ("armhf", _) | ("arm", None | Some("7")) => ("arm", Some("v7")),
            ("armel", _) | ("arm", Some("6")) => ("arm", Some("v6")),
            ("arm", Some("5")) => ("arm", Some("v5")),
            other => other,
        };
        Self {
            os: os.to_lowercase(),
            architecture: architecture.to_owned(),
            variant: variant.map(str::to_owned),
        }
    }

    /// The platform of containers on this machine.
    pub fn host() -> Self {
        let architecture = match std::env::consts::ARCH {
            "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
            "x86" => "386",
            "loongarch64" => "loong64",
            other => other,
        };
        Self::new("linux", architecture, None)
    }

    /// How well an image of this platform serves one that is wanted; none if not at all.
    /// Of images for older variants the newest serves best.
    pub(super) fn serves(&self, wanted: &Self) -> Option<&str> {
        let variant = self.variant.as_deref().unwrap_or_default();
        let fits = variant <= wanted.variant.as_deref().unwrap_or_default();
        (self.os == wanted.os && self.architecture == wanted.architecture && fits)
            .then_some(variant)
    }
}

impl FromStr for Platform {
    type Err = String;

    /// Reads `OS/ARCHITECTURE[/VARIANT]`; an architecture alone means Linux.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [architecture] if !architecture.is_empty() => {
                Ok(Self::new("linux", architecture, None))
            }
            [os, architecture] => Ok(Self::new(os, architecture, None)),
            [os, architecture, variant] => Ok(Self::new(os, architecture, Some(variant))),
            _ => Err("a platform is written OS/ARCHITECTURE[/VARIANT]: linux/arm64".to_owned()),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(text: &str) -> Platform {
        text.parse().unwrap()
    }

    #[test]
    fn one_platform_has_one_name() {
        for (written, name) in [
            ("linux/x86_64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("aarch64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/amd64/v3", "linux/amd64/v3"),
        ] {
            assert_eq!(platform(written).to_string(), name, "{written}");
        }
        assert!("linux/arm/v7/x".parse::<Platform>().is_err());
    }

    #[test]
    fn older_variants_serve_and_newer_ones_do_not() {
        assert_eq!(platform("linux/arm/v6").serves(&platform("linux/arm/v7")), Some("v6"));
        assert_eq!(platform("linux/arm/v7").serves(&platform("linux/arm/v6")), None);
        assert_eq!(platform("linux/amd64").serves(&platform("linux/amd64/v3")), Some(""));
        assert_eq!(platform("linux/amd64").serves(&platform("linux/arm64")), None);
    }
}
