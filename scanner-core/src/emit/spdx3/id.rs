//! Identifiers of elements: the document's namespace, and a part of their own.

use std::cell::OnceCell;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::Sha256;

/// The namespace of a document. It is a name of the content, so the content is made, and digested, before it is known.
#[derive(Default)]
pub(super) struct Namespace(OnceCell<String>);

impl Namespace {
    /// Names the document. Only the first name counts.
    pub(super) fn name(&self, namespace: String) {
        let _ = self.0.set(namespace);
    }
}

/// An identifier in a document.
#[derive(Clone, Copy)]
pub(super) struct Id<'a> {
    namespace: &'a Namespace,
    pub(super) local: Local,
}

/// What tells the elements of one document apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Local {
    /// The only element of its sort.
    Only(&'static str),
    /// One of a sort: a digest of what makes it itself.
    One(&'static str, u64),
}

impl<'a> Id<'a> {
    pub(super) fn new(namespace: &'a Namespace, local: Local) -> Self {
        Self { namespace, local }
    }
}

impl Local {
    /// The element of a sort that this text makes itself.
    pub(super) fn of(word: &'static str, text: &str) -> Self {
        let digest = Sha256::of(text.as_bytes()).0;
        Self::One(word, digest.first_chunk().map_or(0, |it| u64::from_be_bytes(*it)))
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only(word) => f.write_str(word),
            Self::One(word, digest) => write!(f, "{word}-{digest:016x}"),
        }
    }
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace.0.get().map_or("", String::as_str);
        write!(f, "{namespace}#{}", self.local)
    }
}

impl Serialize for Id<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
