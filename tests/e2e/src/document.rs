//! An SPDX 2.3 document, as far as the tests look into it.

use crate::registry::text;
use anyhow::{Context, Result, ensure};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The document's JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(pub Value);

impl Document {
    /// The document's name: that of its target.
    pub fn name(&self) -> Result<String> {
        text(&self.0["name"])
    }

    /// The members of one of the document's lists; none when it is missing.
    pub fn list(&self, member: &str) -> &[Value] {
        self.0[member].as_array().map_or(&[], Vec::as_slice)
    }

    /// Every purl of the packages.
    pub fn purls(&self) -> impl Iterator<Item = &str> {
        let references = self
            .list("packages")
            .iter()
            .flat_map(|it| it["externalRefs"].as_array().into_iter().flatten());
        references
            .filter(|it| it["referenceType"] == "purl")
            .filter_map(|it| it["referenceLocator"].as_str())
    }

    /// The packages of one purl type, as `NAME@VERSION` with the namespace before the name, decoded; each only once.
    pub fn packages(&self, kind: &str) -> Result<BTreeSet<String>> {
        let prefix = format!("pkg:{kind}/");
        let mut packages = BTreeSet::new();
        for purl in self.purls() {
            let Some(rest) = purl.strip_prefix(&prefix) else { continue };
            let identity = rest.split(['?', '#']).next().unwrap_or_default();
            let package = percent_decode_str(identity).decode_utf8()?.into_owned();
            ensure!(packages.insert(package), "{purl} is listed twice");
        }
        Ok(packages)
    }

    /// How many packages there are of each purl type.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for kind in self.purls().filter_map(|it| it.strip_prefix("pkg:")?.split('/').next()) {
            *counts.entry(kind).or_default() += 1;
        }
        counts
    }

    /// The layers that BuildKit found the files in.
    pub fn file_layers(&self) -> Result<Vec<String>> {
        let layer = |file: &Value| {
            let comment = text(&file["comment"])
                .with_context(|| format!("{} has no layer", file["fileName"]))?;
            Ok(comment.strip_prefix("layerID: ").with_context(|| comment.clone())?.to_owned())
        };
        self.list("files").iter().map(layer).collect()
    }
}
