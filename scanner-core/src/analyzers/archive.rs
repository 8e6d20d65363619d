//! Single entries of zip archives that installers leave packed.

use std::sync::Arc;

use super::Fault;
use crate::formats::zip::{Archive, Budget, Content};
use crate::fs::File;
use crate::limits::Limits;
use crate::model::Code;

/// Reads one entry as a package's own metadata; none where the archive has no such entry.
pub(super) fn entry(
    file: &File<'_>,
    name: &[u8],
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Fault> {
    let archive = Archive::open(Content::new(file.open()?))?;
    let listing = archive.entries(limits.archive_entries, |it| it == name);
    let Some(entry) = listing.entries.first() else {
        return match listing.problems.into_iter().next() {
            Some(problem) => Err(problem.into()),
            None => Ok(None),
        };
    };
    if entry.size > limits.metadata_bytes {
        let message = format!("{} of its entry are over the limit", entry.size);
        return Err(Fault::new(Code::LimitReached, message));
    }
    let budget = Arc::new(Budget::new(limits.metadata_bytes));
    Ok(Some(archive.read(entry, &budget)?))
}
