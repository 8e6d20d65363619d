//! Identifiers of elements.

use serde::{Serialize, Serializer};

use crate::emit::local::{Local, digest};
use crate::model::{Component, Identity, Kind};
use crate::path::ImagePath;

/// The root: what was scanned.
pub(super) const ROOT: Id<'static> = Id::Own(Local::Only("DocumentRoot"));

/// The document.
pub(super) const DOCUMENT: Id<'static> = Id::Own(Local::Only("DOCUMENT"));

/// An identifier. Ordered as its text is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Id<'a> {
    /// The root of the document of the layer with this diff ID.
    OfLayer(&'a str),
    /// An element of this document.
    Own(Local),
}

impl Id<'_> {
    /// The identifier of a file.
    pub(super) fn of_file(path: &ImagePath) -> Self {
        Self::Own(Local::One("File", digest(path.as_bytes())))
    }

    fn push_to(self, text: &mut String) {
        match self {
            Self::OfLayer(diff_id) => {
                text.extend([&external_document(diff_id), ":"]);
                ROOT.push_to(text);
            }
            Self::Own(local) => {
                text.push_str("SPDXRef-");
                local.push_to(text);
            }
        }
    }
}

impl Serialize for Id<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(64);
        self.push_to(&mut text);
        serializer.serialize_str(&text)
    }
}

/// What this document calls that of a layer: a name of letters, digits, dots and dashes.
pub(super) fn external_document(diff_id: &str) -> String {
    format!("DocumentRef-layer-{}", diff_id.replace(':', "-"))
}

/// The identifiers of components' packages.
pub(super) struct PackageIds {
    in_order: Vec<Local>,
    by_digest: Vec<(u64, &'static str)>,
}

impl PackageIds {
    pub(super) fn new(components: &[Component]) -> Self {
        let own = components.iter().map(|it| (digest(it.identity.as_str().as_bytes()), word(it)));
        let mut by_digest: Vec<_> = own.collect();
        let in_order = by_digest.iter().map(|(digest, word)| Local::One(word, *digest)).collect();
        by_digest.sort_unstable();
        Self { in_order, by_digest }
    }

    /// In the order of the components.
    pub(super) fn iter(&self) -> impl Iterator<Item = Id<'static>> {
        self.in_order.iter().map(|it| Id::Own(*it))
    }

    /// The package of the component with this identity, if the document has it.
    pub(super) fn of(&self, identity: &Identity) -> Option<Id<'static>> {
        let digest = digest(identity.as_str().as_bytes());
        let at = self.by_digest.binary_search_by_key(&digest, |(it, _)| *it).ok()?;
        self.by_digest.get(at).map(|(digest, word)| Id::Own(Local::One(word, *digest)))
    }
}

/// Trivy reads the kind of a package from this word.
fn word(component: &Component) -> &'static str {
    match component.kind {
        Kind::OperatingSystem => "OperatingSystem",
        Kind::Application | Kind::OsPackage | Kind::Library => "Package",
    }
}
