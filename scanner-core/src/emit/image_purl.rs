//! The purl of what was scanned, if it is an image.
//! Specification: the type definition `oci` of package-url/purl-spec.

use crate::model::{Purl, Sbom};

/// The image by the digest of its manifest; none where that is not known.
pub(super) fn image_purl(sbom: &Sbom) -> Option<String> {
    let image = sbom.image.as_ref()?;
    let manifest = image.manifest.as_deref()?;
    let (repository, tag) = repository_and_tag(&sbom.name);
    let name = repository.rsplit('/').next().filter(|it| !it.is_empty())?;
    let architecture = image.platform.split('/').nth(1).unwrap_or_default();
    let repository_url = if has_registry(repository) { repository } else { "" };
    let purl = Purl::new("oci", &name.to_lowercase(), manifest)
        .qualifier("arch", architecture)
        .qualifier("repository_url", repository_url)
        .qualifier("tag", tag);
    Some(purl.to_string())
}

/// A reference without its digest, and the tag in it.
fn repository_and_tag(name: &str) -> (&str, &str) {
    let name = name.split('@').next().unwrap_or_default();
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, ""),
    }
}

/// Whether a repository's name begins with the host of a registry, as Docker tells them apart.
fn has_registry(repository: &str) -> bool {
    let host = repository.split_once('/').map(|(host, _)| host);
    host.is_some_and(|it| it.contains(['.', ':']) || it == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_told_from_the_port_of_a_registry() {
        assert_eq!(repository_and_tag("localhost:5000/a/b"), ("localhost:5000/a/b", ""));
        assert_eq!(
            repository_and_tag("localhost:5000/a/b:v1@sha256:0"),
            ("localhost:5000/a/b", "v1")
        );
        assert_eq!(repository_and_tag("app:v1"), ("app", "v1"));
        assert!(
            has_registry("ghcr.io/a") && has_registry("r:5000/a") && !has_registry("library/a")
        );
    }
}
