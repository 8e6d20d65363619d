//! Zip archives, as jars are: the central directory first, then only the entries that are wanted.
//! Specification: PKWARE APPNOTE.TXT 6.3.10. rawzip decodes the structures, flate2 inflates; the bounds are ours.

mod inflated;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipLocator};

use super::Malformed;
use crate::read::{ReadAt, window};
use inflated::Inflated;

/// Bytes of a file, or of an entry of an archive. Nothing is copied or inflated until it is read.
pub type Bytes<'a> = Arc<dyn ReadAt + 'a>;

/// Deflate makes at most this many bytes of one (RFC 1951: 258 bytes of two bits, rounded up).
const LARGEST_RATIO: u64 = 1032;

/// An archive whose central directory was found.
pub struct Archive<'a> {
    zip: ZipArchive<Source<'a>>,
}

/// An entry that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name as written: a path with `/` between its parts.
    pub name: Vec<u8>,
    /// Its size in bytes, as the central directory claims it.
    pub size: u64,
    /// Its size in the archive.
    pub packed: u64,
    start: u64,
    deflated: bool,
    checksum: u32,
}

/// What a central directory lists.
#[derive(Debug, Default)]
pub struct Listing {
    /// The wanted entries, in the order of their bytes.
    pub entries: Vec<Entry>,
    /// What is wrong with others; those are left out.
    pub problems: Vec<Malformed>,
    /// Whether the directory goes on beyond the bound.
    pub cut: bool,
}

/// How many more bytes a file and the archives inside it may inflate to, all in all.
#[derive(Debug)]
pub struct Budget(AtomicU64);

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self(AtomicU64::new(bytes))
    }

    /// Whether nothing is left of it.
    pub fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn spend(&self, bytes: u64) {
        let left = |left: u64| Some(left.saturating_sub(bytes));
        // The closure always gives a value, so this cannot fail.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }
}

impl<'a> Archive<'a> {
    /// Finds the central directory.
    pub fn open(bytes: Bytes<'a>) -> Result<Self, Malformed> {
        let size = bytes.size();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let found = ZipLocator::new().locate_in_reader(Source(bytes), &mut buffer, size);
        let zip = found
            .map_err(|_| Malformed { what: "no central directory of a zip archive", offset: 0 })?;
        Ok(Self { zip })
    }

    /// Lists the entries whose names are wanted, of at most `limit` entries.
    /// Where two of them share bytes the first counts: no honest archive does that.
    pub fn entries(&self, limit: usize, wanted: impl Fn(&[u8]) -> bool) -> Listing {
        let mut listing = Listing::default();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let mut directory = self.zip.entries(&mut buffer);
        for count in 0.. {
            let record = match directory.next_entry() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(_) => {
                    let offset = self.zip.directory_offset();
                    let what = "a broken record of the central directory";
                    listing.problems.push(Malformed { what, offset });
                    break;
                }
            };
            if count == limit {
                listing.cut = true;
                break;
            }
            let name = record.file_path().as_bytes();
            if wanted(name) {
                match self.entry(name.to_vec(), &record) {
                    Ok(entry) => listing.entries.push(entry),
                    Err(problem) => listing.problems.push(problem),
                }
            }
        }
        leave_out_overlaps(&mut listing);
        listing
    }

    /// The bytes of an entry.
    pub fn content(&self, entry: &Entry, budget: &Arc<Budget>) -> Bytes<'a> {
        let source = Arc::clone(&self.zip.get_ref().0);
        let packed = Range { source, start: entry.start, size: entry.packed };
        if entry.deflated {
            Arc::new(Inflated::new(packed, entry.size, Arc::clone(budget)))
        } else {
            Arc::new(packed)
        }
    }

    /// Reads a whole entry, whose size the caller has bounded, and checks it against its checksum.
    pub fn read(&self, entry: &Entry, budget: &Arc<Budget>) -> Result<Vec<u8>, Malformed> {
        let malformed =
            Malformed { what: "an entry that is not what its record says", offset: entry.start };
        match window(self.content(entry, budget).as_ref(), 0, entry.size) {
            Ok(bytes)
                if bytes.len() as u64 == entry.size && rawzip::crc32(&bytes) == entry.checksum =>
            {
                Ok(bytes)
            }
            _ => Err(malformed),
        }
    }

    fn entry(
        &self,
        name: Vec<u8>,
        record: &rawzip::ZipFileHeaderRecord<'_>,
    ) -> Result<Entry, Malformed> {
        let malformed = |what| Malformed { what, offset: record.local_header_offset() };
        let (size, packed) = (record.uncompressed_size_hint(), record.compressed_size_hint());
        let deflated = match record.compression_method() {
            CompressionMethod::STORE => false,
            CompressionMethod::DEFLATE => true,
            _ => return Err(malformed("an entry that is neither stored nor deflated")),
        };
        let header = self.zip.get_entry(record.wayfinder());
        let (start, end) = header
            .map_err(|_| malformed("an entry without a local header"))?
            .compressed_data_range();
        if end > self.zip.get_ref().0.size() {
            return Err(malformed("an entry that ends behind the archive"));
        }
        let possible =
            if deflated { size <= packed.saturating_mul(LARGEST_RATIO) } else { size == packed };
        if !possible {
            return Err(malformed("an entry that lies about its size"));
        }
        Ok(Entry { name, size, packed, start, deflated, checksum: record.crc32() })
    }
}

fn leave_out_overlaps(listing: &mut Listing) {
    listing.entries.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    let mut end = 0;
    let problems = &mut listing.problems;
    listing.entries.retain(|entry| {
        let apart = entry.start >= end || entry.packed == 0;
        if apart {
            end = entry.start.saturating_add(entry.packed);
        } else {
            let what = "an entry that shares bytes with another";
            problems.push(Malformed { what, offset: entry.start });
        }
        apart
    });
}

/// Our reading of bytes for rawzip.
struct Source<'a>(Bytes<'a>);

impl ReaderAt for Source<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
}

/// A part of other bytes.
struct Range<'a> {
    source: Bytes<'a>,
    start: u64,
    size: u64,
}

impl ReadAt for Range<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let left = self.size.saturating_sub(offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        match buffer.get_mut(..length) {
            Some(part) if length > 0 => {
                self.source.read_at(part, self.start.saturating_add(offset))
            }
            _ => Ok(0),
        }
    }
}
