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

    /// Every purl of the packages that are installed: the root contains them.
    pub fn purls(&self) -> impl Iterator<Item = &str> {
        self.tied("CONTAINS")
    }

    /// The purls of packages that the root is tied to by a relation.
    fn tied(&self, relation: &str) -> impl Iterator<Item = &str> {
        let tied = self.list("relationships").iter().filter(move |it| {
            it["spdxElementId"] == "SPDXRef-DocumentRoot" && it["relationshipType"] == relation
        });
        let tied: BTreeSet<&str> =
            tied.filter_map(|it| it["relatedSpdxElement"].as_str()).collect();
        let packages = self.list("packages").iter();
        let packages =
            packages.filter(move |it| it["SPDXID"].as_str().is_some_and(|id| tied.contains(id)));
        packages
            .flat_map(|it| it["externalRefs"].as_array().into_iter().flatten())
            .filter(|it| it["referenceType"] == "purl")
            .filter_map(|it| it["referenceLocator"].as_str())
    }

    /// The installed packages of one purl type, as `NAME@VERSION` with the namespace before the name, decoded.
    pub fn packages(&self, kind: &str) -> Result<BTreeSet<String>> {
        names(self.purls(), kind)
    }

    /// The packages of one purl type that lockfiles ask for, in the same form.
    pub fn declared(&self, kind: &str) -> Result<BTreeSet<String>> {
        names(self.tied("DEPENDS_ON"), kind)
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

/// What purls of one type name; each only once.
fn names<'a>(purls: impl Iterator<Item = &'a str>, kind: &str) -> Result<BTreeSet<String>> {
    let prefix = format!("pkg:{kind}/");
    let mut packages = BTreeSet::new();
    for purl in purls {
        let Some(rest) = purl.strip_prefix(&prefix) else { continue };
        let identity = rest.split(['?', '#']).next().unwrap_or_default();
        let package = percent_decode_str(identity).decode_utf8()?.into_owned();
        ensure!(packages.insert(package), "{purl} is listed twice");
    }
    Ok(packages)
}
