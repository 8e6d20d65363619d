//! How the identifier is written that a linker gave a binary.

use crate::model::{Sha256, hex};

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
