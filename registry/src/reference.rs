//! References: which registry, which repository, which tag or digest.
//! Specification: distribution's reference grammar, and Docker's short names for its hub.

use std::fmt;
use std::str::FromStr;

use oci_spec::distribution;

/// A reference as people write it: `debian`, `localhost:5000/app:1`, `ghcr.io/owner/app@sha256:HEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(distribution::Reference);

impl Reference {
    /// The registry by the name that references have for it: `docker.io`.
    pub fn registry(&self) -> &str {
        self.0.registry()
    }

    /// The repository in its registry.
    pub fn repository(&self) -> &str {
        self.0.repository()
    }

    /// What tells manifests of a repository apart: the digest where there is one, else the tag.
    pub fn target(&self) -> &str {
        self.0.digest().or(self.0.tag()).unwrap_or("latest")
    }

    /// The same repository, another manifest.
    #[must_use]
    pub fn with_digest(&self, digest: &str) -> Self {
        Self(self.0.clone_with_digest(digest.to_owned()))
    }
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.parse::<distribution::Reference>();
        parsed.map(Self).map_err(|error| format!("{text} is no image reference: {error}"))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
