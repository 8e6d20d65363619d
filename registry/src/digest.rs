//! Digests of what is at hand.

use std::fmt::Write as _;

use oci_spec::image::{Digest, DigestAlgorithm};
use sha2::Digest as _;

/// The SHA-256 digest of bytes, as manifests write it.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&sha2::Sha256::digest(bytes)))
}

/// The digest of bytes in the manner of another one; none if nobody here knows how.
pub(crate) fn alike(bytes: &[u8], digest: &Digest) -> Option<String> {
    match digest.algorithm() {
        DigestAlgorithm::Sha256 => Some(sha256(bytes)),
        DigestAlgorithm::Sha384 => Some(format!("sha384:{}", hex(&sha2::Sha384::digest(bytes)))),
        DigestAlgorithm::Sha512 => Some(format!("sha512:{}", hex(&sha2::Sha512::digest(bytes)))),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
