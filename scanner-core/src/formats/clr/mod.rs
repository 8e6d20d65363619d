//! .NET assemblies: the name and version that their metadata gives them. Only the bytes that carry facts are read.
//! Specification: ECMA-335, partition II, 22 to 25.

mod tables;

use super::pe::Pe;
use super::{Malformed, exact, little_endian as number};
use crate::read::{ReadAt, window};
use tables::{Table, Tables};

/// The longest name that is read, in bytes.
const NAME: u64 = 1024;
/// What a compiler marks an assembly with that has declarations and no code.
const REFERENCE: &str = "ReferenceAssemblyAttribute";

/// What an assembly says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembly {
    /// Its name.
    pub name: String,
    /// Its version, of four numbers.
    pub version: String,
    /// Its language, if it holds translations.
    pub culture: String,
    /// Whether it is there for compilers alone and holds no code.
    pub reference: bool,
}

/// Reads the metadata of a PE file; none in native code and in modules that are no assembly.
/// Tables of more than `limit` bytes are malformed.
pub fn read(file: &dyn ReadAt, pe: &Pe, limit: u64) -> Result<Option<Assembly>, Malformed> {
    let Some(directory) = pe.clr else { return Ok(None) };
    let Some(metadata) = Metadata::open(file, pe, directory.address)? else { return Ok(None) };
    let tables = Tables::read(file, metadata.tables, limit)?;
    let Some(row) = tables.row(Table::Assembly, 1)? else { return Ok(None) };
    let version = [1, 2, 3, 4].map(|column| row.number(column).to_string()).join(".");
    Ok(Some(Assembly {
        name: metadata.string(row.number(7))?,
        version,
        culture: metadata.string(row.number(8))?,
        reference: metadata.is_reference(&tables)?,
    }))
}

/// Where the parts of the metadata are in the file.
struct Metadata<'a> {
    file: &'a dyn ReadAt,
    tables: u64,
    strings: u64,
}

impl<'a> Metadata<'a> {
    fn open(file: &'a dyn ReadAt, pe: &Pe, header: u32) -> Result<Option<Self>, Malformed> {
        let place = |address: u32| {
            let range = pe.file_range(address);
            range
                .map(|it| it.0)
                .ok_or(Malformed { what: "no such address", offset: address.into() })
        };
        let header = exact(file, place(header)?, 16, "cut header of .NET")?;
        let address = header.get(8..12).map_or(0, number);
        let root = place(u32::try_from(address).unwrap_or(0))?;
        let start = exact(file, root, 16, "cut metadata")?;
        if !start.starts_with(b"BSJB") {
            return Err(Malformed { what: "no metadata", offset: root });
        }
        let version = start.get(12..16).map_or(0, number);
        let at = root.saturating_add(16).saturating_add(version.min(NAME));
        let list = window(file, at, NAME)
            .map_err(|_| Malformed { what: "unreadable metadata", offset: at })?;
        let streams = streams(&list);
        let stream = |names: &[&[u8]]| {
            let found = streams.iter().find(|(_, name)| names.contains(name));
            found.map(|(offset, _)| root.saturating_add(*offset))
        };
        let parts = stream(&[b"#~", b"#-"]).zip(stream(&[b"#Strings"]));
        Ok(parts.map(|(tables, strings)| Self { file, tables, strings }))
    }

    /// The string at an offset among the strings.
    fn string(&self, at: u64) -> Result<String, Malformed> {
        let at = self.strings.saturating_add(at);
        let bytes = window(self.file, at, NAME)
            .map_err(|_| Malformed { what: "unreadable string", offset: at })?;
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    /// Whether the assembly is marked as one for compilers alone.
    fn is_reference(&self, tables: &Tables<'_>) -> Result<bool, Malformed> {
        for class in tables.attributes_of_assembly()? {
            let Some(row) = tables.row(Table::TypeRef, class)? else { continue };
            if self.string(row.number(1))? == REFERENCE {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The streams of the metadata by name, with their offsets: `OFFSET SIZE NAME`, the name filled up to four bytes.
fn streams(list: &[u8]) -> Vec<(u64, &[u8])> {
    let count = list.get(2..4).map_or(0, number);
    let mut rest = list.get(4..).unwrap_or_default();
    let mut found = Vec::new();
    for _ in 0..count {
        let Some((header, names)) = rest.split_at_checked(8) else { break };
        let name = names.split(|byte| *byte == 0).next().unwrap_or_default();
        found.push((header.get(..4).map_or(0, number), name));
        rest = names.get((name.len() + 1).next_multiple_of(4)..).unwrap_or_default();
    }
    found
}
