//! `_composition.json`: which documents of layers an image's document is composed of.
//! Specification: "deterministic SBOM composition" of the scanner's own documents; RFC 8785 for the form.

use std::collections::BTreeMap;

use prost::Message as _;
use serde::{Deserialize, Serialize};
use sha1::Digest as _;

use super::TOOL;
use crate::model::{Part, Sha256};

/// The name of the file.
pub const FILE: &str = "_composition.json";

/// The manifest. Fields are written in the order of their names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    bom: Bom<'a>,
    fragments: Vec<Fragment<'a>>,
    merkle_root: String,
    pins: BTreeMap<&'static str, String>,
    schema: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    content_hash: String,
    image_digest: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fragment<'a> {
    fragment_sha256: String,
    layer_digest: &'a str,
    location: &'a str,
}

impl<'a> Fragment<'a> {
    fn of(part: &'a Part) -> Self {
        let (layer_digest, location) = (part.diff_id.as_str(), part.location.as_str());
        Self { fragment_sha256: part.sha256.to_string(), layer_digest, location }
    }
}

/// Writes the manifest. `content` is the digest of the image's document without what it says of its composition:
/// that names the manifest by its digest, so the manifest cannot have the digest of the finished document.
pub fn manifest(
    parts: &[Part],
    content: Sha256,
    image: &str,
    created: i64,
) -> serde_json::Result<Vec<u8>> {
    let manifest = Manifest {
        bom: Bom { content_hash: format!("sha256:{content}"), image_digest: image },
        fragments: parts.iter().map(Fragment::of).collect(),
        merkle_root: merkle_root(parts).map(|it| format!("sha256:{it}")).unwrap_or_default(),
        pins: BTreeMap::from([("created", created.to_string()), ("tool", TOOL.to_owned())]),
        schema: "stellaops.composition@1",
    };
    let mut bytes = serde_json::to_vec(&manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The root of the Merkle tree: leaves are the digests in their order, a parent is the digest of left and right,
/// and the last of an odd number is paired with itself. None of nothing.
pub fn merkle_root(parts: &[Part]) -> Option<Sha256> {
    let mut level: Vec<Sha256> = parts.iter().map(|it| it.sha256).collect();
    while level.len() > 1 {
        let parent = |pair: &[Sha256]| {
            let (left, right) = (pair.first()?, pair.last()?);
            Some(Sha256::of(&[left.0, right.0].concat()))
        };
        level = level.chunks(2).filter_map(parent).collect();
    }
    level.pop()
}

/// The document of a layer as others refer to it; none if it has no name of its own.
pub fn part(diff_id: String, location: &str, document: &[u8]) -> Option<Part> {
    let (name, location) = (name_of(document)?, location.to_owned());
    let sha1 = sha1::Sha1::digest(document).into();
    Some(Part { diff_id, name, location, sha1, sha256: Sha256::of(document) })
}

/// What a document of ours calls itself: CycloneDX's serial number, SPDX 2's namespace, SPDX 3's document.
fn name_of(document: &[u8]) -> Option<String> {
    let Ok(named) = serde_json::from_slice::<Named>(document) else {
        return NamedProtobuf::decode(document).ok()?.serial_number;
    };
    let of_graph = || named.graph.into_iter().find(|it| it.kind == "SpdxDocument")?.spdx_id;
    named.serial_number.or(named.document_namespace).or_else(of_graph)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    serial_number: Option<String>,
    document_namespace: Option<String>,
    #[serde(rename = "@graph", default)]
    graph: Vec<Element>,
}

/// The name in CycloneDX's protocol buffers; the other fields are passed over.
#[derive(prost::Message)]
struct NamedProtobuf {
    #[prost(string, optional, tag = "3")]
    serial_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    spdx_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        Part {
            diff_id: format!("sha256:{text}"),
            name: String::new(),
            location: String::new(),
            sha1: [0; 20],
            sha256: Sha256::of(text.as_bytes()),
        }
    }

    #[test]
    fn the_last_of_an_odd_number_is_paired_with_itself() {
        let hash = |left: Sha256, right: Sha256| Sha256::of(&[left.0, right.0].concat());
        let (a, b, c) = (part("a"), part("b"), part("c"));
        let (one, two) = (hash(a.sha256, b.sha256), hash(c.sha256, c.sha256));
        assert_eq!(merkle_root(&[]), None);
        assert_eq!(merkle_root(std::slice::from_ref(&a)), Some(a.sha256));
        assert_eq!(merkle_root(&[a, b, c]), Some(hash(one, two)));
    }

    #[test]
    fn documents_of_each_format_are_called_by_their_own_names() {
        let name = |text: &str| name_of(text.as_bytes());
        assert_eq!(name("{\"serialNumber\":\"urn:uuid:1\"}").as_deref(), Some("urn:uuid:1"));
        assert_eq!(name("{\"documentNamespace\":\"https://a\"}").as_deref(), Some("https://a"));
        let graph =
            "{\"@graph\":[{\"type\":\"Tool\"},{\"type\":\"SpdxDocument\",\"spdxId\":\"b\"}]}";
        assert_eq!(name(graph).as_deref(), Some("b"));
        assert_eq!(name("[]"), None);
        assert_eq!(name("\n\u{3}1.6\u{10}\u{1}\u{1a}\u{3}urn").as_deref(), Some("urn"));
        assert_eq!(name("\n\u{3}1.6"), None);
    }
}
