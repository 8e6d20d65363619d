//! The names of a table while it is read: in order, and those of them that a query is for.

use super::walk::{split_name, text};
use super::{Malformed, Row, Select};

/// Takes names one after the other.
pub(super) struct Names<'s> {
    select: &'s Select<'s>,
    /// The place of the next one.
    pub(super) next: u32,
    last: Vec<u8>,
    /// Those that may be asked for, with their places.
    pub(super) kept: Vec<(u32, String)>,
}

impl<'s> Names<'s> {
    /// Begins at a place of the table.
    pub(super) fn new(select: &'s Select<'s>, next: u32) -> Self {
        Self { select, next, last: Vec::new(), kept: Vec::new() }
    }

    /// Whether nothing that is asked for was met, and by the order of the names nothing can come any more.
    pub(super) fn is_none(&self) -> bool {
        let Select::Named(prefix, _) = self.select else { return false };
        let (last, prefix) = (self.last.as_slice(), prefix.as_bytes());
        self.kept.is_empty() && last > prefix && !last.starts_with(prefix)
    }

    /// Passes over the names at the beginning of these bytes that come before all that a query by name is for, up to a
    /// place, and says how many bytes those are. That they are in order is for those to see who read all.
    pub(super) fn pass(&mut self, bytes: &[u8], end: u32) -> usize {
        let Select::Named(prefix, _) = self.select else { return 0 };
        let mut rest = bytes;
        while self.next < end
            && let Some((name, behind)) = split_name(rest)
            && name < prefix.as_bytes()
        {
            (rest, self.next) = (behind, self.next + 1);
        }
        bytes.len() - rest.len()
    }

    /// Takes the next name; it must come after the last one.
    pub(super) fn push(&mut self, name: &[u8], offset: u64) -> Result<(), Malformed> {
        let malformed = |what| Malformed { what, offset };
        if name <= self.last.as_slice() {
            return Err(malformed("a component that is not behind the one before it"));
        }
        self.last.clear();
        self.last.extend(name);
        let ordinal = self.next;
        self.next += 1;
        if matches!(self.select, Select::Named(prefix, _) if !name.starts_with(prefix.as_bytes())) {
            return Ok(());
        }
        let name = text(name).ok_or_else(|| malformed("a component whose name is no text"))?;
        if !matches!(self.select, Select::Named(_, matches) if !matches(&name)) {
            self.kept.push((ordinal, name));
        }
        Ok(())
    }
}

/// Whether a row is asked for, now that its bitmaps are known.
pub(super) fn is_selected(row: &Row, select: &Select<'_>) -> bool {
    match select {
        Select::All | Select::Named(..) => true,
        Select::Layer(layer) => row.layers.contains(*layer),
        Select::Used => !row.entrypoints.is_empty(),
    }
}
