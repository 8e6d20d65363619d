//! One subject in its repository: what is attached there, and what is pushed to it and removed from it.

use std::collections::BTreeSet;

use attest::BUNDLE_TYPE;
use attest::signer::Signer;
use bytes::Bytes;
use futures_util::future::try_join_all;
use oci_spec::image::Descriptor;
use registry::{Listing, Referrer, Repository};
use tokio::sync::OnceCell;

use super::piece::{CONFIG, Piece};
use crate::attached::{self, KIND, annotation};

/// A repository, and whether what all manifests share is there.
pub(super) struct Target {
    pub(super) repository: Repository,
    config: OnceCell<()>,
}

impl Target {
    pub(super) fn new(repository: Repository) -> Self {
        Self { repository, config: OnceCell::new() }
    }

    /// Pushes the configuration of every manifest, once.
    async fn push_config(&self) -> registry::Result<()> {
        let config = Bytes::from_static(CONFIG);
        let push = || async { self.repository.push_blob(&config, None).await };
        self.config.get_or_try_init(push).await.copied()
    }
}

/// A subject, and what was attached to it when it was looked at.
pub(super) struct Place<'a> {
    target: &'a Target,
    pub(super) subject: Descriptor,
    listed: Vec<Descriptor>,
    /// What is attached now and stays, by digest.
    kept: BTreeSet<String>,
    /// The names and types of that.
    kinds: BTreeSet<(String, String)>,
}

impl<'a> Place<'a> {
    /// Looks at a subject.
    pub(super) async fn of(target: &'a Target, subject: Descriptor) -> registry::Result<Self> {
        let listed = attached::listed(&target.repository, subject.digest()).await?;
        Ok(Self { target, subject, listed, kept: BTreeSet::new(), kinds: BTreeSet::new() })
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
        Ok(listed && self.target.repository.has_manifest(&digest).await?)
    }

    /// Pushes what is in pieces: nobody finds it before [`Self::publish`].
    pub(super) async fn push(&self, pieces: &[Piece]) -> registry::Result<()> {
        if pieces.is_empty() {
            return Ok(());
        }
        let base = self.base(pieces).await?;
        // Where nothing is attached, nothing of it is there.
        let known = !self.listed.is_empty();
        let (repository, base) = (&self.target.repository, base.as_deref());
        let push = async |blob| {
            if known {
                repository.push_blob(blob, base).await
            } else {
                repository.push_new_blob(blob, base).await
            }
        };
        let blobs = pieces.iter().flat_map(|it| &it.blobs);
        tokio::try_join!(self.target.push_config(), try_join_all(blobs.map(push)))?;
        Ok(())
    }

    /// The repository of the base, where the documents of its layers may be as well.
    async fn base(&self, pieces: &[Piece]) -> registry::Result<Option<String>> {
        if !pieces.iter().any(Piece::is_of_layers) {
            return Ok(None);
        }
        attached::base(&self.target.repository, self.subject.digest()).await
    }

    /// Pushes the manifests of pieces whose content is there, and makes that they are found.
    pub(super) async fn publish(&self, pieces: &[Piece]) -> registry::Result<Listing> {
        let referrers: Vec<Referrer> = pieces.iter().map(|it| it.referrer.clone()).collect();
        let unlisted = self.target.repository.put_referrers(&referrers).await?;
        self.target.repository.list_referrers(self.subject.digest(), &unlisted).await
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
        for it in attached::of_entries(&self.target.repository, subject, wanted).await? {
            // One that cannot be read is none; another is attached then.
            let bundle = it.bundle(&self.target.repository).await;
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
            if !self.target.repository.has_manifest(it.digest().as_ref()).await? {
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
        self.target.repository.delete_referrers(self.subject.digest(), &digests).await
    }
}

fn is(entry: &Descriptor, kind: &str) -> bool {
    entry.artifact_type().as_ref().is_some_and(|it| it.to_string() == kind)
}
