//! Credentials of the machine's user: files of docker and podman, and the programs that those name.
//! Specification: containers-auth.json(5); Docker's `config.json`, `docker-credential-helpers`.

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use docker_credential::{CredentialRetrievalError, DockerCredential};
use serde::Deserialize;

use crate::reference::HUB;
use crate::{Error, Result};

/// Where credentials are looked up: files, the first that knows a registry counts.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The files; those that are not there are passed over.
    pub files: Vec<PathBuf>,
}

/// Who we are. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    Password {
        name: String,
        password: String,
    },
    /// A refresh token (OAuth 2).
    Identity(String),
}

impl Credential {
    /// Name and password as they are sent (RFC 7617).
    pub(crate) fn basic(&self) -> Option<String> {
        let Self::Password { name, password } = self else { return None };
        Some(BASE64_STANDARD.encode(format!("{name}:{password}")))
    }

    /// Everything of it that must never be told.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let own = match self {
            Self::Password { password, .. } => password,
            Self::Identity(token) => token,
        };
        std::iter::once(own.clone()).chain(self.basic()).collect()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a credential")
    }
}

type Keys = serde_json::Map<String, serde_json::Value>;

/// The names in a file; what they give is read apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    #[serde(default)]
    auths: Keys,
    #[serde(default)]
    cred_helpers: Keys,
    creds_store: Option<String>,
}

impl Credentials {
    /// The files of the machine's user.
    pub fn of_this_machine() -> Self {
        let directory = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let home = directory("HOME");
        let docker = directory("DOCKER_CONFIG").or_else(|| Some(home.as_ref()?.join(".docker")));
        let files = [
            directory("REGISTRY_AUTH_FILE"),
            docker.map(|it| it.join("config.json")),
            directory("XDG_RUNTIME_DIR").map(|it| it.join("containers/auth.json")),
            directory("XDG_CONFIG_HOME")
                .or_else(|| Some(home?.join(".config")))
                .map(|it| it.join("containers/auth.json")),
        ];
        Self { files: files.into_iter().flatten().collect() }
    }

    /// What the files know of a repository. Programs that a file names are run.
    ///
    /// # Errors
    /// When a file is malformed, or a program that should know fails.
    pub(crate) fn find(&self, registry: &str, repository: &str) -> Result<Option<Credential>> {
        for path in &self.files {
            let Ok(bytes) = std::fs::read(path) else { continue };
            let wrong =
                |why: String| Error::Configuration { path: path.display().to_string(), why };
            let names: Names =
                serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
            let Some(key) = key(&names, registry, repository) else { continue };
            match docker_credential::get_credential_from_reader(bytes.as_slice(), &key) {
                Ok(DockerCredential::IdentityToken(token)) => {
                    return Ok(Some(Credential::Identity(token)));
                }
                Ok(DockerCredential::UsernamePassword(name, password)) if !name.is_empty() => {
                    return Ok(Some(Credential::Password { name, password }));
                }
                // A store that does not know the registry fails as one that is broken.
                Ok(_)
                | Err(
                    CredentialRetrievalError::NoCredentialConfigured
                    | CredentialRetrievalError::HelperFailure { .. },
                ) => {}
                Err(CredentialRetrievalError::HelperCommunicationError) => {
                    let why = format!(
                        "the credential helper that it names for {key} cannot be run; is it installed here?"
                    );
                    return Err(wrong(why));
                }
                Err(error) => return Err(wrong(error.to_string())),
            }
        }
        Ok(None)
    }
}

/// The name that a file has for a repository: the longest part of its path, else its registry.
fn key(names: &Names, registry: &str, repository: &str) -> Option<String> {
    let whole = format!("{registry}/{repository}");
    let parts = whole.rmatch_indices('/').filter_map(|(at, _)| whole.get(..at));
    let paths = std::iter::once(whole.as_str()).chain(parts).map(str::to_owned);
    let hosts: &[&str] = match registry {
        HUB => &["index.docker.io", HUB, "registry-1.docker.io"],
        other => &[other],
    };
    let written = |host: &&str| {
        ["/v1/", "/v2/", "/", ""]
            .map(|end| format!("https://{host}{end}"))
            .into_iter()
            .chain([(*host).to_owned(), format!("http://{host}")])
    };
    let known = |it: &String| names.auths.contains_key(it) || names.cred_helpers.contains_key(it);
    let listed = paths.chain(hosts.iter().flat_map(written)).find(known);
    // Stores know Docker Hub by its oldest address.
    let stored = if registry == HUB { "https://index.docker.io/v1/" } else { registry };
    listed.or_else(|| names.creds_store.is_some().then(|| stored.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, registry: &str, repository: &str) -> Result<Option<Credential>> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.json");
        std::fs::write(&path, text).unwrap();
        let missing = directory.path().join("missing.json");
        Credentials { files: vec![missing, path] }.find(registry, repository)
    }

    fn password(name: &str, password: &str) -> Credential {
        Credential::Password { name: name.to_owned(), password: password.to_owned() }
    }

    #[test]
    fn the_hub_is_known_by_all_its_names() {
        for key in ["https://index.docker.io/v1/", "index.docker.io", "docker.io"] {
            // user:pass
            let text = format!(r#"{{"auths": {{"{key}": {{"auth": "dXNlcjpwYXNz"}}}}}}"#);
            assert_eq!(
                find(&text, "docker.io", "a").unwrap(),
                Some(password("user", "pass")),
                "{key}"
            );
            assert_eq!(find(&text, "ghcr.io", "a").unwrap(), None);
        }
    }

    #[test]
    fn the_longest_path_counts_as_podman_writes_it() {
        let text = r#"{"auths": {
            "q.example": {"auth": "YTph"}, "q.example/team": {"auth": "Yjpi"}, "q.example/team/app": {"auth": "Yzpj"}
        }}"#;
        assert_eq!(find(text, "q.example", "team/app").unwrap(), Some(password("c", "c")));
        assert_eq!(find(text, "q.example", "team/other").unwrap(), Some(password("b", "b")));
        assert_eq!(find(text, "q.example", "teams/app").unwrap(), Some(password("a", "a")));
    }

    #[test]
    fn identity_tokens_and_empty_entries_are_read() {
        let text = r#"{"auths": {"r.example": {"identitytoken": "t"}, "e.example": {}}}"#;
        let token = Some(Credential::Identity("t".to_owned()));
        assert_eq!(find(text, "r.example", "a").unwrap(), token);
        assert_eq!(find(text, "e.example", "a").unwrap(), None);
    }

    #[test]
    fn a_broken_file_and_a_missing_helper_are_named_and_no_secret_is() {
        let error = find("{", "r.example", "a").unwrap_err();
        assert!(error.to_string().contains("config.json"), "{error}");
        let text = r#"{"credHelpers": {"r.example": "none-such"}, "auths": {"x": {"auth": "dXNlcjpwYXNz"}}}"#;
        let error = find(text, "r.example", "a").unwrap_err().to_string();
        assert!(error.contains("credential helper") && !error.contains("pass"), "{error}");
        assert_eq!(find(text, "other.example", "a").unwrap(), None);
        assert_eq!(format!("{:?}", password("user", "pass")), "a credential");
    }
}
