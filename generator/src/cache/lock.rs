//! One lock an entry, held by whoever makes it. It ends with the process, however that ends.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// A lock that is held.
pub(super) struct Lock {
    path: PathBuf,
    /// Closing it unlocks.
    _file: File,
}

impl Lock {
    /// Waits until nobody else holds the lock.
    /// Who holds one never waits for another, so nobody waits in a circle.
    pub(super) fn wait(path: &Path) -> io::Result<Self> {
        loop {
            let file = open(path)?;
            flock(&file, FlockOperation::LockExclusive)?;
            if is_there(&file, path) {
                return Ok(Self { path: path.to_owned(), _file: file });
            }
        }
    }

    /// Takes the lock if nobody holds it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) if is_there(&file, path) => {
                Ok(Some(Self { path: path.to_owned(), _file: file }))
            }
            Ok(()) | Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever waits for it sees that the file is gone and makes another.
        let _ = fs::remove_file(&self.path);
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// Whether the file that is locked is still the one that others will open.
fn is_there(file: &File, path: &Path) -> bool {
    let identity = |it: fs::Metadata| (it.dev(), it.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(own), Ok(other)) => identity(own) == identity(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_a_lock_and_others_wait_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let held = Lock::wait(&path).unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || drop(Lock::wait(&path).unwrap())
        });
        drop(held);
        waiting.join().unwrap();
        assert!(Lock::take(&path).unwrap().is_some());
        assert!(!path.exists());
    }
}
