//! Which certificates a registry may have.
//!
//! The machine's own authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` included); where there are none, as in an image from scratch, those of Mozilla.
//! For single hosts also what lies in `certs.d/HOST[:PORT]`, as Docker and podman keep it:
//! `*.crt` are further authorities, `*.cert` with `*.key` say who we are.

mod authorities;

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::ClientBuilder;
use rustls::CertificateError;
use rustls::pki_types::CertificateDer;

use crate::error::words;
use crate::{Error, Result};
use authorities::Identity;

/// Sets up trust for a host.
pub(crate) fn apply(
    builder: ClientBuilder,
    folders: &[PathBuf],
    host: &str,
) -> Result<ClientBuilder> {
    let found = Found::of(folders, host)?;
    let config = authorities::config(found.authorities, found.identity);
    let unusable = |error| Error::Unsupported(format!("no encryption with {host}: {error}"));
    let config = config.map_err(unusable)?;
    Ok(builder.tls_backend_preconfigured(config))
}

/// A client of other services, which trusts the authorities that registries are trusted by.
/// `identity` is a certificate with its key, in PEM, for services that ask for one.
///
/// # Errors
/// When the identity is none, or nothing can be set up for encryption.
pub fn client(identity: Option<&[u8]>) -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("sbom-indexer/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_mins(1));
    let unusable = |why: String| Error::Unsupported(format!("no client of services: {why}"));
    let identity = identity.map(Identity::from_pem).transpose().map_err(unusable)?;
    let config = authorities::config(Vec::new(), identity);
    let config = config.map_err(|error| unusable(error.to_string()))?;
    let client = builder.tls_backend_preconfigured(config).build();
    client.map_err(|error| unusable(words(error)))
}

/// Why the certificate of a service was refused, and what to do, if that is why a request failed: asking again would not
/// help.
pub fn refused_certificate(error: &reqwest::Error) -> Option<String> {
    refusal(error, &[], "")
}

/// The same of a host that `host`, a registry, is spoken with: folders may hold certificates for that.
pub(crate) fn refusal(error: &reqwest::Error, folders: &[PathBuf], host: &str) -> Option<String> {
    let causes = std::iter::successors(std::error::Error::source(error), |it| it.source());
    let refused = causes.filter_map(encryption).find_map(|it| match it {
        rustls::Error::InvalidCertificate(refused) => Some(refused),
        _ => None,
    })?;
    Some(match refused {
        CertificateError::UnknownIssuer => {
            format!("its certificate is of an unknown authority; {}", remedy(folders, host))
        }
        other => format!("its certificate is refused: {other}"),
    })
}

/// What went wrong with encryption, in errors of reading and writing however often they are wrapped.
fn encryption<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    while let Some(it) = error.downcast_ref::<std::io::Error>() {
        error = it.get_ref()?;
    }
    error.downcast_ref()
}

/// Where the certificate of an authority has to lie.
fn remedy(folders: &[PathBuf], host: &str) -> String {
    let folders: Vec<PathBuf> = folders.iter().map(|it| it.join(host)).collect();
    let folder = folders.iter().find(|it| it.is_dir()).or(folders.first());
    let machine = "add it to those of this machine";
    folder.map_or_else(
        || machine.to_owned(),
        |it| {
            let path = it.join("ca.crt");
            format!("put that authority's certificate (PEM) into {}, or {machine}", path.display())
        },
    )
}

/// What the folders hold for one host.
#[derive(Default)]
struct Found {
    authorities: Vec<CertificateDer<'static>>,
    identity: Option<Identity>,
}

impl Found {
    /// Of several folders the first that knows the host counts.
    fn of(folders: &[PathBuf], host: &str) -> Result<Self> {
        // A host never leads elsewhere: names of registries have no slash and are not `..`.
        let folder = folders.iter().map(|it| it.join(host)).find(|it| it.is_dir());
        let Some(folder) = folder.filter(|_| !host.contains('/') && host != "..") else {
            return Ok(Self::default());
        };
        let entries =
            std::fs::read_dir(&folder).map_err(|error| wrong(&folder, error.to_string()))?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort_unstable();
        let mut found = Self::default();
        for path in &paths {
            match path.extension().and_then(|it| it.to_str()) {
                Some("crt") => {
                    let certificates = authorities::certificates(&read(path)?);
                    found.authorities.extend(certificates.map_err(|why| wrong(path, why))?);
                }
                Some("cert") => {
                    let pem = [read(path)?, read(&path.with_extension("key"))?].concat();
                    let identity = Identity::from_pem(&pem).map_err(|why| wrong(path, why))?;
                    found.identity = Some(identity);
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| wrong(path, error.to_string()))
}

fn wrong(path: &Path, why: String) -> Error {
    Error::Configuration { path: path.display().to_string(), why }
}
