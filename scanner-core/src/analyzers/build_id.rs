//! How the identifier is written that a linker gave a binary.

use std::fmt::Write as _;

use crate::model::Sha256;

/// Of ELF.
pub(super) fn gnu(bytes: &[u8]) -> String {
    format!("gnu-build-id:{}", hex(bytes))
}

/// Of Mach-O.
pub(super) fn macho(bytes: &[u8]) -> String {
    format!("macho-uuid:{}", hex(bytes))
}

/// Where the linker gave none: the digest of the file, marked as such.
pub(super) fn of_file(digest: Sha256) -> String {
    format!("file-sha256:{digest}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
