//! References: which registry, which repository, which tag or digest.
//! Specification: distribution's reference grammar, and Docker's short names for its hub.

mod grammar;

use std::fmt;
use std::str::FromStr;

/// The tag that is meant where a reference has neither tag nor digest.
const USUAL_TAG: &str = "latest";

/// A reference as people write it: `debian`, `localhost:5000/app:1`, `ghcr.io/owner/app@sha256:HEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Reference {
    /// The registry by the name that references have for it: `docker.io`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository in its registry.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// What tells manifests of a repository apart: the digest where there is one, else the tag.
    pub fn target(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or(USUAL_TAG)
    }

    /// The same repository, another manifest.
    #[must_use]
    pub fn with_digest(&self, digest: &str) -> Self {
        Self { tag: None, digest: Some(digest.to_owned()), ..self.clone() }
    }
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pieces = grammar::parse(text)
            .map_err(|error| format!("{text} is no image reference: {error}"))?;
        let usual = pieces.digest.is_none().then_some(USUAL_TAG);
        Ok(Self {
            registry: pieces.registry.to_owned(),
            repository: pieces.repository,
            tag: pieces.tag.or(usual).map(str::to_owned),
            digest: pieces.digest.map(str::to_owned),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// Where a registry really is: Docker Hub has another address than its name.
pub(crate) fn address(registry: &str) -> &str {
    if registry == HUB { "registry-1.docker.io" } else { registry }
}

/// Docker Hub, as references call it.
pub(crate) const HUB: &str = "docker.io";

/// Whether a host, which may have a port, is this machine itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let address = name.parse::<std::net::IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || address.is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_those_of_the_hub() {
        let reference: Reference = "debian:12".parse().unwrap();
        assert_eq!(reference.to_string(), "docker.io/library/debian:12");
        assert_eq!((reference.registry(), reference.target()), ("docker.io", "12"));
        assert_eq!(address(reference.registry()), "registry-1.docker.io");
        let digest = format!("sha256:{}", "0".repeat(64));
        let both: Reference = format!("localhost:5000/a/b:1@{digest}").parse().unwrap();
        assert_eq!((both.repository(), both.target()), ("a/b", &*digest));
        for wrong in ["", "A", "/etc/passwd", "../x", "a:b:c", "a@sha256:12"] {
            assert!(wrong.parse::<Reference>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn this_machine_is_known_by_name_and_by_address() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.0.1", "[::1]:5000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example:5000", "128.0.0.1", "docker.io", "[::2]:1"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
