//! What is attached to an image: referrers, by the registry's own list or by the fallback tag.
//! Specification: OCI distribution-spec v1.1, "Listing Referrers", "Pushing Manifests with Subject", "Referrers Tag Schema".

use bytes::Bytes;
use futures_util::future::try_join_all;
use oci_spec::image::{Descriptor, Digest, ImageIndex};
use reqwest::header::{ACCEPT, ETAG, HeaderValue, LINK};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::client::Repository;
use crate::digest::sha256;
use crate::headers::{link, text};
use crate::push::Indexed;
use crate::settling::Settling;
use crate::transport::Ask;
use crate::{Error, Result};

/// The media type of an index.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The largest list of referrers.
const LIMIT: u64 = 4 << 20;
/// Pages of one list.
const PAGES: usize = 100;

/// The fallback list, entries as they were written.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fallback {
    schema_version: u32,
    media_type: String,
    manifests: Vec<Value>,
}

impl Repository {
    /// The referrers of a manifest or index, as the registry lists them, else as the fallback tag does.
    ///
    /// # Errors
    /// When the registry does not answer.
    pub async fn referrers(&self, subject: &Digest) -> Result<Vec<Descriptor>> {
        if let Some(listed) = self.listed(subject).await? {
            return Ok(listed);
        }
        let held = self.fallback(subject).await?;
        let entries = held.map(|(list, _)| list.manifests).unwrap_or_default().into_iter();
        Ok(entries.filter_map(|it| serde_json::from_value(it).ok()).collect())
    }

    /// The registry's own list; none if it keeps none.
    async fn listed(&self, subject: &Digest) -> Result<Option<Vec<Descriptor>>> {
        let what = format!("the referrers of {subject}");
        let mut ask = Ask::get(&self.origin, &format!("referrers/{subject}"), what);
        ask.headers.insert(ACCEPT, HeaderValue::from_static(INDEX));
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let (headers, bytes) = match self.origin.read(&ask, LIMIT).await {
                // Registries without the list answer in many ways.
                Err(Error::NotFound { .. } | Error::Refused { .. }) => return Ok(None),
                result => result?,
            };
            let Ok(index) = serde_json::from_slice::<ImageIndex>(&bytes) else { return Ok(None) };
            found.extend(index.manifests().iter().cloned());
            match text(&headers, LINK).and_then(link::next) {
                Some(path) => path.clone_into(&mut ask.path),
                None => break,
            }
        }
        Ok(Some(found))
    }

    /// The fallback list and its entity tag; none if there is none.
    async fn fallback(&self, subject: &Digest) -> Result<Option<(Fallback, Option<String>)>> {
        let tag = fallback_tag(subject);
        let mut ask = Ask::get(&self.origin, &format!("manifests/{tag}"), format!("the tag {tag}"));
        ask.headers.insert(ACCEPT, HeaderValue::from_static(INDEX));
        let (headers, bytes) = match self.origin.read(&ask, LIMIT).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            result => result?,
        };
        let parsed = serde_json::from_slice::<Fallback>(&bytes).ok();
        let list = parsed.filter(|it| it.media_type == INDEX).ok_or_else(|| Error::Refused {
            host: self.origin.host.name.clone(),
            what: ask.what.clone(),
            why: "it is in use for something that is no list of referrers".to_owned(),
        })?;
        let held = text(&headers, ETAG).map(str::to_owned);
        Ok(Some((list, held)))
    }

    /// Pushes manifests that have the same subject, so that everybody finds them there. Their blobs are there already.
    ///
    /// # Errors
    /// When the registry does not take one.
    pub async fn push_referrers(&self, subject: &Digest, referrers: &[Referrer]) -> Result<()> {
        let unlisted = self.put_referrers(referrers).await?;
        self.list_referrers(subject, &unlisted).await?.settled().await
    }

    /// Pushes manifests that have a subject. Gives those of which the registry does not say that it lists them:
    /// they are found once they are in the fallback list.
    ///
    /// # Errors
    /// When the registry does not take one.
    pub async fn put_referrers(&self, referrers: &[Referrer]) -> Result<Vec<Referrer>> {
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let put = referrers.iter().map(async |it| {
            let indexed = self.push_manifest(&it.bytes, kind, &it.descriptor_digest()).await?;
            Ok::<_, Error>((indexed == Indexed::No).then(|| it.clone()))
        });
        Ok(try_join_all(put).await?.into_iter().flatten().collect())
    }

    /// Puts manifests of one subject, which are there, into its fallback list, in one step. Whoever writes to the list at
    /// the same time may overwrite it, until it has settled.
    ///
    /// # Errors
    /// When the registry does not take the list.
    pub async fn list_referrers(&self, subject: &Digest, unlisted: &[Referrer]) -> Result<Listing> {
        let entries = unlisted.iter().map(|it| (it.descriptor_digest(), it.entry()));
        let entries: Vec<(String, Value)> = entries.collect();
        let (repository, subject) = (self.clone(), subject.clone());
        let mut listing = Listing { repository, subject, entries, settling: Settling::default() };
        if !listing.entries.is_empty() {
            listing.round().await?;
        }
        Ok(listing)
    }

    /// Deletes referrers of a subject, from the fallback list too. Where that is what makes them be found, they need not
    /// be more than off the list: not every registry deletes manifests.
    ///
    /// # Errors
    /// When the registry does not let one go.
    pub async fn delete_referrers(&self, subject: &Digest, digests: &[&str]) -> Result<()> {
        let listed = self.listed(subject).await?.is_some();
        // Some that list do not say so when they take one, which is in the fallback list then too.
        if !listed || self.fallback(subject).await?.is_some() {
            self.update(subject, |list| {
                let before = list.len();
                list.retain(|it| !digests.iter().any(|digest| it["digest"] == *digest));
                list.len() < before
            })
            .await?;
        }
        for digest in digests {
            match self.delete_manifest(digest).await {
                Err(Error::Refused { why, .. }) if !listed && why.starts_with("405") => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// Changes the fallback list until it stays changed.
    async fn update(
        &self,
        subject: &Digest,
        change: impl Fn(&mut Vec<Value>) -> bool,
    ) -> Result<()> {
        let mut settling = Settling::default();
        self.round(subject, &change, &mut settling).await?;
        while let Some(due) = settling.due {
            tokio::time::sleep_until(due).await;
            self.round(subject, &change, &mut settling).await?;
        }
        Ok(())
    }

    /// Changes the fallback list where it is not as it should be: others may write to it at the same time,
    /// and not every registry refuses to overwrite what one has not seen.
    async fn round(
        &self,
        subject: &Digest,
        change: &impl Fn(&mut Vec<Value>) -> bool,
        settling: &mut Settling,
    ) -> Result<()> {
        let lock = self.lock(subject);
        let tag = fallback_tag(subject);
        let own_turn = lock.lock().await;
        let began = Instant::now();
        let (mut list, held) = self.fallback(subject).await?.unwrap_or_else(|| {
            let (schema_version, media_type) = (2, INDEX.to_owned());
            (Fallback { schema_version, media_type, manifests: Vec::new() }, None)
        });
        if change(&mut list.manifests) {
            settling.changes();
            let bytes =
                serde_json::to_vec(&list).map_err(|error| Error::Unsupported(error.to_string()))?;
            match self.put_manifest(&bytes.into(), INDEX, &tag, held.as_deref()).await {
                Ok(_) => settling.is_written(),
                // Somebody was faster.
                Err(Error::Refused { why, .. }) if why.starts_with("412") => {
                    settling.is_contested();
                }
                Err(error) => return Err(error),
            }
        } else {
            settling.stands();
        }
        drop(own_turn);
        if settling.went_on(began.elapsed()) {
            return Ok(());
        }
        let why = format!("others write to the tag {tag} all the time");
        Err(crate::host::unavailable(&self.origin.host.name, why))
    }
}

/// Entries that were written to a fallback list.
#[must_use = "whoever writes to the list at the same time may overwrite it"]
pub struct Listing {
    repository: Repository,
    subject: Digest,
    /// By their digests.
    entries: Vec<(String, Value)>,
    settling: Settling,
}

impl Listing {
    /// Waits until the entries stay in the list.
    ///
    /// # Errors
    /// When the registry does not take the list, or others write to it all the time.
    pub async fn settled(&mut self) -> Result<()> {
        while let Some(due) = self.settling.due {
            tokio::time::sleep_until(due).await;
            self.round().await?;
        }
        Ok(())
    }

    async fn round(&mut self) -> Result<()> {
        let entries = &self.entries;
        let add = |list: &mut Vec<Value>| {
            let before = list.len();
            for (digest, entry) in entries {
                if !list.iter().any(|it| it["digest"] == digest.as_str()) {
                    list.push(entry.clone());
                }
            }
            list.len() > before
        };
        self.repository.round(&self.subject, &add, &mut self.settling).await
    }
}

/// A manifest with a subject.
#[derive(Clone, Debug)]
pub struct Referrer {
    /// The manifest.
    pub bytes: Bytes,
    /// Its kind.
    pub artifact_type: String,
    /// Its annotations, an object or null.
    pub annotations: Value,
}

impl Referrer {
    /// The digest of the manifest.
    pub fn descriptor_digest(&self) -> String {
        sha256(&self.bytes)
    }

    /// How lists name it.
    fn entry(&self) -> Value {
        let mut entry = serde_json::json!({
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": self.descriptor_digest(),
            "size": self.bytes.len(),
            "artifactType": self.artifact_type,
        });
        if let (Some(entry), true) = (entry.as_object_mut(), self.annotations.is_object()) {
            entry.insert("annotations".to_owned(), self.annotations.clone());
        }
        entry
    }
}

/// The tag under which referrers are listed where the registry does not do that itself.
pub fn fallback_tag(subject: &Digest) -> String {
    let clean = |text: &str, most: usize| -> String {
        let legal =
            |it: char| if it.is_ascii_alphanumeric() || "._-".contains(it) { it } else { '-' };
        text.chars().take(most).map(legal).collect()
    };
    format!("{}-{}", clean(subject.algorithm().as_ref(), 32), clean(subject.digest(), 64))
}
