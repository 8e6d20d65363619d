//! BOM-Index: which layers and entrypoints of an image hold which component.
//! Both versions are read; a query reads the sections that it needs and skips the others.
//! Specification: docs/bom-index.md.

mod bitmap;
mod rows;
mod version1;
mod version2;
mod walk;

use roaring::RoaringBitmap;

use self::version2::Directory;
use self::walk::Walk;
use super::Malformed;
use crate::read::ReadAt;

/// The first bytes of an index.
pub const MAGIC: &[u8] = b"BOMIDX1";

/// The bit of the flags that says that entrypoints are known.
const HAS_ENTRYPOINTS: u16 = 1;

/// What a hostile index can make us hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the file. All counts in it are bounded by its size.
    pub bytes: u64,
    /// Components times layers and entrypoints: few bytes of a bitmap stand for all of them.
    pub cells: u64,
}

/// An open index.
pub struct Index<'a> {
    file: &'a dyn ReadAt,
    /// What it begins with.
    pub header: Header,
    form: Form,
}

/// What an index begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of the format, 1 or 2.
    pub version: u16,
    /// Whether entrypoints are known.
    pub has_entrypoints: bool,
    /// The digest of the image.
    pub image: String,
    /// When the index was made, in microseconds since the Unix epoch.
    pub created: i64,
    /// How many layers there are.
    pub layers: u32,
    /// How many components.
    pub components: u32,
    /// How many entrypoints.
    pub entrypoints: u32,
}

/// Where the tables are.
enum Form {
    /// One after the other from this offset on.
    Version1(u64),
    /// Where the directory says.
    Version2(Directory),
}

/// Which components a query is for.
pub enum Select<'s> {
    /// All of them. The whole index is then read, and nothing wrong in it passes.
    All,
    /// Those that a function takes; their names begin with the text.
    Named(&'s str, &'s dyn Fn(&str) -> bool),
    /// Those that a layer holds.
    Layer(u32),
    /// Those that an entrypoint uses.
    Used,
}

/// A component of the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place in the table.
    pub ordinal: u32,
    /// What it is called.
    pub identity: String,
    /// The layers that hold it.
    pub layers: RoaringBitmap,
    /// The entrypoints that use it.
    pub entrypoints: RoaringBitmap,
}

impl<'a> Index<'a> {
    /// Reads the header, and the directory where there is one.
    pub fn open(file: &'a dyn ReadAt, bounds: Bounds) -> Result<Self, Malformed> {
        if file.size() > bounds.bytes {
            return Err(Malformed { what: "a BOM-Index larger than is read", offset: 0 });
        }
        let mut walk = Walk::new(file, 0);
        let header = header(&mut walk)?;
        let columns = u64::from(header.layers) + u64::from(header.entrypoints);
        if columns.saturating_mul(header.components.into()) > bounds.cells {
            return Err(walk.malformed("more layers and entrypoints of components than are read"));
        }
        let form = match header.version {
            1 => Form::Version1(walk.offset()),
            _ => Form::Version2(Directory::read(&mut walk)?),
        };
        Ok(Self { file, header, form })
    }

    /// The digests of the layers, lowest first.
    pub fn layers(&self) -> Result<Vec<String>, Malformed> {
        match &self.form {
            Form::Version1(at) => version1::layers(self, *at),
            Form::Version2(directory) => version2::layers(self, directory),
        }
    }

    /// The entrypoints in order.
    pub fn entrypoints(&self) -> Result<Vec<String>, Malformed> {
        match &self.form {
            _ if !self.header.has_entrypoints => Ok(Vec::new()),
            Form::Version1(at) => version1::entrypoints(self, *at),
            Form::Version2(directory) => version2::entrypoints(self, directory),
        }
    }

    /// The components that a query is for, in order.
    pub fn rows(&self, select: &Select<'_>) -> Result<Vec<Row>, Malformed> {
        match &self.form {
            Form::Version1(at) => version1::rows(self, *at, select),
            Form::Version2(directory) => version2::rows(self, directory, select),
        }
    }
}

fn header(walk: &mut Walk<'_>) -> Result<Header, Malformed> {
    if walk.take(MAGIC.len() as u64, "no BOM-Index: its first bytes are others")? != MAGIC {
        return Err(Malformed { what: "no BOM-Index: its first bytes are others", offset: 0 });
    }
    let version = walk.u16("cut version")?;
    if !matches!(version, 1 | 2) {
        return Err(walk.malformed("a version of BOM-Index that is not 1 or 2"));
    }
    let flags = walk.u16("cut flags")?;
    let header = Header {
        version,
        has_entrypoints: flags == HAS_ENTRYPOINTS,
        image: walk.text("the image's digest is cut or no text")?,
        created: i64::from_le_bytes(walk.array("cut moment")?),
        layers: walk.u32("cut count of layers")?,
        components: walk.u32("cut count of components")?,
        entrypoints: walk.u32("cut count of entrypoints")?,
    };
    match flags {
        0 | HAS_ENTRYPOINTS if header.has_entrypoints == (header.entrypoints > 0) => Ok(header),
        0 | HAS_ENTRYPOINTS => {
            Err(walk.malformed("flags and count of entrypoints contradict each other"))
        }
        _ => Err(walk.malformed("flags that this version does not have")),
    }
}

#[cfg(test)]
mod tests;
