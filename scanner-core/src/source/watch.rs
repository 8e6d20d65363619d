//! What is told of layers while they are read.

use std::io::{self, Read};

use oci_spec::image::Digest;

/// What happens to a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerEvent {
    /// It begins to be read: its size as it is stored, in bytes, where something states it.
    Begun(Option<u64>),
    /// So many more of its stored bytes were read.
    Read(u64),
    /// It was read to its end and is what its digests say: how many entries it has.
    Listed(usize),
    /// An earlier scan listed it, so it is not read: how many entries it has.
    Kept(usize),
}

/// Who hears of layers. Several may be read at the same time.
pub type Watch<'a> = dyn Fn(&Digest, LayerEvent) + Sync + 'a;

/// A stream of which each read is told.
pub(super) struct Watched<'a, R> {
    pub(super) inner: R,
    pub(super) name: &'a Digest,
    pub(super) watch: &'a Watch<'a>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        (self.watch)(self.name, LayerEvent::Read(read as u64));
        Ok(read)
    }
}
