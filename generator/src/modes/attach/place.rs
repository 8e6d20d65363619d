//! One subject in its repository: what is attached there, and what is pushed to it and removed from it.

use std::collections::BTreeSet;

use attest::BUNDLE_TYPE;
use attest::signer::Signer;
use bytes::Bytes;
use oci_spec::image::Descriptor;
use registry::{Listing, Referrer, Repository};

use super::piece::{CONFIG, Piece};
use crate::attached::{self, KIND, annotation};

/// A subject, and what was attached to it when it was looked at.
pub(super) struct Place<'a> {
    pub(super) repository: &'a Repository,
    pub(super) subject: Descriptor,
    listed: Vec<Descriptor>,
    /// What is attached now and stays, by digest.
    kept: BTreeSet<String>,
    /// The names and types of that.
    kinds: BTreeSet<(String, String)>,
    /// What is pushed, and not found yet.
    unlisted: Vec<Referrer>,
}

impl<'a> Place<'a> {
    /// Looks at a subject.
    pub(super) async fn of(
        repository: &'a Repository,
        subject: Descriptor,
    ) -> registry::Result<Self> {
        let listed = attached::listed(repository, subject.digest()).await?;
        let (kept, kinds) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { repository, subject, listed, kept, kinds, unlisted: Vec::new() })
    }

    /// Notes that something stays.
    pub(super) fn keep(&mut self, name: &str, kind: &str, digest: String) {
        self.kept.insert(digest);
        self.kinds.insert((name.to_owned(), kind.to_owned()));
    }

    /// Whether a piece is attached, and not only listed.
    pub(super) async fn has(&self, piece: &Piece) -> registry::Result<bool> {
        let digest = piece.digest();
        let listed = self.listed.iter().any(|it| it.digest().as_ref() == digest);
        Ok(listed && self.repository.has_manifest(&digest).await?)
    }

    /// Pushes pieces, first what is in them. Where the registry does not list them itself, they are found by [`Self::list`].
    pub(super) async fn push(&mut self, pieces: &[Piece]) -> registry::Result<()> {
        if pieces.is_empty() {
            return Ok(());
        }
        self.repository.push_blob(&Bytes::from_static(CONFIG), None).await?;
        for blob in pieces.iter().flat_map(|it| &it.blobs) {
            self.repository.push_blob(blob, None).await?;
        }
        let referrers: Vec<Referrer> = pieces.iter().map(|it| it.referrer.clone()).collect();
        self.unlisted.extend(self.repository.put_referrers(&referrers).await?);
        Ok(())
    }

    /// Makes everything that was pushed be found.
    pub(super) async fn list(&mut self) -> registry::Result<Listing> {
        let unlisted = std::mem::take(&mut self.unlisted);
        self.repository.list_referrers(self.subject.digest(), &unlisted).await
    }

    /// The digest of a bundle of this name that the signer need not make again.
    pub(super) async fn standing(
        &self,
        name: &str,
        statement: &[u8],
        signer: &Signer,
    ) -> registry::Result<Option<String>> {
        let wanted = |it: &&Descriptor| annotation(it, KIND) == Some(name) && is(it, BUNDLE_TYPE);
        let (subject, wanted) = (self.subject.digest(), self.listed.iter().filter(wanted));
        for it in attached::of_entries(self.repository, subject, wanted).await? {
            // One that cannot be read is none; another is attached then.
            let bundle = it.bundle(self.repository).await;
            if bundle.is_ok_and(|it| signer.would_make(&it, statement)) {
                return Ok(Some(it.manifest.to_string()));
            }
        }
        Ok(None)
    }

    /// What an earlier attach left of the kinds that are kept.
    pub(super) fn superseded(&self) -> Vec<&Descriptor> {
        let superseded = |it: &&Descriptor| {
            let kind = it.artifact_type().as_ref().map(ToString::to_string).unwrap_or_default();
            let name = annotation(it, KIND).unwrap_or_default();
            self.kinds.contains(&(name.to_owned(), kind))
        };
        self.left().filter(superseded).collect()
    }

    /// Everything that an earlier attach left and that is not kept, and entries that lead nowhere.
    pub(super) async fn stale(&self) -> registry::Result<Vec<&Descriptor>> {
        let mut found: Vec<&Descriptor> = self.left().collect();
        for it in self.listed.iter().filter(|it| annotation(it, KIND).is_none()) {
            if !self.repository.has_manifest(it.digest().as_ref()).await? {
                found.push(it);
            }
        }
        Ok(found)
    }

    fn left(&self) -> impl Iterator<Item = &Descriptor> {
        let left = |it: &&Descriptor| {
            annotation(it, KIND).is_some() && !self.kept.contains(it.digest().as_ref())
        };
        self.listed.iter().filter(left)
    }

    /// Removes entries.
    pub(super) async fn remove(&self, entries: &[&Descriptor]) -> registry::Result<()> {
        let digests: Vec<&str> = entries.iter().map(|it| it.digest().as_ref()).collect();
        if digests.is_empty() {
            return Ok(());
        }
        self.repository.delete_referrers(self.subject.digest(), &digests).await
    }
}

fn is(entry: &Descriptor, kind: &str) -> bool {
    entry.artifact_type().as_ref().is_some_and(|it| it.to_string() == kind)
}
