//! The name of a document.

use std::io;

use crate::emit::held::Held;

/// Writes what is made, with the field of its name, a URN, after the first piece. All that takes several cores is one
/// task: to wake them takes as long as to write a hundred components.
pub(super) fn write_named(
    make: impl FnOnce() -> Held + Send,
    out: &mut dyn io::Write,
    field: impl FnOnce(&str) -> Vec<u8>,
) -> io::Result<()> {
    let (uuid, pieces) = rayon::scope(|_| make().finish());
    let mut pieces = pieces.into_iter();
    out.write_all(&pieces.next().unwrap_or_default())?;
    out.write_all(&field(&uuid.urn().to_string()))?;
    pieces.try_for_each(|it| out.write_all(&it))
}
