//! What answers say in their headers, one file a header. Text of others: nothing in it can fail, what is malformed says nothing.

pub(crate) mod challenge;
pub(crate) mod content_range;
pub(crate) mod link;
pub(crate) mod range;
pub(crate) mod retry_after;

use reqwest::header::{AsHeaderName, HeaderMap};

/// The text of a header.
pub(crate) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
