//! `rpmdb.sqlite`: an SQLite database whose table `Packages` has a number and a header blob in each row.

use super::{Blob, Listing, Malformed};
use crate::formats::sqlite::{Row, Sqlite};

/// The table of packages, and its column of header blobs.
const TABLE: &str = "packages";
const BLOB: usize = 1;

pub(super) fn list(database: &Sqlite<'_>, found: &mut Listing) {
    let problem = database.rows(TABLE, &mut |row| found.add(blob(row)?));
    found.note(problem.map_or(Ok(()), Err));
}

fn blob(row: &Row<'_>) -> Result<Blob, Malformed> {
    let malformed = Malformed { what: "row that is no package", offset: row.offset };
    let value = row.value(BLOB).ok_or(malformed)?;
    Ok(Blob { offset: value.offset, size: value.size, inline: value.inline, next: row.next })
}
