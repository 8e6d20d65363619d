//! What of the program decides what it finds: all of it. A hand-kept number would be forgotten.

use anyhow::Context as _;
use scanner_core::formats::elf::Facts;
use scanner_core::formats::executable::Executable;
use scanner_core::fs::digest;
use scanner_core::model::hex;

use crate::host_file::HostFile;

/// Bytes of a table of the program that are read at most.
const TABLE: u64 = 1 << 20;
/// Bytes of a build ID that was made of the whole program: those of a SHA-1 digest.
const BUILD_ID: usize = 20;
/// Characters of a fingerprint.
const LENGTH: usize = 32;

/// The beginning of the build ID, which the linker makes of all that it writes; where it made none,
/// of the digest of the program's own file, which takes as long as a whole scan that finds everything kept.
pub(crate) fn fingerprint() -> anyhow::Result<String> {
    let found =
        std::env::current_exe().and_then(|it| HostFile::open(&it)).and_then(
            |program| match build_id(&program) {
                Some(id) => Ok(id),
                None => digest(&program).map(|it| it.to_string()),
            },
        );
    let found = found.context("cannot read the program itself to tell its version")?;
    Ok(found.chars().take(LENGTH).collect())
}

fn build_id(program: &HostFile) -> Option<String> {
    let Ok(Some(Executable::Elf(elf))) = Executable::read(program, TABLE) else { return None };
    let id = Facts::read(program, &elf, TABLE).build_id.filter(|it| it.len() == BUILD_ID)?;
    Some(hex(&id))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt as _;

    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_running_program() {
        assert_eq!(fingerprint().unwrap().len(), LENGTH);
        assert_eq!(fingerprint().unwrap(), fingerprint().unwrap());
    }

    #[test]
    fn a_program_without_a_build_id_is_told_by_its_digest() {
        let of = |bytes: &[u8]| {
            let file = tempfile::tempfile().unwrap();
            file.write_all_at(bytes, 0).unwrap();
            build_id(&file.try_into().unwrap())
        };
        let note = |id: &[u8]| testkit::Elf::new().note(".note.gnu.build-id", "GNU", 3, id).build();
        assert_eq!(of(&note(&[0xab; 20])), Some("ab".repeat(20)));
        // Whoever asks the linker for a short one, or for one of his own making, vouches for it himself.
        assert_eq!(of(&note(&[0xab; 8])), None);
        assert_eq!(of(&testkit::Elf::new().build()), None);
    }
}
