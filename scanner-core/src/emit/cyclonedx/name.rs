//! The name of a document.

use std::io;

use crate::emit::held::Held;

/// Writes what is held, with the field of its name, a URN, after the first piece.
pub(super) fn write_named(
    held: Held,
    out: &mut dyn io::Write,
    field: impl FnOnce(&str) -> Vec<u8>,
) -> io::Result<()> {
    let (uuid, pieces) = held.finish();
    let mut pieces = pieces.into_iter();
    out.write_all(&pieces.next().unwrap_or_default())?;
    out.write_all(&field(&uuid.urn().to_string()))?;
    pieces.try_for_each(|it| out.write_all(&it))
}
