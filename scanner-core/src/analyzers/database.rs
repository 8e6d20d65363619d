//! SQLite databases of package managers.

use super::{Context, Fault, Target};
use crate::formats::Malformed;
use crate::formats::sqlite::{Row, Sqlite};
use crate::fs::{File, ReadError};
use crate::limits::Limits;
use crate::model::Code;
use crate::read::ReadAt;

/// Opens a database or its log, if it is not too large.
pub(super) fn open<'a>(file: &'a File<'_>, limits: &Limits) -> Result<Box<dyn ReadAt + 'a>, Fault> {
    let open = file.open()?;
    let (size, limit) = (open.size(), limits.paged_database_bytes);
    if size > limit {
        return Err(ReadError::TooLarge { size, limit }.into());
    }
    Ok(open)
}

/// The write-ahead log that SQLite keeps beside a database.
pub(super) fn log<'a>(file: &File<'_>, cx: &Context<'a>) -> Option<File<'a>> {
    let name = [file.path.file_name(), b"-wal"].concat();
    cx.fs.file_at(&file.path.parent()?.join(name)?)
}

/// Shows every row of a table of the database that is being analyzed. What was seen before an error counts.
pub(super) fn rows(
    target: &Target<'_>,
    table: &str,
    cx: &Context<'_>,
    see: &mut dyn FnMut(&Row<'_>) -> Result<(), Malformed>,
) -> Result<(), Fault> {
    let limits = cx.fs.limits();
    let bytes = open(target.file, limits)?;
    let log = log(target.file, cx);
    let log = log.as_ref().map(|log| open(log, limits)).transpose()?;
    let database = Sqlite::open(bytes.as_ref(), log.as_deref())?;
    let database = database.ok_or(Fault::new(Code::Malformed, "is no SQLite database"))?;
    database.rows(table, see).map_or(Ok(()), |problem| Err(problem.into()))
}
