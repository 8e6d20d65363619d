//! YAML as tools write it: without anchors, so that no file becomes larger by being read.
//! Specification: YAML 1.2. serde-saphyr reads it.

use serde::de::DeserializeOwned;

/// Reads every document of a stream.
pub fn documents<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, String> {
    // Without anchors there are no more nodes than bytes, and the caller has bounded those.
    let budget = serde_saphyr::budget! {
        max_anchors: 0,
        max_aliases: 0,
        max_merge_keys: 0,
        max_nodes: text.len(),
        max_events: text.len().saturating_mul(2).saturating_add(8),
    };
    let options = serde_saphyr::options! { budget: budget, with_snippet: false };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| error.to_string())
}
