//! What a scan needs of a place where listed layers are kept. Where and for how long that is decides who provides it.

use std::fs::File;
use std::io;

/// Keeps listed layers from one scan to the next.
pub trait LayerCache: Send + Sync {
    /// Looks a layer up by the digest of its content. While one lists a layer to keep it,
    /// whoever else wants the same one waits.
    fn claim(&self, diff_id: &str) -> Claim<'_>;

    /// Forgets a layer that turned out to be damaged.
    fn discard(&self, diff_id: &str);
}

/// What came of looking a layer up.
pub enum Claim<'a> {
    /// It is kept: the file, to be read.
    Kept(File),
    /// It is not, and can be kept here.
    Free(Box<dyn Place + 'a>),
    /// It is not, and cannot be kept.
    Unavailable,
}

/// Where a layer can be kept. Nobody finds it before it is whole; dropping the place gives it up.
pub trait Place {
    /// The file, empty, to be written and read.
    fn file(&self) -> io::Result<File>;

    /// Says that the file is whole. From now on it is found, if nothing stands in the way.
    fn keep(self: Box<Self>);
}
