//! Files by name, which is how image layouts keep their blobs: in a directory or as members of an archive.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rustix::fd::OwnedFd;
use rustix::fs::OFlags;
use rustix::io::Errno;

use super::decompress::{Compression, Decoder};
use super::host::{self, HostFile};
use super::{Reading, SourceError, beneath};
use crate::formats::tar::{self, Bounds, Kind, Stream, Tar};
use crate::limits::Limits;
use crate::path::ImagePath;
use crate::read::{Cursor, ReadAt, Section, window};

/// Files by name.
pub(super) trait Store: Send + Sync {
    /// Opens a file; none if there is none of that name.
    fn open(&self, name: &str) -> io::Result<Option<Arc<dyn ReadAt>>>;
}

/// Reads a whole file of a store that must not be larger than a manifest may be.
pub(super) fn read(
    store: &dyn Store,
    name: &str,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, SourceError> {
    let Some(file) = store.open(name).map_err(SourceError::unreadable(name))? else {
        return Ok(None);
    };
    if file.size() > limits.manifest_bytes {
        let (size, limit) = (file.size(), limits.manifest_bytes);
        return Err(SourceError::Unsupported(format!(
            "{name} has {size} bytes, over the limit of {limit}"
        )));
    }
    window(file.as_ref(), 0, limits.manifest_bytes).map(Some).map_err(SourceError::unreadable(name))
}

/// A directory of the host. Nothing outside it is opened, whatever its links say.
pub(super) struct Directory(OwnedFd);

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        beneath::open_root(path).map(Self).map_err(SourceError::unreadable(path.display()))
    }
}

impl Store for Directory {
    fn open(&self, name: &str) -> io::Result<Option<Arc<dyn ReadAt>>> {
        let Some(path) = ImagePath::normalize(name) else { return Ok(None) };
        match beneath::open(&self.0, &path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY) {
            Ok(fd) => Ok(Some(Arc::new(HostFile::new(fd)?))),
            Err(error) if Errno::from_io_error(&error) == Some(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A tar archive of the host, listed once.
pub(super) struct Archive {
    file: Arc<dyn ReadAt>,
    members: BTreeMap<ImagePath, Member>,
    hops: usize,
}

enum Member {
    File { position: u64, size: u64 },
    Link(ImagePath),
}

impl Archive {
    /// Lists the members. A compressed archive is decompressed into the spill file first.
    pub(super) fn open(path: &Path, reading: &Reading<'_>) -> Result<Self, SourceError> {
        let name = path.display();
        let file = host::open(path).map_err(SourceError::unreadable(path.display()))?;
        let start = window(&file, 0, 8).map_err(SourceError::unreadable(path.display()))?;
        let file: Arc<dyn ReadAt> = match Compression::of(&start) {
            Compression::Plain => Arc::new(file),
            Compression::Gzip | Compression::Zstd => {
                let unpack = || Ok((Decoder::new(Cursor::new(&file))?).0);
                let unpacked = unpack().and_then(|mut it| reading.spill.append(&mut it));
                Arc::new(unpacked.map_err(SourceError::unreadable(path.display()))?)
            }
        };
        Self::list(file, &name.to_string(), reading)
    }

    /// Takes an archive that comes as a stream, which the spill file then holds.
    pub(super) fn receive(
        stream: &mut dyn Read,
        name: &str,
        reading: &Reading<'_>,
    ) -> Result<Self, SourceError> {
        let received = reading.spill.append(stream).map_err(SourceError::unreadable(name))?;
        Self::list(Arc::new(received), name, reading)
    }

    fn list(file: Arc<dyn ReadAt>, name: &str, reading: &Reading<'_>) -> Result<Self, SourceError> {
        let members = members(file.as_ref(), reading.limits).map_err(|error| match error {
            tar::Error::Io(error) => SourceError::Unreadable { what: name.to_owned(), error },
            tar::Error::Malformed(_) => SourceError::Unsupported(format!("{name} {error}")),
        })?;
        Ok(Self { file, members, hops: reading.limits.link_hops })
    }
}

impl Store for Archive {
    fn open(&self, name: &str) -> io::Result<Option<Arc<dyn ReadAt>>> {
        let mut member = ImagePath::normalize(name).and_then(|path| self.members.get(&path));
        for _ in 0..self.hops {
            match member {
                Some(Member::Link(target)) => member = self.members.get(target),
                Some(Member::File { position, size }) => {
                    return Ok(Some(Arc::new(Section::new(
                        Arc::clone(&self.file),
                        *position,
                        *size,
                    ))));
                }
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// Lists an archive, reading headers only. Of members of one name the last one counts.
fn members(file: &dyn ReadAt, limits: &Limits) -> Result<BTreeMap<ImagePath, Member>, tar::Error> {
    let bounds = Bounds { extension_bytes: limits.extension_bytes, pieces: limits.sparse_pieces };
    let mut archive = Tar::new(Cursor::new(file), bounds);
    let mut members = BTreeMap::new();
    while let Some(member) = archive.next_member()? {
        let Some(path) =
            ImagePath::normalize(&member.name).filter(|_| members.len() < limits.entries)
        else {
            continue;
        };
        let link = match &member.kind {
            Kind::File if member.pieces.is_none() => {
                members.insert(path, Member::File { position: member.position, size: member.size });
                continue;
            }
            // Older versions of Docker store a layer once and link to it.
            Kind::Symlink(target) => path.parent().and_then(|directory| directory.join(target)),
            Kind::Hardlink(target) => ImagePath::normalize(target),
            _ => None,
        };
        members.extend(link.map(|target| (path, Member::Link(target))));
    }
    Ok(members)
}

impl Stream for Cursor<'_> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.offset = self.offset.saturating_add(bytes);
        Ok(())
    }
}
