//! The name of a document.

use std::io;

use super::document::Source;
use super::wire;
use crate::model::{Digesting, Sha256};

/// A UUID of version 5 over everything else in the document: the same content has the same name, as JSON and as
/// protocol buffers. It is taken of the latter, which are shorter.
pub(super) fn serial_number(source: &Source<'_>) -> io::Result<String> {
    let mut content = Digesting::default();
    wire::content(source, &mut content)?;
    Ok(of(&content.finish()))
}

/// The name of a content with this digest.
pub(super) fn of(content: &Sha256) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &content.0).urn().to_string()
}
