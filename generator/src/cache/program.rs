//! What of the program decides what it finds: all of it. A hand-kept number would be forgotten.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use anyhow::Context as _;
use scanner_core::fs::digest;
use scanner_core::read::ReadAt;

/// The first half of the digest of the program's own file.
pub(crate) fn fingerprint() -> anyhow::Result<String> {
    let digest = own_digest().context("cannot read the program itself to tell its version")?;
    Ok(digest.chars().take(32).collect())
}

fn own_digest() -> io::Result<String> {
    let file = File::open(std::env::current_exe()?)?;
    let size = file.metadata()?.len();
    Ok(digest(&Program { file, size })?.to_string())
}

struct Program {
    file: File,
    size: u64,
}

impl ReadAt for Program {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_running_program() {
        assert_eq!(fingerprint().unwrap().len(), 32);
        assert_eq!(fingerprint().unwrap(), fingerprint().unwrap());
    }
}
