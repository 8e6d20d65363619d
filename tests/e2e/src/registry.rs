//! Raw manifests and blobs of an image in the registry, over plain HTTP.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;

const INDEX_OR_MANIFEST: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// An image that was pushed: `HOST/NAME:TAG`.
#[derive(Debug, Clone)]
pub struct Image {
    host: String,
    name: String,
    tag: String,
}

impl Image {
    /// The image of a registry.
    pub fn new(host: &str, name: &str, tag: &str) -> Self {
        Self { host: host.to_owned(), name: name.to_owned(), tag: tag.to_owned() }
    }

    /// What `docker` calls the image.
    pub fn reference(&self) -> String {
        format!("{}/{}:{}", self.host, self.name, self.tag)
    }

    /// The image's index.
    pub fn index(&self) -> Result<Value> {
        self.manifest(&self.tag)
    }

    /// A manifest by its tag or digest.
    pub fn manifest(&self, reference: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.get("manifests", reference)?)?)
    }

    /// A blob by its digest.
    pub fn blob(&self, digest: &str) -> Result<Vec<u8>> {
        self.get("blobs", digest)
    }

    fn get(&self, kind: &str, reference: &str) -> Result<Vec<u8>> {
        let url = format!("http://{}/v2/{}/{kind}/{reference}", self.host, self.name);
        let response = ureq::get(&url).header("Accept", INDEX_OR_MANIFEST).call();
        let mut body = response.with_context(|| url.clone())?.into_body();
        Ok(body.with_config().limit(1 << 30).read_to_vec()?)
    }

    /// The digest of what the tag means: the sum of its bytes.
    pub fn digest(&self) -> Result<String> {
        let url = format!("http://{}/v2/{}/manifests/{}", self.host, self.name, self.tag);
        let response = ureq::head(&url).header("Accept", INDEX_OR_MANIFEST).call()?;
        let digest = response.headers().get("docker-content-digest").context("no digest")?;
        Ok(digest.to_str()?.to_owned())
    }

    /// The digest of the one platform's manifest.
    pub fn platform_digest(&self) -> Result<String> {
        let index = self.index()?;
        let manifests = index["manifests"].as_array().context("no manifests")?;
        let platform =
            manifests.iter().find(|it| it["platform"]["os"] == "linux").context("no platform")?;
        text(&platform["digest"])
    }

    /// The digests of the platform's layers.
    pub fn layers(&self) -> Result<BTreeSet<String>> {
        let manifest = self.manifest(&self.platform_digest()?)?;
        manifest["layers"]
            .as_array()
            .context("no layers")?
            .iter()
            .map(|it| text(&it["digest"]))
            .collect()
    }
}

/// The text of a JSON string.
pub fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().with_context(|| format!("not a string: {value}"))?.to_owned())
}
