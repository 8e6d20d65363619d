//! The directory: where each section is, and its digest.

use crate::formats::Malformed;
use crate::formats::bom_index::walk::Walk;
use crate::read::{ReadAt, window};

/// What sections begin at multiples of.
const ALIGNMENT: u64 = 8;

/// Bytes of the trailer: a digest and the last bytes.
pub(super) const TRAILER: u64 = 40;

/// The sections of an index.
pub(in crate::formats::bom_index) struct Directory {
    pub(super) sections: Vec<Section>,
}

/// Where a section is.
pub(super) struct Section {
    pub(super) id: u16,
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
}

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    Layers = 1,
    Components = 2,
    Entrypoints = 3,
    ComponentLayers = 4,
    ComponentEntrypoints = 5,
    LayerComponents = 6,
    EntrypointComponents = 7,
    Used = 8,
    Origins = 9,
}

impl Directory {
    /// Reads the directory. Its sections lie one after the other and fill the file.
    pub(in crate::formats::bom_index) fn read(walk: &mut Walk<'_>) -> Result<Self, Malformed> {
        let count = walk.u16("cut directory")?;
        let mut sections: Vec<Section> = Vec::new();
        for _ in 0..count {
            let section = Section {
                id: walk.u16("cut directory")?,
                start: walk.u64("cut directory")?,
                size: walk.u64("cut directory")?,
                sha256: walk.array("cut directory")?,
            };
            let last = sections.last().map_or(0, |it| it.id);
            if section.id <= last || section.id > Id::Origins as u16 {
                return Err(walk.malformed("a section that is unknown or not in order"));
            }
            sections.push(section);
        }
        let mut expected = aligned(walk.offset());
        for section in &sections {
            if section.start != expected || section.size == 0 {
                return Err(walk.malformed("a section that is not where the last one ends"));
            }
            let end = section.start.checked_add(section.size);
            expected = aligned(end.ok_or_else(|| walk.malformed("a section without end"))?);
        }
        let size = walk.offset().saturating_add(walk.left());
        if expected.checked_add(TRAILER) != Some(size) {
            return Err(walk.malformed("sections that do not fill the file"));
        }
        Ok(Self { sections })
    }

    /// Where a section is.
    pub(super) fn section(&self, id: Id) -> Result<&Section, Malformed> {
        let found = self.sections.iter().find(|it| it.id == id as u16);
        found.ok_or(Malformed { what: "a section is missing", offset: 0 })
    }
}

impl Section {
    /// Its bytes.
    pub(super) fn bytes(&self, file: &dyn ReadAt) -> Result<Vec<u8>, Malformed> {
        let malformed = Malformed { what: "unreadable bytes", offset: self.start };
        window(file, self.start, self.size).map_err(|_| malformed)
    }
}

fn aligned(offset: u64) -> u64 {
    offset.checked_next_multiple_of(ALIGNMENT).unwrap_or(u64::MAX)
}
