//! What the analyzers of SBOMs that are found in images have in common.

use super::Findings;
use crate::formats::embedded_sbom::Listed;
use crate::model::{Code, Component, Kind, License, Method, Position, Purl};

/// Adds what an SBOM lists. What it does not identify by a purl is counted in a notice.
pub(super) fn add(found: &mut Findings<'_>, listed: Vec<Listed>, position: &Position) {
    let mut nameless = 0;
    for it in listed {
        match it.purl.as_deref().and_then(Purl::parse) {
            Some(purl) => found.add(Method::Attestation, position.clone(), component(it, &purl)),
            None => nameless += 1,
        }
    }
    if nameless > 0 {
        let message = format!("lists {nameless} components without a purl; left out");
        found.notice(Code::Incomplete, message);
    }
}

fn component(listed: Listed, purl: &Purl) -> Component {
    let kind = if listed.application { Kind::Application } else { Kind::Library };
    let version =
        if purl.version().is_empty() { listed.version } else { purl.version().to_owned() };
    let mut component = Component::new(kind, purl, listed.name, version);
    component.licenses = listed.license.as_deref().and_then(License::new).into_iter().collect();
    component
}
