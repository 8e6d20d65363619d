//! Identifiers of elements: the name of the document, and a part of their own.

use serde::{Serialize, Serializer};

use crate::emit::local::Local;
use crate::emit::named::Name;

/// An identifier in a document.
#[derive(Clone, Copy)]
pub(super) struct Id<'a> {
    document: &'a Name,
    pub(super) local: Local,
}

impl<'a> Id<'a> {
    pub(super) fn new(document: &'a Name, local: Local) -> Self {
        Self { document, local }
    }
}

impl Serialize for Id<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(64);
        text.push('#');
        self.local.push_to(&mut text);
        self.document.serialize(&text, serializer)
    }
}
