//! The documents that can stand beside an image, each with its file name, its media type and its predicate type.
//! Specifications: the media types of SPDX and CycloneDX; in-toto's list of predicates, as BuildKit and cosign use it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scanner_core::emit::{EMITTERS, Emitter, in_toto};
use scanner_core::model::{Sha256, View};
use serde_json::json;

/// The format that BuildKit knows as an SBOM.
pub(crate) const SPDX: &str = "spdx-json";

/// The predicate type of CycloneDX.
pub(crate) const CYCLONEDX: &str = "https://cyclonedx.org/bom";
/// The predicate type of SPDX 3.
pub(crate) const SPDX3: &str = "https://spdx.dev/Document/v3";

/// A document that can stand beside an image.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// The name of the format on the command line.
    pub(crate) format: &'static str,
    /// Which part of the inventory it shows, where the format tells them apart.
    pub(crate) view: Option<View>,
    /// The name of its file, which tells it from all others but those of another version of its format.
    pub(crate) file: &'static str,
    /// The media type, which is the type of the artifact too.
    pub(crate) media_type: &'static str,
    /// What it is called as a predicate, if it can be one.
    pub(crate) predicate_type: Option<&'static str>,
    /// Whether it is JSON, which predicates must be.
    json: bool,
    /// Whether it is made when the user names no format.
    pub(crate) usual: bool,
}

/// Every one, in the order in which they are attached.
pub(crate) const ARTIFACTS: &[Artifact] = &[
    Artifact {
        format: SPDX,
        view: None,
        file: "sbom.spdx.json",
        media_type: "application/spdx+json",
        predicate_type: Some(in_toto::SPDX),
        json: true,
        usual: true,
    },
    Artifact {
        format: "spdx3-json",
        view: None,
        file: "sbom.spdx3.json",
        media_type: "application/spdx+json",
        predicate_type: Some(SPDX3),
        json: true,
        usual: false,
    },
    Artifact { usual: true, ..cyclonedx_json("cyclonedx-json", View::Inventory) },
    Artifact { usual: true, ..cyclonedx_json("cyclonedx-json", View::Usage) },
    cyclonedx_protobuf("cyclonedx-pb", View::Inventory),
    cyclonedx_protobuf("cyclonedx-pb", View::Usage),
    cyclonedx_json("cyclonedx-json@1.7", View::Inventory),
    cyclonedx_json("cyclonedx-json@1.7", View::Usage),
    cyclonedx_protobuf("cyclonedx-pb@1.7", View::Inventory),
    cyclonedx_protobuf("cyclonedx-pb@1.7", View::Usage),
    Artifact {
        format: "bom-index",
        view: None,
        file: "bom-index.bin",
        media_type: "application/vnd.stellaops.bom-index.v1+binary",
        predicate_type: Some("https://stella-ops.org/attestations/bom-index/v1"),
        json: false,
        usual: true,
    },
    Artifact {
        format: "entrytrace-json",
        view: None,
        file: "entrytrace.json",
        media_type: "application/vnd.stellaops.entrytrace+json",
        predicate_type: Some("https://stella-ops.org/attestations/entrytrace/v1"),
        json: true,
        usual: true,
    },
];

const fn cyclonedx_json(format: &'static str, view: View) -> Artifact {
    Artifact {
        format,
        file: match view {
            View::Inventory => "inventory.cdx.json",
            View::Usage => "usage.cdx.json",
        },
        view: Some(view),
        media_type: "application/vnd.cyclonedx+json",
        predicate_type: Some(CYCLONEDX),
        json: true,
        usual: false,
    }
}

const fn cyclonedx_protobuf(format: &'static str, view: View) -> Artifact {
    Artifact {
        format,
        file: match view {
            View::Inventory => "inventory.cdx.pb",
            View::Usage => "usage.cdx.pb",
        },
        view: Some(view),
        media_type: "application/x.vnd.cyclonedx+protobuf",
        predicate_type: None,
        json: false,
        usual: false,
    }
}

impl Artifact {
    /// Whether it is of a version of its format that has to be asked for.
    pub(crate) fn is_newer(&self) -> bool {
        self.format.contains('@')
    }

    /// What writes it.
    pub(crate) fn emitter(&self) -> Option<&'static dyn Emitter> {
        EMITTERS.iter().find(|it| it.format() == self.format).copied()
    }

    /// The document as a predicate: itself, or wrapped with its type and digest if it is no JSON.
    pub(crate) fn predicate<'a>(&self, document: &'a [u8]) -> serde_json::Result<Cow<'a, [u8]>> {
        if self.json {
            return Ok(Cow::Borrowed(document));
        }
        let digest = format!("sha256:{}", Sha256::of(document));
        let (media_type, size) = (self.media_type, document.len());
        let content = STANDARD.encode(document);
        let wrapped =
            json!({ "mediaType": media_type, "digest": digest, "size": size, "content": content });
        Ok(Cow::Owned(serde_json::to_vec(&wrapped)?))
    }

    /// The name of the file that holds the predicate.
    pub(crate) fn predicate_file(&self) -> String {
        let stem = self.file.strip_suffix(".bin").filter(|_| !self.json);
        stem.map_or_else(|| self.file.to_owned(), |stem| format!("{stem}.json"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_files_are_called_alike_and_each_has_what_writes_it() {
        let first = || ARTIFACTS.iter().filter(|it| !it.is_newer());
        let files: BTreeSet<&str> = first().map(|it| it.file).collect();
        let predicates: BTreeSet<String> = first().map(Artifact::predicate_file).collect();
        assert_eq!((files.len(), predicates.len()), (first().count(), first().count()));
        assert!(ARTIFACTS.iter().all(|it| it.emitter().is_some()));
    }

    #[test]
    fn what_is_no_json_is_wrapped_as_a_predicate() {
        let index = ARTIFACTS.iter().find(|it| it.format == "bom-index").unwrap();
        let wrapped: serde_json::Value =
            serde_json::from_slice(&index.predicate(b"abc").unwrap()).unwrap();
        assert_eq!(wrapped["content"], "YWJj");
        assert_eq!(wrapped["mediaType"], "application/vnd.stellaops.bom-index.v1+binary");
        assert_eq!(&*ARTIFACTS[0].predicate(b"{}").unwrap(), b"{}");
    }
}
