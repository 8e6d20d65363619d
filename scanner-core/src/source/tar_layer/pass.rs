//! Passing over a stored layer, from the first byte to the last.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

use oci_spec::image::Digest;

use super::Stored;
use super::tree::{Kept, Listing, Tree};
use crate::formats::executable::START;
use crate::formats::tar::{self, Bounds, Stream, Tar};
use crate::image::{Keep, Passing};
use crate::model::{Code, Notice};
use crate::path::ImagePath;
use crate::source::decompress::{Compression, Decoder};
use crate::source::spill::{SpillError, Writer};
use crate::source::verify::Verified;
use crate::source::watch::{LayerEvent, Watch, Watched};
use crate::source::{Reading, SourceError, Spill};

/// First bytes by which files are told apart.
#[expect(clippy::cast_possible_truncation, reason = "a constant of a few bytes")]
const HEAD: usize = START as usize;
/// Bytes of content held at a time.
const BUFFER: usize = 128 << 10;

/// What a pass found.
pub(super) struct Pass {
    pub(super) listing: Listing,
    /// Whether the archive is stored as it is.
    plain: bool,
    /// Whether it moreover can be read anywhere.
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
    let content = pass.content.as_ref().or(found.as_ref().filter(|_| pass.plain));
    if let Some(found) = content.filter(|it| pass.complete && *it != stored.diff_id.as_ref()) {
        let why = format!(
            "has content of the digest {found}, not {} as the configuration says",
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
    verified(stream.take(most), name)
}

fn verified<R: Read>(stream: R, expected: &Digest) -> io::Result<Verified<R>> {
    let unknown = || {
        let message = format!("nobody here knows how to verify digests like {expected}");
        io::Error::new(io::ErrorKind::Unsupported, message)
    };
    Verified::new(stream, expected).ok_or_else(unknown)
}

/// Tells a digest that nobody here knows from a blob that cannot be read.
fn unreadable(name: &Digest, error: io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::Unsupported => SourceError::Unsupported(error.to_string()),
        _ => SourceError::unreadable(name)(error),
    }
}

/// Verifies size and digest of a blob that was read to its end. Gives its digest.
fn check(stored: &Stored, blob: StoredBytes<'_>) -> Result<Option<String>, SourceError> {
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
    match (&stored.digest, &found) {
        (Some(expected), Some(found)) if expected.as_ref() != found => {
            Err(SourceError::corrupt(name, format!("has the digest {found}")))
        }
        _ => Ok(found),
    }
}

fn unpack(
    blob: &mut StoredBytes<'_>,
    stored: &Stored,
    reading: &Reading<'_>,
    in_place: bool,
) -> Result<Pass, SourceError> {
    let name = stored.name();
    let broken =
        |error: io::Error| SourceError::corrupt(name, format!("cannot be decompressed: {error}"));
    let (decoder, compression) = Decoder::new(blob).map_err(broken)?;
    let plain = compression == Compression::Plain;
    let direct = plain && in_place && stored.blob.at().is_some();
    let limit = reading.limits.layer_bytes;
    let decoder = decoder.take(limit.saturating_add(1));
    // Of a plain archive the blob is the content: one digest is enough.
    let same = plain && name.algorithm() == stored.diff_id.algorithm();
    let content = if same {
        Verified::counted(decoder)
    } else {
        verified(decoder, &stored.diff_id).map_err(|error| unreadable(name, error))?
    };
    let mut content = Content(BufReader::with_capacity(BUFFER, content));
    let mut tree = Tree::new(reading.limits);
    let listed = members(&mut content, &mut tree, reading, direct);
    let drained = content.0.get_mut().drain();
    let content = content.0.into_inner();
    let mut listing = tree.finish();
    let complete = content.count() <= limit;
    if complete {
        listed.map_err(|error| explain(name, error))?;
        drained.map_err(broken)?;
    } else {
        let message =
            format!("the layer holds over {limit} bytes; what comes after them is left out");
        listing.notices.push(Notice { path: ImagePath::root(), code: Code::LimitReached, message });
    }
    Ok(Pass { listing, plain, direct, content: content.digest(), complete })
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
    content: &mut Content<'_, '_>,
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
                let place = writer.keep(head, length, &mut |_| Ok(0))?;
                place.map(|place| Kept::Head(place, length))
            }
            Keep::Head | Keep::Whole => {
                let place = writer.keep(head, member.stored, &mut |free| archive.read(free))?;
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
    let (decoder, _) = Decoder::new(&mut blob)?;
    let mut content = BufReader::with_capacity(BUFFER, decoder);
    let mut writer = Writer::new(spill);
    let mut kept = Vec::new();
    let mut at = 0;
    for range in ranges {
        pass_over(&mut content, range.position.saturating_sub(at))?;
        let mut bytes = content.by_ref().take(range.length);
        let place = writer.keep(&[], range.length, &mut |free| bytes.read(free))?;
        at = range.position.saturating_add(range.length - bytes.limit());
        kept.extend(place.map(|place| (range.position, place)));
    }
    writer.flush()?;
    drop(content);
    blob.drain()?;
    check(stored, blob).map_err(io::Error::other)?;
    places.extend(kept);
    Ok(())
}

/// The content of a layer as it streams by.
struct Content<'a, 'b>(Plain<'a, 'b>);

type Plain<'a, 'b> = BufReader<Verified<io::Take<Decoder<BufReader<&'a mut StoredBytes<'b>>>>>>;

impl Read for Content<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Stream for Content<'_, '_> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        pass_over(&mut self.0, bytes)
    }
}

/// Leaves out so many bytes without copying them.
fn pass_over(stream: &mut impl BufRead, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let ready = stream.fill_buf()?.len();
        if ready == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let passed = usize::try_from(bytes).map_or(ready, |bytes| bytes.min(ready));
        stream.consume(passed);
        bytes -= passed as u64;
    }
    Ok(())
}
