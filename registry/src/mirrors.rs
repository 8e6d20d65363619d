//! Where to pull from instead: mirrors of the machine's configuration.
//! Specification: containerd, `hosts.toml`; containers-registries.conf(5), version 2.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Error, Result};

/// Files that name mirrors. What is not there is passed over.
#[derive(Clone, Debug, Default)]
pub struct Mirrors {
    /// Folders with `HOST/hosts.toml`, as containerd keeps them.
    pub containerd: Vec<PathBuf>,
    /// Files in the manner of `registries.conf`, the first that knows a registry counts.
    pub registries: Vec<PathBuf>,
}

/// A host to pull from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mirror {
    /// `HOST[:PORT]`.
    pub(crate) host: String,
    /// What comes before the repository's name in the mirror, with a slash at its end, or nothing.
    pub(crate) prefix: String,
    /// Whether it speaks plain HTTP.
    pub(crate) plain: bool,
}

#[derive(Deserialize)]
struct Hosts {
    #[serde(default)]
    host: toml::Table,
}

#[derive(Deserialize)]
struct Registries {
    #[serde(default)]
    registry: Vec<Registry>,
}

#[derive(Deserialize)]
struct Registry {
    prefix: Option<String>,
    location: Option<String>,
    #[serde(default)]
    mirror: Vec<Location>,
}

#[derive(Deserialize)]
struct Location {
    location: String,
    #[serde(default)]
    insecure: bool,
}

impl Mirrors {
    /// The files of the machine.
    pub(crate) fn of_this_machine() -> Self {
        let directory = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let own = directory("XDG_CONFIG_HOME")
            .or_else(|| Some(directory("HOME")?.join(".config")))
            .map(|it| it.join("containers/registries.conf"));
        let registries = match directory("CONTAINERS_REGISTRIES_CONF") {
            Some(named) => vec![named],
            None => {
                own.into_iter().chain([PathBuf::from("/etc/containers/registries.conf")]).collect()
            }
        };
        Self { containerd: vec!["/etc/containerd/certs.d".into()], registries }
    }

    /// The mirrors of a repository, those to be asked first first.
    pub(crate) fn of(&self, registry: &str, repository: &str) -> Result<Vec<Mirror>> {
        let named = self.containerd.iter().flat_map(|it| [it.join(registry), it.join("_default")]);
        for folder in named {
            if let Some(text) = read(&folder.join("hosts.toml"))? {
                return hosts(&folder.join("hosts.toml"), &text);
            }
        }
        for path in &self.registries {
            let Some(text) = read(path)? else { continue };
            let parsed: Registries = toml::from_str(&text).map_err(|error| wrong(path, &error))?;
            if let Some(found) = matching(&parsed, registry, repository) {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }
}

/// The hosts of a `hosts.toml` that images may be pulled from, in the file's order of names.
fn hosts(path: &Path, text: &str) -> Result<Vec<Mirror>> {
    let parsed: Hosts = toml::from_str(text).map_err(|error| wrong(path, &error))?;
    let pulls = |value: &toml::Value| {
        let listed = value.get("capabilities").and_then(toml::Value::as_array);
        listed.is_none_or(|it| it.iter().any(|it| it.as_str() == Some("pull")))
    };
    let mirror = |url: &String| {
        let (plain, rest) = match url.strip_prefix("http://") {
            Some(rest) => (true, rest),
            None => (false, url.strip_prefix("https://").unwrap_or(url)),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_matches('/').trim_start_matches("v2").trim_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        Mirror { host: host.to_owned(), prefix, plain }
    };
    Ok(parsed.host.iter().filter(|(_, it)| pulls(it)).map(|(url, _)| mirror(url)).collect())
}

/// The mirrors of the entry whose prefix is the longest one of a repository; none without an entry.
fn matching(parsed: &Registries, registry: &str, repository: &str) -> Option<Vec<Mirror>> {
    let whole = format!("{registry}/{repository}");
    let rest = |it: &Registry| {
        let prefix = it.prefix.as_ref().or(it.location.as_ref())?;
        let rest = whole.strip_prefix(prefix.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| (prefix.len(), rest.to_owned()))
    };
    let entries = parsed.registry.iter().filter_map(|it| Some((rest(it)?, it)));
    let ((_, rest), entry) = entries.max_by_key(|((length, _), _)| *length)?;
    let mirror = |it: &Location| {
        let (host, path) = it.location.split_once('/').unwrap_or((&it.location, ""));
        // What is left of the whole name after the prefix follows the location of the mirror.
        let path = format!("{path}{rest}");
        let prefix = path.trim_start_matches('/').strip_suffix(repository)?.to_owned();
        Some(Mirror { host: host.to_owned(), prefix, plain: it.insecure })
    };
    Some(entry.mirror.iter().filter_map(mirror).collect())
}

fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(wrong(path, &error)),
    }
}

fn wrong(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::Configuration { path: path.display().to_string(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirror(host: &str, prefix: &str, plain: bool) -> Mirror {
        Mirror { host: host.to_owned(), prefix: prefix.to_owned(), plain }
    }

    #[test]
    fn containerd_names_hosts_by_their_addresses() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("docker.io")).unwrap();
        let text = r#"
            server = "https://registry-1.docker.io"
            [host."https://mirror.example"]
            capabilities = ["pull", "resolve"]
            [host."http://10.0.0.1:5000/v2/proxy"]
            [host."https://push.example"]
            capabilities = ["push"]
        "#;
        std::fs::write(directory.path().join("docker.io/hosts.toml"), text).unwrap();
        let mirrors =
            Mirrors { containerd: vec![directory.path().to_owned()], registries: Vec::new() };
        let mut found = mirrors.of("docker.io", "library/a").unwrap();
        found.sort_unstable_by(|a, b| b.host.cmp(&a.host));
        let expected =
            [mirror("mirror.example", "", false), mirror("10.0.0.1:5000", "proxy/", true)];
        assert_eq!(found, expected);
        assert_eq!(mirrors.of("ghcr.io", "a").unwrap(), []);
    }

    #[test]
    fn the_longest_prefix_of_registries_conf_counts() {
        let text = r#"
            unqualified-search-registries = ["docker.io"]
            [[registry]]
            location = "docker.io"
            [[registry.mirror]]
            location = "mirror.example/hub"
            insecure = true
            [[registry]]
            prefix = "docker.io/library"
            location = "docker.io/library"
            [[registry.mirror]]
            location = "official.example/library"
        "#;
        let parsed: Registries = toml::from_str(text).unwrap();
        let of = |repository| matching(&parsed, "docker.io", repository);
        assert_eq!(of("team/app"), Some(vec![mirror("mirror.example", "hub/", true)]));
        assert_eq!(of("library/debian"), Some(vec![mirror("official.example", "", false)]));
        assert_eq!(matching(&parsed, "ghcr.io", "a"), None);
    }

    #[test]
    fn a_malformed_file_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("registries.conf");
        std::fs::write(&path, "[[registry").unwrap();
        let mirrors = Mirrors { containerd: Vec::new(), registries: vec![path] };
        let error = mirrors.of("docker.io", "a").unwrap_err().to_string();
        assert!(error.contains("registries.conf"), "{error}");
    }
}
