//! Passing over a stored layer, from the first byte to the last.

use std::collections::BTreeMap;
use std::io::{self, Read};

use oci_spec::image::Digest;

use super::Stored;
use super::content::{self, Content};
use super::tree::{Kept, Listing, Tree};
use crate::formats::executable::START;
use crate::formats::tar::{self, Bounds, Stream, Tar};
use crate::image::{Keep, Passing};
use crate::model::{Code, Notice};
use crate::path::ImagePath;
use crate::source::decompress::{Compression, Decoder};
use crate::source::spill::{SpillError, Writer};
use crate::source::verify::{Digester, Verified};
use crate::source::watch::{LayerEvent, Watch, Watched};
use crate::source::{Reading, SourceError, Spill};

/// First bytes by which files are told apart.
#[expect(clippy::cast_possible_truncation, reason = "a constant of a few bytes")]
const HEAD: usize = START as usize;

/// What a pass found.
pub(super) struct Pass {
    pub(super) listing: Listing,
    /// Whether the archive is stored as it is and can be read anywhere.
    pub(super) direct: bool,
    /// The digest of the content, where it was digested apart from the blob.
    content: Option<String>,
    /// Whether the bound on a layer's bytes was not reached.
    complete: bool,
}

/// Lists a layer and verifies its digests. Contents may stay where they are if that is `in_place`.
pub(super) fn list(
    stored: &Stored,
    reading: &Reading<'_>,
    in_place: bool,
) -> Result<Pass, SourceError> {
    let name = stored.name();
    (reading.watch)(name, LayerEvent::Begun(stored.size));
    let mut blob = open(stored, reading.watch).map_err(|error| unreadable(name, error))?;
    let listed = unpack(&mut blob, stored, reading, in_place);
    blob.drain().map_err(SourceError::unreadable(name))?;
    // A blob that was damaged on its way is told as such, whatever its archive looks like.
    let found = check(stored, blob)?;
    let pass = listed?;
    let content = pass.content.as_ref().unwrap_or(&found);
    if pass.complete && content != stored.diff_id.as_ref() {
        let why = format!(
            "has content of the digest {content}, not {} as the configuration says",
            stored.diff_id
        );
        return Err(SourceError::corrupt(name, why));
    }
    (reading.watch)(name, LayerEvent::Listed(pass.listing.entries.len()));
    Ok(pass)
}

/// A blob as it streams by, one byte more of it at most than it should have.
type StoredBytes<'a> = Verified<io::Take<Watched<'a, Box<dyn Read + 'a>>>>;

fn open<'a>(stored: &'a Stored, watch: &'a Watch<'a>) -> io::Result<StoredBytes<'a>> {
    let most = stored.size.map_or(u64::MAX, |size| size.saturating_add(1));
    let (inner, name) = (stored.blob.open()?, stored.name());
    let stream = Watched { inner, name, watch };
    Ok(Verified::new(stream.take(most), digester(name)?))
}

fn digester(expected: &Digest) -> io::Result<Digester> {
    let unknown = || {
        let message = format!("nobody here knows how to verify digests like {expected}");
        io::Error::new(io::ErrorKind::Unsupported, message)
    };
    Digester::new(expected).ok_or_else(unknown)
}

/// Tells a digest that nobody here knows from a blob that cannot be read.
fn unreadable(name: &Digest, error: io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::Unsupported => SourceError::Unsupported(error.to_string()),
        _ => SourceError::unreadable(name)(error),
    }
}

/// Verifies size and digest of a blob that was read to its end. Gives its digest.
fn check(stored: &Stored, blob: StoredBytes<'_>) -> Result<String, SourceError> {
    let name = stored.name();
    let count = blob.count();
    match stored.size {
        Some(size) if count > size => {
            let why = format!("has more than the {size} bytes that its manifest says");
            return Err(SourceError::corrupt(name, why));
        }
        Some(size) if count < size => {
            let why = format!("has {count} bytes, not {size} as its manifest says");
            return Err(SourceError::corrupt(name, why));
        }
        _ => {}
    }
    let found = blob.digest();
    match &stored.digest {
        Some(expected) if expected.as_ref() != found => {
            Err(SourceError::corrupt(name, format!("has the digest {found}")))
        }
        _ => Ok(found),
    }
}

/// Decompresses a blob and reads its content, which is digested as it is read.
fn unpack(
    blob: &mut StoredBytes<'_>,
    stored: &Stored,
    reading: &Reading<'_>,
    in_place: bool,
) -> Result<Pass, SourceError> {
    let (decoder, compression) = Decoder::new(blob).map_err(broken(stored))?;
    let plain = compression == Compression::Plain;
    let direct = plain && in_place && stored.blob.at().is_some();
    // Of a plain archive the blob is the content: one digest is enough.
    let same = plain && stored.name().algorithm() == stored.diff_id.algorithm();
    let mut decoder = decoder.take(reading.limits.layer_bytes.saturating_add(1));
    content::read(&mut decoder, &|mut content| {
        let digester = (!same).then(|| digester(&stored.diff_id)).transpose();
        content.digest(digester.map_err(|error| unreadable(stored.name(), error))?);
        pass(content, stored, reading, direct)
    })
}

/// Reads a layer's content to its end.
fn pass(
    mut content: Content<'_>,
    stored: &Stored,
    reading: &Reading<'_>,
    direct: bool,
) -> Result<Pass, SourceError> {
    let name = stored.name();
    let mut tree = Tree::new(reading.limits);
    let listed = members(&mut content, &mut tree, reading, direct);
    let drained = content.drain();
    let mut listing = tree.finish();
    let limit = reading.limits.layer_bytes;
    let complete = content.count() <= limit;
    if complete {
        listed.map_err(|error| explain(name, error))?;
        drained.map_err(broken(stored))?;
    } else {
        let message =
            format!("the layer holds over {limit} bytes; what comes after them is left out");
        listing.notices.push(Notice { path: ImagePath::root(), code: Code::LimitReached, message });
    }
    Ok(Pass { listing, direct, content: content.finish(), complete })
}

/// Tells that a blob cannot be decompressed.
fn broken(stored: &Stored) -> impl FnOnce(io::Error) -> SourceError {
    |error| SourceError::corrupt(stored.name(), format!("cannot be decompressed: {error}"))
}

/// Whether a file of our own is what could not be written.
pub(super) fn is_spill(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(it) if it.is::<SpillError>())
}

/// Tells a full disk from a broken layer.
fn explain(blob: &Digest, error: tar::Error) -> SourceError {
    match error {
        tar::Error::Io(error) if is_spill(&error) => {
            SourceError::Unreadable { what: format!("all of the blob {blob}"), error }
        }
        tar::Error::Io(error) => {
            SourceError::corrupt(blob, format!("cannot be read to its end: {error}"))
        }
        malformed @ tar::Error::Malformed(_) => SourceError::corrupt(blob, malformed),
    }
}

/// Goes through the members of the archive and keeps what is wanted of them, unless they can be read where they lie.
fn members(
    content: &mut Content<'_>,
    tree: &mut Tree<'_>,
    reading: &Reading<'_>,
    direct: bool,
) -> Result<(), tar::Error> {
    let bounds = Bounds {
        extension_bytes: reading.limits.extension_bytes,
        pieces: reading.limits.sparse_pieces,
    };
    let mut archive = Tar::new(content, bounds);
    let mut writer = Writer::new(&reading.spill);
    while let Some(member) = archive.next_member()? {
        let Some(path) = tree.add(&member).filter(|_| !direct && member.stored > 0) else {
            continue;
        };
        let mut buffer = [0; HEAD];
        let head = fill(&mut buffer, &mut |free| archive.read(free))?;
        let passing =
            Passing { path: &path, size: member.size, executable: member.mode & 0o111 != 0, head };
        let kept = match (reading.keep)(&passing) {
            Keep::Nothing => None,
            Keep::Head if (head.len() as u64) < member.stored => {
                let length = head.len() as u64;
                let place = writer.keep(head, length, &mut io::empty())?;
                place.map(|place| Kept::Head(place, length))
            }
            Keep::Head | Keep::Whole => {
                let place = writer.keep(head, member.stored, &mut archive)?;
                place.map(Kept::Whole)
            }
        };
        tree.keep(&path, kept.unwrap_or_default());
    }
    writer.flush()?;
    Ok(())
}

/// Reads until the buffer is full or the content ends.
fn fill<'a>(
    buffer: &'a mut [u8],
    read: &mut dyn FnMut(&mut [u8]) -> io::Result<usize>,
) -> io::Result<&'a [u8]> {
    let mut filled = 0;
    while let Some(free) = buffer.get_mut(filled..).filter(|it| !it.is_empty()) {
        match read(free)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(buffer.get(..filled).unwrap_or_default())
}

/// Stored bytes of a layer's archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) position: u64,
    pub(super) length: u64,
}

/// Reads a layer once more and keeps these ranges. Tells their places by their positions.
/// What is read once more is verified once more.
pub(super) fn fetch(
    stored: &Stored,
    mut ranges: Vec<Range>,
    spill: &Spill,
    places: &mut BTreeMap<u64, u64>,
) -> io::Result<()> {
    ranges.sort_unstable();
    ranges.dedup();
    let mut blob = open(stored, &|_, _| {})?;
    let (mut decoder, _) = Decoder::new(&mut blob)?;
    let kept = content::read(&mut decoder, &|content| keep(content, &ranges, spill))?;
    drop(decoder);
    blob.drain()?;
    check(stored, blob).map_err(io::Error::other)?;
    places.extend(kept);
    Ok(())
}

/// Keeps ranges of a content that are in order, and tells the place of each by its position.
fn keep(mut content: Content<'_>, ranges: &[Range], spill: &Spill) -> io::Result<Vec<(u64, u64)>> {
    let mut writer = Writer::new(spill);
    let mut kept = Vec::new();
    let mut at = 0;
    for range in ranges {
        content.skip(range.position.saturating_sub(at))?;
        let mut bytes = content.by_ref().take(range.length);
        let place = writer.keep(&[], range.length, &mut bytes)?;
        at = range.position.saturating_add(range.length - bytes.limit());
        kept.extend(place.map(|place| (range.position, place)));
    }
    writer.flush()?;
    Ok(kept)
}
