//! What tells the elements of one SPDX document apart.

use rayon::prelude::*;

use super::AT_ONCE;
use crate::by_hash::ByHash;
use crate::model::{Component, FileRecord, Hex, Identity, Sha256};
use crate::path::ImagePath;

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
    pub(super) in_order: Vec<(&'a Component, Local)>,
    by_identity: ByHash,
}

impl<'a> Packages<'a> {
    /// The packages of components, each of the sort that is told.
    pub(super) fn new(
        components: &'a [Component],
        sort: impl Fn(&Component) -> Sort + Sync,
    ) -> Self {
        let package = |it: &'a Component| (it, Local::of(sort(it), it.identity.as_str()));
        let in_order: Vec<_> = components.par_iter().with_min_len(AT_ONCE).map(package).collect();
        let by_identity = ByHash::of(&in_order, |(it, _)| &it.identity);
        Self { in_order, by_identity }
    }

    /// The package of the component with this identity, if the document has it.
    pub(super) fn of(&self, identity: &Identity) -> Option<Local> {
        let mut alike = self.by_identity.places(identity).filter_map(|it| self.in_order.get(it));
        alike.find(|(it, _)| it.identity == *identity).map(|(_, local)| *local)
    }
}

/// The files that a document lists.
pub(super) struct Files<'a> {
    pub(super) by_path: Vec<(&'a FileRecord, Local)>,
}

impl<'a> Files<'a> {
    /// Those that are wanted among files in the order of their paths.
    pub(super) fn new(
        files: &'a [FileRecord],
        wanted: impl Fn(&FileRecord) -> bool + Sync,
        local: impl Fn(&FileRecord) -> Local + Sync,
    ) -> Self {
        let wanted = files.par_iter().filter(|it| wanted(it));
        Self { by_path: wanted.map(|it| (it, local(it))).collect() }
    }

    /// The file at exactly this path, if the document lists it.
    pub(super) fn get(&self, path: &ImagePath) -> Option<&(&'a FileRecord, Local)> {
        self.by_path.get(self.by_path.binary_search_by(|(it, _)| it.path.cmp(path)).ok()?)
    }
}
