//! The database of installed packages of rpm in the three forms that it has had, and the text that stands in for it.
//! Specification: rpm's manual and source (`lib/backend`, `lib/header.cc`); each form names its own.
//!
//! A database is listed first, which reads its index pages alone; then each header blob is read by itself.

mod bdb;
mod header;
mod manifest;
mod ndb;
mod sqlite;

use self::bdb::Bdb;
use self::ndb::Ndb;
use super::sqlite::Sqlite;
use super::{ByteOrder, Malformed, exact};
use crate::read::ReadAt;

pub use header::{Header, Named, Path};
pub use manifest::{Row, manifest};

/// An open database of any form.
pub struct Database<'a> {
    form: Form<'a>,
    /// Bytes that all of it has, and so the most that its packages can have together.
    size: u64,
}

enum Form<'a> {
    Bdb(Bdb<'a>),
    Ndb(Ndb<'a>),
    Sqlite(Sqlite<'a>),
}

/// Where a header blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Where it begins, in bytes from the start of the database.
    pub offset: u64,
    /// Its size in bytes, as the database claims.
    pub size: u64,
    /// Bytes of it that follow at `offset`.
    inline: u64,
    /// The first of the pages that hold the rest.
    next: u32,
}

/// One page of those that hold what has no room elsewhere.
struct Link {
    offset: u64,
    size: u64,
    next: u32,
}

/// The blobs of a database.
#[derive(Debug, Default)]
pub struct Listing {
    /// As many as were asked for, in the order of the database.
    pub blobs: Vec<Blob>,
    /// Blobs beyond those.
    pub left_out: u64,
    /// The first thing that is not as it should be; what hangs on it is left out.
    pub problem: Option<Malformed>,
    limit: usize,
    room: u64,
}

impl<'a> Database<'a> {
    /// Opens a database, told by its first bytes; none where it has no known form.
    /// `log` is the write-ahead log beside an SQLite database.
    pub fn open(
        file: &'a dyn ReadAt,
        log: Option<&'a dyn ReadAt>,
    ) -> Result<Option<Self>, Malformed> {
        let form = if let Some(sqlite) = Sqlite::open(file, log)? {
            Form::Sqlite(sqlite)
        } else if let Some(ndb) = Ndb::open(file)? {
            Form::Ndb(ndb)
        } else if let Some(bdb) = Bdb::open(file)? {
            Form::Bdb(bdb)
        } else {
            return Ok(None);
        };
        let size = file.size().saturating_add(log.map_or(0, ReadAt::size));
        Ok(Some(Self { form, size }))
    }

    /// Lists up to `limit` header blobs.
    pub fn list(&self, limit: usize) -> Listing {
        let mut found = Listing { limit, room: self.size, ..Listing::default() };
        match &self.form {
            Form::Bdb(it) => it.list(&mut found),
            Form::Ndb(it) => it.list(&mut found),
            Form::Sqlite(it) => sqlite::list(it, &mut found),
        }
        found
    }

    /// Reads one blob, whose size the caller has bounded.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, Malformed> {
        let mut bytes = self.bytes(blob.offset, blob.inline)?;
        let mut page = blob.next;
        // All pages of a chain but the last are full, so one that is long for its bytes leads in a circle.
        let mut pages = 2 + 2 * blob.size / self.page_size();
        while let Some(rest) = blob.size.checked_sub(bytes.len() as u64).filter(|rest| *rest > 0) {
            let circle = Malformed { what: "circle of overflow pages", offset: blob.offset };
            pages = pages.checked_sub(1).ok_or(circle)?;
            let link = self.link(page)?;
            bytes.extend(self.bytes(link.offset, link.size.min(rest))?);
            page = link.next;
        }
        Ok(bytes)
    }

    fn bytes(&self, offset: u64, size: u64) -> Result<Vec<u8>, Malformed> {
        match &self.form {
            Form::Bdb(Bdb { file, .. }) | Form::Ndb(Ndb { file, .. }) => {
                exact(*file, offset, size, "cut package")
            }
            Form::Sqlite(it) => it.bytes(offset, size),
        }
    }

    fn link(&self, page: u32) -> Result<Link, Malformed> {
        match &self.form {
            Form::Bdb(it) => it.link(page),
            Form::Sqlite(it) => {
                let link = it.link(page)?;
                Ok(Link { offset: link.offset, size: link.size, next: link.next })
            }
            Form::Ndb(_) => Err(Malformed { what: "cut package", offset: page.into() }),
        }
    }

    fn page_size(&self) -> u64 {
        match &self.form {
            Form::Bdb(it) => it.page_size,
            Form::Sqlite(it) => it.page_size(),
            Form::Ndb(_) => ndb::PAGE,
        }
    }
}

impl Listing {
    fn add(&mut self, blob: Blob) -> Result<(), Malformed> {
        // No two packages share bytes: together they are never larger than what holds them.
        let too_large = Malformed { what: "packages larger than the file", offset: blob.offset };
        self.room = self.room.checked_sub(blob.size).ok_or(too_large)?;
        if self.blobs.len() < self.limit {
            self.blobs.push(blob);
        } else {
            self.left_out += 1;
        }
        Ok(())
    }

    fn note(&mut self, result: Result<(), Malformed>) {
        if let Err(problem) = result {
            self.problem.get_or_insert(problem);
        }
    }
}
