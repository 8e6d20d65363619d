//! Tar archives as container engines read them.
//! Specification: POSIX pax(1), GNU tar's "Basic Tar Format" and "Storing Sparse Files".
//! Where readers differ, this one does what Go's archive/tar does, through which every container engine sees layers.

mod header;
mod pax;
mod sparse;

use std::io::{self, Read as _};

use super::Malformed;
use header::{BLOCK, BLOCK_LENGTH, Header};

pub use sparse::Piece;

/// A source of bytes that can leave some out.
pub trait Stream: io::Read {
    /// Passes over so many bytes; fewer are an error.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

impl Stream for &[u8] {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let rest = usize::try_from(bytes).ok().and_then(|bytes| self.get(bytes..));
        *self = rest.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(())
    }
}

impl<S: Stream + ?Sized> Stream for &mut S {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        (**self).skip(bytes)
    }
}

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes do not come.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The bytes are no archive.
    #[error("is no valid tar archive: {0}")]
    Malformed(#[from] Malformed),
}

/// What may be held of one member's own description.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of extended headers before one member.
    pub extension_bytes: u64,
    /// Pieces of a sparse file.
    pub pieces: usize,
}

/// A file, directory or link of an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// The name as written; it may be absolute or climb.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// Where its stored bytes begin, counted from the start of the archive.
    pub position: u64,
    /// How many bytes are stored.
    pub stored: u64,
    /// The size of the file.
    pub size: u64,
    /// The pieces of the file that the stored bytes are, where they are not the whole file. The rest is zeros.
    pub pieces: Option<Vec<Piece>>,
}

/// What a member is.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// Another name of a member or of a file that is there already.
    Hardlink(Vec<u8>),
    /// A symbolic link and its target.
    Symlink(Vec<u8>),
    /// A directory.
    Directory,
    /// A device or fifo.
    Special,
    /// A type that engines do not know.
    Unknown(u8),
}

/// Reads an archive member by member.
pub struct Tar<S> {
    stream: S,
    bounds: Bounds,
    position: u64,
    /// Stored bytes of the current member that were not read.
    left: u64,
    padding: u64,
}

/// What extended headers say about the member after them.
#[derive(Default)]
struct Extensions {
    bytes: u64,
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    records: pax::Records,
}

impl<S: Stream> Tar<S> {
    /// Begins at the first header.
    pub fn new(stream: S, bounds: Bounds) -> Self {
        Self { stream, bounds, position: 0, left: 0, padding: 0 }
    }

    /// The next member; none at the end of the archive. What was not read of the last one is left out.
    pub fn next_member(&mut self) -> Result<Option<Member>, Error> {
        let mut extensions = Extensions::default();
        loop {
            self.finish_member()?;
            let start = self.position;
            let Some(header) = self.header()? else { return Ok(None) };
            let size = header.size(start)?;
            match header.kind() {
                b'L' => {
                    extensions.name = Some(header::text(&self.extension(size, &mut extensions)?));
                }
                b'K' => {
                    extensions.link = Some(header::text(&self.extension(size, &mut extensions)?));
                }
                b'x' => {
                    let bytes = self.extension(size, &mut extensions)?;
                    extensions.records = pax::parse(&bytes, start)?;
                }
                // Defaults for all members; engines leave them out.
                b'g' => drop(self.extension(size, &mut extensions)?),
                _ => return self.member(&header, size, extensions, start).map(Some),
            }
        }
    }

    /// The stream, wherever it stands now.
    pub fn into_stream(self) -> S {
        self.stream
    }

    fn member(
        &mut self,
        header: &Header,
        size: u64,
        extensions: Extensions,
        start: u64,
    ) -> Result<Member, Error> {
        let malformed = |what| Malformed { what, offset: start };
        let records = &extensions.records;
        let size = records
            .number(b"size")
            .map_or(Ok(size), |it| it.ok_or(malformed("a size that is no number")))?;
        let name =
            extensions.name.or_else(|| records.text(b"path")).unwrap_or_else(|| header.name());
        let link =
            extensions.link.or_else(|| records.text(b"linkpath")).unwrap_or_else(|| header.link());
        let kind = match header.kind() {
            0 if name.ends_with(b"/") => Kind::Directory,
            0 | b'0' | b'7' | b'S' => Kind::File,
            b'1' => Kind::Hardlink(link),
            b'2' => Kind::Symlink(link),
            b'3' | b'4' | b'6' => Kind::Special,
            b'5' => Kind::Directory,
            other => Kind::Unknown(other),
        };
        // Members of these kinds have no content, whatever size they state.
        let bare = !matches!(kind, Kind::File | Kind::Unknown(_));
        let stored = if bare { 0 } else { size };
        self.left = stored;
        self.padding = stored.wrapping_neg() % BLOCK;
        let mut member = Member {
            name,
            kind,
            mode: header.mode(),
            position: self.position,
            stored,
            size: stored,
            pieces: None,
        };
        if member.kind == Kind::File {
            self.sparse(header, records, &mut member, start)?;
        }
        Ok(member)
    }

    /// The body of an extended header.
    fn extension(&mut self, size: u64, extensions: &mut Extensions) -> Result<Vec<u8>, Error> {
        extensions.bytes = extensions.bytes.saturating_add(size).saturating_add(BLOCK);
        if extensions.bytes > self.bounds.extension_bytes {
            return Err(Malformed {
                what: "extended headers over the limit",
                offset: self.position,
            }
            .into());
        }
        (self.left, self.padding) = (size, size.wrapping_neg() % BLOCK);
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.read(&mut buffer)? {
                0 => return Ok(bytes),
                read => bytes.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            }
        }
    }

    /// The next header; none at the end, which two blocks of zeros or the end of the bytes are.
    fn header(&mut self) -> Result<Option<Header>, Error> {
        let start = self.position;
        let Some(block) = self.block()? else { return Ok(None) };
        if block.iter().any(|byte| *byte != 0) {
            return Ok(Some(Header::new(&block, start)?));
        }
        match self.block()? {
            Some(next) if next.iter().any(|byte| *byte != 0) => {
                Err(Malformed { what: "a block of zeros before a member", offset: start }.into())
            }
            _ => Ok(None),
        }
    }

    /// The next block; none if there is not a byte more.
    fn block(&mut self) -> Result<Option<[u8; BLOCK_LENGTH]>, Error> {
        let mut block = [0; BLOCK_LENGTH];
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|it| !it.is_empty()) {
            match self.stream.read(rest) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.position = self.position.saturating_add(BLOCK);
        Ok(Some(block))
    }

    /// Counts stored bytes of the current member that were read.
    fn passed(&mut self, read: usize) {
        self.left = self.left.saturating_sub(read as u64);
        self.position = self.position.saturating_add(read as u64);
    }

    fn finish_member(&mut self) -> Result<(), Error> {
        let rest = self.left.checked_add(self.padding);
        let next = rest.and_then(|rest| self.position.checked_add(rest));
        let (Some(rest), Some(next)) = (rest, next) else {
            return Err(
                Malformed { what: "a member of impossible size", offset: self.position }.into()
            );
        };
        if rest > 0 {
            self.stream.skip(rest)?;
        }
        (self.left, self.padding, self.position) = (0, 0, next);
        Ok(())
    }
}

/// Reads on in the stored bytes of the current member, to their end.
impl<S: Stream> io::Read for Tar<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|it| !it.is_empty()) else { return Ok(0) };
        let read = self.stream.read(buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.passed(read);
        Ok(read)
    }
}

/// The same without a copy of the bytes.
impl<S: Stream + io::BufRead> io::BufRead for Tar<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let ready = self.stream.fill_buf()?;
        if ready.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(ready.len());
        Ok(ready.get(..most).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.stream.consume(amount);
        self.passed(amount);
    }
}
