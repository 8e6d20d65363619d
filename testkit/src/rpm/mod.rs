//! rpm's database of installed packages, in each of its forms.

mod bdb;
mod header;
mod ndb;
mod sqlite;

pub use bdb::RpmBdb;
pub use header::RpmHeader;
pub use ndb::RpmNdb;
pub use sqlite::RpmSqlite;
pub(crate) use sqlite::varint;

/// A size or number as the formats store it.
fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}
