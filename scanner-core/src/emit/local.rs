//! What tells the elements of one SPDX document apart.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::model::{Component, Hex, Identity, Sha256};

/// The part of an element's identifier that is its own. Those of elements that are alone of their sort come first, then
/// all are in the order of their texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Local {
    /// The only element of its sort.
    Only(Sort),
    /// One of a sort: a digest of what makes it itself.
    One(Sort, u64),
}

/// A sort of elements. In the order of their words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Annotation,
    ThisDocument,
    Document,
    DocumentRoot,
    File,
    License,
    LicenseRef,
    LicenseText,
    OperatingSystem,
    Organization,
    Package,
    Person,
    Relationship,
    Root,
    Sbom,
    Tool,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Annotation => "Annotation",
            Self::ThisDocument => "DOCUMENT",
            Self::Document => "Document",
            Self::DocumentRoot => "DocumentRoot",
            Self::File => "File",
            Self::License => "License",
            Self::LicenseRef => "LicenseRef",
            Self::LicenseText => "LicenseText",
            Self::OperatingSystem => "OperatingSystem",
            Self::Organization => "Organization",
            Self::Package => "Package",
            Self::Person => "Person",
            Self::Relationship => "Relationship",
            Self::Root => "Root",
            Self::Sbom => "Sbom",
            Self::Tool => "Tool",
        }
    }
}

impl Local {
    /// The element of a sort that these bytes make itself.
    pub(super) fn of(sort: Sort, bytes: impl AsRef<[u8]>) -> Self {
        Self::One(sort, digest(bytes.as_ref()))
    }

    /// Adds it to a text.
    pub(super) fn push_to(self, text: &mut Vec<u8>) {
        match self {
            Self::Only(sort) => text.extend_from_slice(sort.word().as_bytes()),
            Self::One(sort, digest) => {
                text.extend_from_slice(sort.word().as_bytes());
                text.push(b'-');
                text.extend_from_slice(Hex::of(&digest.to_be_bytes()).as_bytes());
            }
        }
    }
}

/// The first bits of a digest.
fn digest(bytes: &[u8]) -> u64 {
    Sha256::of(bytes).0.first_chunk().map_or(0, |it| u64::from_be_bytes(*it))
}

/// The packages that components are.
pub(super) struct Packages<'a> {
    /// In the order of the components.
    pub(super) in_order: Vec<Local>,
    by_hash: Vec<(u64, &'a Identity, Local)>,
}

impl<'a> Packages<'a> {
    /// The packages of components, each of the sort that is told.
    pub(super) fn new(components: &'a [Component], sort: impl Fn(&Component) -> Sort) -> Self {
        let local = |it: &Component| Local::of(sort(it), it.identity.as_str());
        let in_order: Vec<Local> = components.iter().map(local).collect();
        let identities = components.iter().map(|it| &it.identity).zip(&in_order);
        let mut by_hash: Vec<_> = identities.map(|(it, local)| (hash(it), it, *local)).collect();
        by_hash.sort_unstable_by_key(|(hash, ..)| *hash);
        Self { in_order, by_hash }
    }

    /// The package of the component with this identity, if the document has it.
    pub(super) fn of(&self, identity: &Identity) -> Option<Local> {
        let hash = hash(identity);
        let at = self.by_hash.partition_point(|(it, ..)| *it < hash);
        let mut alike = self.by_hash.iter().skip(at).take_while(|(it, ..)| *it == hash);
        alike.find(|(_, it, _)| *it == identity).map(|(.., local)| *local)
    }
}

/// A digest that is quick to make.
fn hash(identity: &Identity) -> u64 {
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    hasher.finish()
}
