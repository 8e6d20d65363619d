//! A layer as it is stored: a tar archive, mostly compressed.
//!
//! One pass decompresses, verifies and lists it, and keeps what analyzers will read.
//! Nothing is unpacked: files of a plain archive at hand are read where they lie,
//! those of any other from the spill file, or in another pass if nobody expected that they would be read.

mod blocks;
mod content;
mod file;
mod kept;
mod pass;
mod tree;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use oci_spec::image::Digest;

use super::{Blob, Claim, LayerCache, LayerEvent, Place, Reading, SourceError, Spill};
use crate::image::{Entry, EntryKind, Layer, Removal};
use crate::model::Notice;
use crate::path::ImagePath;
use crate::read::ReadAt;
use blocks::Blocks;
use file::StoredFile;
use pass::Range;
use tree::{Content, Kept, Listing};

/// Passes over a layer for single files that nobody expected to be read; the next one keeps all files.
const PASSES: usize = 4;

/// A stored layer and the digests that it must have.
pub(super) struct Stored {
    /// The layer as it is stored.
    pub(super) blob: Arc<dyn Blob>,
    /// The size of the blob, where something states it.
    pub(super) size: Option<u64>,
    /// The digest of the blob; archives of Docker name only that of the content.
    pub(super) digest: Option<Digest>,
    /// The digest of the content.
    pub(super) diff_id: Digest,
}

impl Stored {
    /// What errors call it.
    fn name(&self) -> &Digest {
        self.digest.as_ref().unwrap_or(&self.diff_id)
    }
}

/// A listed layer.
pub(super) struct TarLayer {
    id: String,
    stored: Stored,
    /// Whether files are read where they lie.
    direct: bool,
    entries: Vec<Entry>,
    contents: Vec<Content>,
    removals: Vec<Removal>,
    notices: Vec<Notice>,
    kept: KeptContents,
    /// For what later passes bring.
    spill: Arc<Spill>,
    late: Mutex<Late>,
}

/// Where the contents are that were kept when the layer was listed.
enum KeptContents {
    /// In a file that this scan wrote.
    Spilled(Arc<Spill>),
    /// In one that another scan wrote, and whom to tell if it is damaged.
    Cached(Blocks, Arc<dyn LayerCache>),
}

/// What passes after the first one brought.
#[derive(Default)]
struct Late {
    /// The places of contents that were kept, by their positions in the archive.
    places: BTreeMap<u64, u64>,
    /// How many there were.
    passes: usize,
    /// Why the layer could not be read again.
    failure: Option<io::Error>,
}

impl TarLayer {
    /// Lists the layer, or finds that it was listed before.
    /// A wrong digest is an error, a broken archive too: no engine would run it.
    pub(super) fn read(stored: Stored, reading: &Reading<'_>) -> Result<Self, SourceError> {
        let Some(cache) = &reading.cache else { return Self::list(stored, reading) };
        let diff_id = stored.diff_id.to_string();
        // A damaged one is forgotten, and then looked for once more: meanwhile others may have kept it anew.
        for _ in 0..2 {
            match cache.claim(&diff_id) {
                Claim::Kept(file) => match kept::read(file) {
                    Some((listing, blocks)) => {
                        let event = LayerEvent::Kept(listing.entries.len());
                        (reading.watch)(stored.name(), event);
                        let kept = KeptContents::Cached(blocks, Arc::clone(cache));
                        return Ok(Self::new(stored, listing, kept, reading));
                    }
                    None => cache.discard(&diff_id),
                },
                Claim::Free(place) => return Self::list_and_keep(stored, reading, place),
                Claim::Unavailable => break,
            }
        }
        Self::list(stored, reading)
    }

    /// Passes over the layer once.
    fn list(stored: Stored, reading: &Reading<'_>) -> Result<Self, SourceError> {
        let pass = pass::list(&stored, reading, true)?;
        let kept = KeptContents::Spilled(Arc::clone(&reading.spill));
        Ok(Self { direct: pass.direct, ..Self::new(stored, pass.listing, kept, reading) })
    }

    /// Passes over the layer once and keeps it for other scans. If there is no room for that, it is listed all the same.
    fn list_and_keep(
        stored: Stored,
        reading: &Reading<'_>,
        place: Box<dyn Place + '_>,
    ) -> Result<Self, SourceError> {
        let Ok(file) = place.file() else { return Self::list(stored, reading) };
        let Ok(contents) = file.try_clone() else { return Self::list(stored, reading) };
        let spill = Arc::new(reading.spill.beside(contents));
        let own = Reading { spill: Arc::clone(&spill), ..reading.clone() };
        let pass = match pass::list(&stored, &own, false) {
            Err(SourceError::Unreadable { error, .. }) if pass::is_spill(&error) => {
                drop(place);
                return Self::list(stored, reading);
            }
            pass => pass?,
        };
        if kept::write(&file, spill.used(), &pass.listing).is_ok() {
            place.keep();
        }
        Ok(Self::new(stored, pass.listing, KeptContents::Spilled(spill), reading))
    }

    fn new(stored: Stored, listing: Listing, kept: KeptContents, reading: &Reading<'_>) -> Self {
        Self {
            id: stored.diff_id.to_string(),
            stored,
            direct: false,
            entries: listing.entries,
            contents: listing.contents,
            removals: listing.removals,
            notices: listing.notices,
            kept,
            spill: Arc::clone(&reading.spill),
            late: Mutex::default(),
        }
    }

    fn content(&self, path: &ImagePath) -> io::Result<&Content> {
        Ok(self.file(path)?.1)
    }

    /// The size of a regular file and where its bytes are.
    fn file(&self, path: &ImagePath) -> io::Result<(u64, &Content)> {
        let index = self.entries.binary_search_by(|entry| entry.path.cmp(path));
        let found = index
            .ok()
            .and_then(|index| Some((self.entries.get(index)?, self.contents.get(index)?)));
        match found {
            Some((Entry { kind: EntryKind::File { size, .. }, .. }, content)) => {
                Ok((*size, content))
            }
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Reads stored bytes of a content, from wherever they are.
    fn read_stored(&self, content: &Content, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(content.stored.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = rest.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|it| !it.is_empty()) else { return Ok(0) };
        if let Some(blob) = self.stored.blob.at().filter(|_| self.direct) {
            return blob.read_at(buffer, content.position.saturating_add(offset));
        }
        let end = offset.saturating_add(buffer.len() as u64);
        let place = match content.kept {
            Kept::Whole(place) => Some(place),
            Kept::Head(place, length) if end <= length => Some(place),
            _ => None,
        };
        match place.map(|place| self.read_kept(buffer, place.saturating_add(offset))) {
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {}
            Some(result) => return result,
            None => {}
        }
        self.spill.read_at(buffer, self.late(content)?.saturating_add(offset))
    }

    /// Reads what was kept when the layer was listed. What is damaged is an error of the kind
    /// [`io::ErrorKind::InvalidData`].
    fn read_kept(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match &self.kept {
            KeptContents::Spilled(spill) => spill.read_at(buffer, offset),
            KeptContents::Cached(blocks, cache) => {
                let read = blocks.read_at(buffer, offset);
                if read.as_ref().is_err_and(|it| it.kind() == io::ErrorKind::InvalidData) {
                    cache.discard(&self.id);
                }
                read
            }
        }
    }

    /// Where a content is that was not kept at first. Whole directories are read together:
    /// who reads one file that was not expected often reads its neighbours.
    fn late(&self, content: &Content) -> io::Result<u64> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        if !late.places.contains_key(&content.position) {
            let asked = self
                .contents
                .iter()
                .zip(&self.entries)
                .find(|(it, _)| it.position == content.position);
            let directory = asked.and_then(|(_, entry)| entry.path.parent());
            let all = late.passes >= PASSES;
            let wanted = self.entries.iter().zip(&self.contents).filter(|(entry, it)| {
                it.position == content.position || all || entry.path.parent() == directory
            });
            self.pass(&mut late, wanted.map(|(_, it)| it))?;
        }
        let place = late.places.get(&content.position).copied();
        place.ok_or_else(|| io::Error::other("there is no room left for it in the spill file"))
    }

    /// Passes over the layer for these contents.
    fn pass<'a>(
        &self,
        late: &mut Late,
        wanted: impl Iterator<Item = &'a Content>,
    ) -> io::Result<()> {
        let damaged = matches!(&self.kept, KeptContents::Cached(blocks, _) if blocks.are_damaged());
        let missing = |it: &&Content| {
            let kept = !damaged && matches!(it.kept, Kept::Whole(_));
            it.stored > 0 && !kept && !late.places.contains_key(&it.position)
        };
        let ranges = wanted.filter(missing);
        let ranges: Vec<Range> =
            ranges.map(|it| Range { position: it.position, length: it.stored }).collect();
        if ranges.is_empty() {
            return Ok(());
        }
        if let Some(error) = &late.failure {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        late.passes += 1;
        self.spill.count_pass();
        let fetched = pass::fetch(&self.stored, ranges, &self.spill, &mut late.places);
        fetched.map_err(|error| {
            let told = io::Error::new(error.kind(), error.to_string());
            if !pass::is_spill(&error) {
                late.failure = Some(error);
            }
            told
        })
    }
}

impl Layer for TarLayer {
    fn id(&self) -> &str {
        &self.id
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn removals(&self) -> &[Removal] {
        &self.removals
    }

    fn open(&self, path: &ImagePath) -> io::Result<Box<dyn ReadAt + '_>> {
        let (size, content) = self.file(path)?;
        Ok(Box::new(StoredFile { layer: self, content, size }))
    }

    fn prepare(&self, paths: &[&ImagePath]) -> io::Result<()> {
        if self.direct {
            return Ok(());
        }
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        self.pass(&mut late, paths.iter().filter_map(|path| self.content(path).ok()))
    }

    fn verdict(&self) -> io::Result<()> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.failure.take().map_or(Ok(()), Err)
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
