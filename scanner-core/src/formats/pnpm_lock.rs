//! `pnpm-lock.yaml`, versions 5 to 9.
//! Specification: pnpm/spec, `lockfile/`; pnpm's `@pnpm/dependency-path`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Pin, yaml};

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "lockfileVersion")]
    version: Option<String>,
    packages: Option<BTreeMap<String, Package>>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    resolution: Option<Resolution>,
}

#[derive(Default, Deserialize)]
struct Resolution {
    #[serde(rename = "type")]
    kind: Option<String>,
    integrity: Option<String>,
    tarball: Option<String>,
    repo: Option<String>,
    commit: Option<String>,
    directory: Option<String>,
}

/// Reads the packages that would be installed; folders of the project itself are left out.
pub fn parse(text: &str) -> Result<Vec<Pin>, String> {
    let mut found = Vec::new();
    for document in yaml::documents::<Document>(text)? {
        let version = document.version.unwrap_or_default();
        let major = version.split('.').next().and_then(|it| it.parse::<u32>().ok());
        let named = major.is_none_or(|it| it >= 6);
        let packages = document.packages.unwrap_or_default();
        found.extend(packages.into_iter().filter_map(|(key, package)| pin(&key, package, named)));
    }
    Ok(found)
}

fn pin(key: &str, package: Package, named: bool) -> Option<Pin> {
    let resolution = package.resolution.unwrap_or_default();
    if resolution.kind.as_deref() == Some("directory") || resolution.directory.is_some() {
        return None;
    }
    let key = if named { named_key(key) } else { path_key(key) };
    let name = package.name.or_else(|| key.map(|(name, _)| name.to_owned()))?;
    // A key with an address in the place of the version names no version; the entry then does, or nothing.
    let version = key.map(|(_, version)| version).filter(|it| !it.contains([':', '/']));
    let git = resolution.repo.zip(resolution.commit);
    Some(Pin {
        name,
        version: package.version.unwrap_or_else(|| version.unwrap_or_default().to_owned()),
        download: resolution.tarball.or(git.map(|(repo, commit)| format!("git+{repo}@{commit}"))),
        checksum: resolution.integrity,
        ..Pin::default()
    })
}

/// `/NAME@VERSION(PEERS)` of versions 6 and later; `NAME@ADDRESS` for what no registry has.
fn named_key(key: &str) -> Option<(&str, &str)> {
    let key = key.strip_prefix('/').unwrap_or(key);
    let key = key.split('(').next()?;
    let at = key.char_indices().skip(1).find(|(_, it)| *it == '@')?.0;
    Some((key.get(..at)?, key.get(at + 1..)?))
}

/// `/NAME/VERSION_PEERS` of version 5, with a host before it where the registry is not the usual one.
fn path_key(key: &str) -> Option<(&str, &str)> {
    let (_, path) = key.split_once('/')?;
    let (name, version) = path.rsplit_once('/')?;
    Some((name, version.split('_').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(text: &str) -> Vec<String> {
        parse(text).unwrap().iter().map(|it| format!("{}@{}", it.name, it.version)).collect()
    }

    #[test]
    fn keys_of_every_version_are_read() {
        let nine = "lockfileVersion: '9.0'\npackages:\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n  \
            b@https://example.org/b.tgz:\n    resolution: {tarball: https://example.org/b.tgz}\n    version: 2.0.0\n  \
            mine@file:mine:\n    resolution: {directory: mine, type: directory}\nsnapshots:\n  '@s/a@1.0.0(c@1.0.0)': {}\n";
        assert_eq!(pins(nine), ["@s/a@1.0.0", "b@2.0.0"]);
        let six = "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(b@2.0.0):\n    resolution: {integrity: sha512-x}\n";
        assert_eq!(pins(six), ["a@1.0.0"]);
        let five = "lockfileVersion: 5.4\npackages:\n  /@s/a/1.0.0_b@2.0.0:\n    resolution: {integrity: sha512-x}\n  \
            file:p.tgz:\n    resolution: {tarball: file:p.tgz}\n    name: p\n    version: 1.0.0\n  \
            github.com/o/g/c0ffee:\n    name: g\n    version: 3.0.0\n    resolution: {tarball: https://example.org/g}\n";
        assert_eq!(pins(five), ["@s/a@1.0.0", "p@1.0.0", "g@3.0.0"]);
    }

    #[test]
    fn a_lock_without_packages_is_empty_and_a_broken_one_is_told_of() {
        assert_eq!(pins("lockfileVersion: '9.0'\n"), [""; 0]);
        assert!(parse("packages: [").is_err());
    }
}
