//! How the document of an image and those of its layers belong together.

use super::Sha256;

/// What a document that was composed, or is a part of such, says of that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    /// The digest of the document as it is without anything that is said here.
    pub content: Option<Sha256>,
    /// The digest of the manifest that lists the parts.
    pub manifest: Option<Sha256>,
    /// The root of the Merkle tree over the digests of the parts.
    pub merkle_root: Option<Sha256>,
    /// The documents of the layers, by the digests of the layers.
    pub parts: Vec<Part>,
}

/// The document of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The digest of the layer's content.
    pub diff_id: String,
    /// What the document calls itself: its serial number or namespace.
    pub name: String,
    /// Where it is, as seen from the manifest.
    pub location: String,
    /// SHA-1 of the document, which SPDX 2.3 demands.
    pub sha1: [u8; 20],
    /// SHA-256 of the document.
    pub sha256: Sha256,
}

impl Composition {
    /// What is said, keyed as properties are.
    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let content = self.content.map(|it| ("stella.contentHash", format!("sha256:{it}")));
        let manifest =
            self.manifest.map(|it| ("composition.manifest", format!("cas://sha256/{it}")));
        let root = self.merkle_root.map(|it| ("merkle.root", format!("sha256:{it}")));
        [content, manifest, root].into_iter().flatten().collect()
    }
}
