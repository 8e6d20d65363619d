//! What a document says that the model has no place for.

use std::collections::BTreeMap;

/// Kinds of dropped things that are told apart. Documents of real tools have some forty.
const KINDS: usize = 500;

/// Bytes of a name that are told.
const LONGEST: usize = 200;

/// Dropped things by what they are, with how often.
#[derive(Default)]
pub(super) struct Dropped {
    kinds: BTreeMap<String, usize>,
    others: usize,
}

impl Dropped {
    /// Counts a member that the types of the format have no place for.
    pub(super) fn member(&mut self, path: &str) {
        self.add(path, 1);
    }

    /// Counts things of a kind.
    pub(super) fn add(&mut self, kind: &str, count: usize) {
        if count == 0 {
            return;
        }
        let end = kind.floor_char_boundary(LONGEST);
        let kind = kind.get(..end).unwrap_or_default();
        if let Some(known) = self.kinds.get_mut(kind) {
            *known += count;
        } else if self.kinds.len() < KINDS {
            self.kinds.insert(kind.to_owned(), count);
        } else {
            self.others += count;
        }
    }

    /// The kinds with their counts.
    pub(super) fn in_words(&self) -> Vec<String> {
        let kind = |(kind, count): (&String, &usize)| match count {
            1 => kind.clone(),
            count => format!("{kind} ({count} times)"),
        };
        let others = (self.others > 0).then(|| format!("others ({} times)", self.others));
        self.kinds.iter().map(kind).chain(others).collect()
    }
}
