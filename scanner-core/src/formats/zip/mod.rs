//! Zip archives, as jars are: the central directory first, then only the entries that are wanted.
//! Specification: PKWARE APPNOTE.TXT 6.3.10. rawzip decodes the structures, flate2 inflates; the bounds are ours.

mod content;
mod inflated;

use std::sync::Arc;

use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder,
    ZipFileHeaderRecord, ZipLocator,
};

use super::Malformed;
use crate::read::window;

pub use content::Content;
pub use inflated::Budget;

/// Deflate makes at most this many bytes of one (RFC 1951: 258 bytes of two bits).
const LARGEST_RATIO: u64 = 1032;
/// Bytes of a local header before the name.
const LOCAL_HEADER: u64 = 30;

/// An archive whose central directory was found.
pub struct Archive<'a> {
    zip: ZipArchive<Content<'a>>,
}

/// An entry that is wanted.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name as written: a path with `/` between its parts.
    pub name: Vec<u8>,
    /// Its size in bytes, as the central directory claims it.
    pub size: u64,
    /// Its size in the archive.
    pub packed: u64,
    /// Where its local header is.
    offset: u64,
    way: ZipArchiveEntryWayfinder,
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

impl<'a> Archive<'a> {
    /// Finds the central directory.
    pub fn open(content: Content<'a>) -> Result<Self, Malformed> {
        let size = content.size();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let found = ZipLocator::new().locate_in_reader(content, &mut buffer, size);
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
            if wanted(record.file_path().as_bytes()) {
                match entry(&record).and_then(|it| it.within(self.zip.get_ref().size())) {
                    Ok(entry) => listing.entries.push(entry),
                    Err(problem) => listing.problems.push(problem),
                }
            }
        }
        leave_out_overlaps(&mut listing);
        listing
    }

    /// The content of an entry. Nothing is inflated before it is read.
    pub fn content(&self, entry: &Entry, budget: &Arc<Budget>) -> Result<Content<'a>, Malformed> {
        let malformed = |what| Malformed { what, offset: entry.offset };
        let header =
            self.zip.get_entry(entry.way).map_err(|_| malformed("no local header of an entry"))?;
        let (start, end) = header.compressed_data_range();
        let packed = self.zip.get_ref().part(start, end.saturating_sub(start));
        Ok(if entry.deflated { packed.inflate(entry.size, budget) } else { packed })
    }

    /// Reads a whole entry, whose size the caller has bounded, and checks it against its checksum.
    pub fn read(&self, entry: &Entry, budget: &Arc<Budget>) -> Result<Vec<u8>, Malformed> {
        let content = self.content(entry, budget)?;
        match window(content.bytes(), 0, entry.size) {
            Ok(bytes)
                if bytes.len() as u64 == entry.size && rawzip::crc32(&bytes) == entry.checksum =>
            {
                Ok(bytes)
            }
            _ => {
                let what = "an entry that is not what its record says";
                Err(Malformed { what, offset: entry.offset })
            }
        }
    }
}

impl Entry {
    /// Where its bytes end, at least: local headers may be longer than records say.
    fn end(&self) -> u64 {
        let header = LOCAL_HEADER.saturating_add(self.name.len() as u64);
        self.offset.saturating_add(header).saturating_add(self.packed)
    }

    fn within(self, archive: u64) -> Result<Self, Malformed> {
        let what = "an entry that ends behind the archive";
        if self.end() <= archive { Ok(self) } else { Err(Malformed { what, offset: self.offset }) }
    }
}

fn entry(record: &ZipFileHeaderRecord<'_>) -> Result<Entry, Malformed> {
    let offset = record.local_header_offset();
    let (size, packed) = (record.uncompressed_size_hint(), record.compressed_size_hint());
    let deflated = match record.compression_method() {
        CompressionMethod::STORE => false,
        CompressionMethod::DEFLATE => true,
        _ => {
            let what = "an entry that is neither stored nor deflated";
            return Err(Malformed { what, offset });
        }
    };
    let largest = if deflated { packed.saturating_mul(LARGEST_RATIO) } else { packed };
    if size > largest || (size < packed && !deflated) {
        return Err(Malformed { what: "an entry that lies about its size", offset });
    }
    let name = record.file_path().as_bytes().to_vec();
    let (way, checksum) = (record.wayfinder(), record.crc32());
    Ok(Entry { name, size, packed, offset, way, deflated, checksum })
}

fn leave_out_overlaps(listing: &mut Listing) {
    listing.entries.sort_by(|a, b| (a.offset, &a.name).cmp(&(b.offset, &b.name)));
    let mut end = 0;
    let problems = &mut listing.problems;
    listing.entries.retain(|entry| {
        let apart = entry.offset >= end;
        if apart {
            end = entry.end();
        } else {
            let what = "an entry that shares bytes with another";
            problems.push(Malformed { what, offset: entry.offset });
        }
        apart
    });
}
