//! Listed layers, by the digest of their content.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use scanner_core::source::{Claim, LayerCache, Place};

use super::lock::Lock;
use super::{Cache, LAYERS, LOCKS, UNFINISHED};

impl LayerCache for Cache {
    fn claim(&self, diff_id: &str) -> Claim<'_> {
        self.look(diff_id).unwrap_or_else(|error| {
            self.tell(&error);
            Claim::Unavailable
        })
    }

    fn discard(&self, diff_id: &str) {
        // One that stays is found damaged once more.
        let _ = fs::remove_file(self.layer(diff_id));
    }
}

impl Cache {
    fn look(&self, diff_id: &str) -> io::Result<Claim<'_>> {
        let path = self.layer(diff_id);
        if let Some(file) = used(&path)? {
            return Ok(Claim::Kept(file));
        }
        let name = format!("{}-{}", self.version, file_name(diff_id));
        let lock = Lock::wait(&self.root.join(LOCKS).join(&name))?;
        // Somebody else may have listed it meanwhile.
        if let Some(file) = used(&path)? {
            return Ok(Claim::Kept(file));
        }
        let unfinished = self.root.join(UNFINISHED).join(&name);
        // Whoever left it there does not hold the lock any more.
        let _ = fs::remove_file(&unfinished);
        let file = OpenOptions::new().create_new(true).read(true).write(true).open(&unfinished)?;
        Ok(Claim::Free(Box::new(Unfinished { cache: self, unfinished, path, file, _lock: lock })))
    }

    fn layer(&self, diff_id: &str) -> PathBuf {
        self.root.join(LAYERS).join(&self.version).join(file_name(diff_id))
    }
}

/// A digest as a file name. Digests are checked by whoever read them; this holds for any text.
fn file_name(digest: &str) -> String {
    digest.replace(|it: char| !it.is_ascii_alphanumeric(), "-")
}

/// Opens an entry and notes that it was used; none if there is none.
pub(super) fn used(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => {
            // A cache that may only be read from is of use too.
            let _ = file.set_modified(SystemTime::now());
            Ok(Some(file))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A layer that is being listed. The lock goes last.
struct Unfinished<'a> {
    cache: &'a Cache,
    unfinished: PathBuf,
    path: PathBuf,
    file: File,
    _lock: Lock,
}

impl Place for Unfinished<'_> {
    fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    fn keep(self: Box<Self>) {
        match fs::rename(&self.unfinished, &self.path) {
            Ok(()) => self.cache.make_room(&self.path),
            Err(error) => self.cache.tell(&error),
        }
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // What was kept is not there any more.
        let _ = fs::remove_file(&self.unfinished);
    }
}
