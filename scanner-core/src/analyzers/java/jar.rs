//! What one archive says: its manifest, the records that Maven left in it, the archives inside it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::coordinates::{Coordinates, incomplete};
use super::is_archive;
use crate::analyzers::Fault;
use crate::formats::manifest::{self, Manifest};
use crate::formats::pom::{self, Pom};
use crate::formats::pom_properties;
use crate::formats::zip::{Archive, Budget, Entry, Listing};
use crate::limits::Limits;
use crate::model::Code;
use crate::read::window;

/// Where the manifest is.
pub(super) const MANIFEST: &str = "META-INF/MANIFEST.MF";
/// Bytes of a manifest that are read: its main section comes first and has a few thousand.
const MAIN_SECTION: u64 = 1 << 16;
/// Entries of fewer bytes may inflate to any multiple of their size.
const SMALL: u64 = 1 << 20;

/// An archive, read.
#[derive(Default)]
pub(super) struct Jar {
    pub(super) manifest: Manifest,
    pub(super) records: Vec<Record>,
    pub(super) nested: Vec<Entry>,
}

/// What Maven wrote into a jar about one artifact.
pub(super) struct Record {
    pub(super) coordinates: Coordinates,
    /// The entry that states the coordinates.
    pub(super) entry: String,
    pub(super) pom: Option<Pom>,
}

/// Reads an archive: its central directory, and of its entries those that carry facts.
pub(super) struct Reader<'r, 'a> {
    pub(super) archive: &'r Archive<'a>,
    pub(super) limits: &'r Limits,
    pub(super) budget: &'r Arc<Budget>,
    /// What could not be read.
    pub(super) faults: Vec<Fault>,
}

impl Reader<'_, '_> {
    /// Reads what there is.
    pub(super) fn read(&mut self) -> Jar {
        let long = Cell::new(0_usize);
        let wanted = |name: &[u8]| {
            let carries_facts =
                is_archive(name) || is_manifest(name) || maven_folder(name).is_some();
            let is_long = carries_facts && name.len() > self.limits.path_bytes;
            long.set(long.get() + usize::from(is_long));
            carries_facts && !is_long
        };
        let listing = self.archive.entries(self.limits.archive_entries, wanted);
        self.tell(&listing, long.get());
        let mut jar = Jar::default();
        let mut folders: BTreeMap<&[u8], Folder> = BTreeMap::new();
        // In the order of their bytes: going back in what was inflated is dear.
        for entry in &listing.entries {
            let read = self.admit(entry).and_then(|()| {
                if is_archive(&entry.name) {
                    jar.nested.push(entry.clone());
                } else if is_manifest(&entry.name) {
                    jar.manifest = self.manifest(entry)?;
                } else if let Some((folder, file)) = maven_folder(&entry.name) {
                    let folder = folders.entry(folder).or_default();
                    match file {
                        b"pom.xml" => folder.pom = Some((self.pom(entry)?, named(entry))),
                        _ => folder.coordinates = self.properties(entry)?,
                    }
                    folder.read.push(named(entry));
                }
                Ok(())
            });
            if let Err(fault) = read {
                self.faults.push(fault.about(&named(entry)));
            }
        }
        for folder in folders.into_values().filter(|it| !it.read.is_empty()) {
            match folder.record() {
                Ok(record) => jar.records.push(record),
                Err(fault) => self.faults.push(fault),
            }
        }
        jar
    }

    /// Tells of what a listing lacks.
    fn tell(&mut self, listing: &Listing, long: usize) {
        let mut tell = |code, message| self.faults.push(Fault::new(code, message));
        if let Some(first) = listing.problems.first() {
            let count = listing.problems.len();
            tell(Code::Malformed, format!("{count} entries are left out; the first is {first}"));
        }
        if listing.cut {
            let limit = self.limits.archive_entries;
            tell(Code::LimitReached, format!("has over {limit} entries; the rest is left out"));
        }
        if long > 0 {
            let limit = self.limits.path_bytes;
            let message = format!("{long} entries with names over {limit} bytes are left out");
            tell(Code::LimitReached, message);
        }
    }

    /// Whether an entry keeps the bounds.
    fn admit(&self, entry: &Entry) -> Result<(), Fault> {
        let limit = if is_archive(&entry.name) {
            if entry.size == entry.packed { u64::MAX } else { self.limits.archive_inflated }
        } else {
            self.limits.metadata_bytes
        };
        let ratio = self.limits.archive_ratio;
        let message = if entry.size > limit {
            format!("has {} bytes, over the limit of {limit}", entry.size)
        } else if entry.size > SMALL && entry.size / ratio > entry.packed {
            format!("would inflate to over {ratio} times its size")
        } else {
            return Ok(());
        };
        Err(Fault::new(Code::LimitReached, message))
    }

    fn manifest(&self, entry: &Entry) -> Result<Manifest, Fault> {
        let content = self.archive.content(entry, self.budget)?;
        Ok(manifest::parse(&window(content.bytes(), 0, MAIN_SECTION)?))
    }

    fn pom(&self, entry: &Entry) -> Result<Pom, Fault> {
        let text = self.archive.read(entry, self.budget)?;
        pom::parse(&String::from_utf8_lossy(&text))
            .map_err(|error| Fault::new(Code::Malformed, error))
    }

    fn properties(&self, entry: &Entry) -> Result<Option<(Coordinates, String)>, Fault> {
        let stated = pom_properties::parse(&self.archive.read(entry, self.budget)?);
        Ok(Coordinates::of_properties(stated).map(|it| (it, named(entry))))
    }
}

fn named(entry: &Entry) -> String {
    String::from_utf8_lossy(&entry.name).into_owned()
}

/// A folder below `META-INF/maven`: what its files state, and the names of those that could be read.
#[derive(Default)]
struct Folder {
    coordinates: Option<(Coordinates, String)>,
    pom: Option<(Pom, String)>,
    read: Vec<String>,
}

impl Folder {
    fn record(self) -> Result<Record, Fault> {
        let (pom, name) = self.pom.unzip();
        let of_pom = || Some((Coordinates::of_pom(pom.as_ref()?)?, name?));
        match self.coordinates.or_else(of_pom) {
            Some((coordinates, entry)) => Ok(Record { coordinates, entry, pom }),
            None => Err(incomplete().about(&self.read.join(", "))),
        }
    }
}

fn is_manifest(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(MANIFEST.as_bytes())
}

/// The folder and file name of a record that Maven left: `META-INF/maven/GROUP/ARTIFACT/pom.properties` or `pom.xml`.
fn maven_folder(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = name.strip_prefix(b"META-INF/maven/")?;
    let mut parts = rest.split(|byte| *byte == b'/');
    let (_group, _artifact, file) = (parts.next()?, parts.next()?, parts.next()?);
    let is_record = parts.next().is_none() && matches!(file, b"pom.properties" | b"pom.xml");
    is_record.then(|| name.split_at_checked(name.len().checked_sub(file.len())?)).flatten()
}
