//! Manifests and indexes.
//! Specification: OCI distribution-spec v1.1, "Pulling manifests".

use bytes::Bytes;
use oci_spec::image::{Descriptor, Digest, MediaType};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;

use crate::client::Repository;
use crate::digest::{alike, sha256};
use crate::headers::text;
use crate::transport::{Ask, Endpoint};
use crate::{Error, Result};

/// The largest manifest that registries take.
const LIMIT: u64 = 4 << 20;

/// Kinds of manifest that are understood.
pub(crate) const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// A manifest or index, verified.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The bytes that the digest is of.
    pub bytes: Bytes,
    /// The kind, as the registry says.
    pub media_type: String,
    /// The digest.
    pub digest: Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    schema_version: u64,
    media_type: Option<String>,
}

impl Manifest {
    /// What points to it.
    pub fn descriptor(&self) -> Descriptor {
        let kind = MediaType::from(self.media_type.as_str());
        Descriptor::new(kind, self.bytes.len() as u64, self.digest.clone())
    }
}

impl Repository {
    /// The manifest of a tag or digest.
    ///
    /// # Errors
    /// When there is none, or it is not what its digest says, or one of Docker's schema 1.
    pub async fn manifest(&self, target: &str) -> Result<Manifest> {
        self.first(async |endpoint| manifest(endpoint, target).await).await
    }
}

async fn manifest(endpoint: &Endpoint, target: &str) -> Result<Manifest> {
    let separator = if target.contains(':') { '@' } else { ':' };
    let what = format!("the manifest {}{separator}{target}", endpoint.name);
    let mut ask = Ask::get(endpoint, &format!("manifests/{target}"), what);
    ask.headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    let (headers, bytes) = endpoint.read(&ask, LIMIT).await?;
    let wrong = |why: String| endpoint.corrupt(&ask.what, why);
    let digest: Digest = match target.parse() {
        Ok(asked) => asked,
        Err(_) => match text(&headers, "docker-content-digest").and_then(|it| it.parse().ok()) {
            Some(said) => said,
            None => sha256(&bytes).parse().map_err(|_| wrong("has no digest".to_owned()))?,
        },
    };
    match alike(&bytes, &digest) {
        Some(found) if found == digest.as_ref() => {}
        Some(found) => return Err(wrong(format!("has the digest {found}, not {digest}"))),
        None => {
            return Err(Error::Unsupported(format!("cannot verify digests like {digest}")));
        }
    }
    let probe: Probe = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("is no manifest: {error}")))?;
    if probe.schema_version == 1 {
        return Err(Error::Unsupported(format!(
            "{} of {} is a Docker manifest of schema 1, which is not read: it has no digests that prove its layers. \
             Push the image again with a Docker version of this decade",
            ask.what, endpoint.host.name
        )));
    }
    // What the manifest says of itself is under its digest; the header is not.
    let said = text(&headers, CONTENT_TYPE).map(|it| it.split(';').next().unwrap_or(it).trim());
    let media_type = probe.media_type.or(said.map(str::to_owned)).unwrap_or_default();
    Ok(Manifest { bytes, media_type, digest })
}
