//! Documents that hold a name of their own content. The content is written once; then the name is put where it belongs.

use std::cell::{Cell, RefCell};
use std::io;

use serde::{Serialize, Serializer};

use crate::model::Sha256;

/// The name of a document that is being written: it is not known yet, but where it belongs is.
#[derive(Default)]
pub(super) struct Name {
    written: Cell<usize>,
    begin: Cell<usize>,
    end: Cell<usize>,
    places: RefCell<Vec<usize>>,
}

impl Name {
    /// Writes the name and what follows it in the same string.
    pub(super) fn serialize<S: Serializer>(&self, then: &str, to: S) -> Result<S::Ok, S::Error> {
        let opening_quote = 1;
        self.places.borrow_mut().push(self.written.get() + opening_quote);
        to.serialize_str(then)
    }
}

/// A document with its name in it, by itself or as part of something.
pub(super) struct Named<'a, D> {
    pub(super) document: &'a D,
    pub(super) name: &'a Name,
}

impl<D: Serialize> Serialize for Named<'_, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.begin.set(self.name.written.get());
        let done = self.document.serialize(serializer)?;
        self.name.end.set(self.name.written.get());
        Ok(done)
    }
}

/// JSON without the name of the document in it.
struct Content<'a> {
    bytes: Vec<u8>,
    name: &'a Name,
}

impl io::Write for Content<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        self.name.written.set(self.bytes.len());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes JSON that has a named document in it.
pub(super) fn write(json: &impl Serialize, name: &Name, out: &mut dyn io::Write) -> io::Result<()> {
    let mut content = Content { bytes: Vec::new(), name };
    serde_json::to_writer(&mut content, json)?;
    let document = content.bytes.get(name.begin.get()..name.end.get()).unwrap_or_default();
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &Sha256::of(document).0);
    let words = format!("https://stella-ops.org/spdx/{uuid}");
    let mut from = 0;
    for at in name.places.take() {
        out.write_all(content.bytes.get(from..at).unwrap_or_default())?;
        out.write_all(words.as_bytes())?;
        from = at;
    }
    out.write_all(content.bytes.get(from..).unwrap_or_default())
}
