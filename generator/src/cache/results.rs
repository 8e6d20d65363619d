//! What a whole scan came to: some texts and documents, by everything that decides them.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use scanner_core::model::Sha256;

use super::layers::used;
use super::{Cache, RESULTS, UNFINISHED};

/// Bytes of the digest that a result begins with.
const DIGEST: usize = 32;
/// Bytes of the size before each part.
const SIZE: usize = 8;

/// What a result depends on. The program itself is a part of it without being named.
#[derive(Default)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// Adds something that the result depends on.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        for text in [name, value] {
            self.0.extend((text.len() as u64).to_le_bytes());
            self.0.extend(text.as_bytes());
        }
        self
    }

    fn file_name(&self) -> String {
        Sha256::of(&self.0).to_string()
    }
}

impl Cache {
    /// The parts of the result of this key; none if it is not there or damaged.
    pub(crate) fn result(&self, key: &Key) -> Option<Vec<Vec<u8>>> {
        let path = self.path(key);
        let mut bytes = Vec::new();
        used(&path).ok()??.read_to_end(&mut bytes).ok()?;
        let parts = parse(&bytes);
        if parts.is_none() {
            // One that stays is found damaged once more.
            let _ = fs::remove_file(path);
        }
        parts
    }

    /// Keeps a result. One that cannot be kept is made again the next time.
    pub(crate) fn keep_result(&self, key: &Key, parts: &[Vec<u8>]) {
        let path = self.path(key);
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(self.root.join(UNFINISHED))?;
            file.write_all(&pack(parts))?;
            file.persist(&path)?;
            Ok(())
        };
        match write() {
            Ok(()) => self.make_room(&path),
            Err(error) => self.tell(&error),
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(RESULTS).join(&self.version).join(key.file_name())
    }
}

/// The digest of all that follows, then each part after its size.
fn pack(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; DIGEST];
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    let digest = Sha256::of(bytes.get(DIGEST..).unwrap_or_default());
    bytes.splice(..DIGEST, digest.0);
    bytes
}

fn parse(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (digest, mut rest) = bytes.split_at_checked(DIGEST)?;
    if Sha256::of(rest).0 != digest {
        return None;
    }
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (size, after) = rest.split_at_checked(SIZE)?;
        let size = usize::try_from(u64::from_le_bytes(size.try_into().ok()?)).ok()?;
        let (part, after) = after.split_at_checked(size)?;
        parts.push(part.to_vec());
        rest = after;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_under_its_own_key_alone() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::open(root.path(), u64::MAX, "x").unwrap();
        let parts = vec![b"one".to_vec(), Vec::new(), b"two".to_vec()];
        let key = |value| Key::default().with("name", value);
        cache.keep_result(&key("a"), &parts);
        assert_eq!(cache.result(&key("a")), Some(parts));
        assert_eq!(cache.result(&key("b")), None);
        assert_eq!(Cache::open(root.path(), 1, "y").unwrap().result(&key("a")), None);
    }

    #[test]
    fn a_damaged_result_is_none_and_goes() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::open(root.path(), u64::MAX, "x").unwrap();
        let whole = pack(&[b"one".to_vec(), b"two".to_vec()]);
        for end in 0..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "cut at {end}");
        }
        let key = Key::default();
        cache.keep_result(&key, &[b"one".to_vec()]);
        fs::write(cache.path(&key), b"damaged").unwrap();
        assert_eq!(cache.result(&key), None);
        assert!(!cache.path(&key).exists());
    }

    #[test]
    fn texts_that_run_together_are_told_apart() {
        let key = |a, b| Key::default().with(a, b).file_name();
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }
}
