//! What metadata states of the components that one needs and of what it gives to others, before it is known which
//! components these are.

use std::sync::Arc;

use crate::path::ImagePath;

/// What ends a term, parts its alternatives, and parts a name from what is said of its version.
/// A text that holds one of them, which no name does, is taken for a name that nothing has.
const TERM: char = '\n';
const ALTERNATIVE: char = '\t';
const VERSION: char = '\u{b}';

/// What one record states of a component's dependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The file that states it. The runner sets it.
    pub proof: ImagePath,
    /// The databases or directories in which what it needs is looked for, in this order.
    /// None where names are the very files that prove what is needed.
    pub homes: Arc<[ImagePath]>,
    /// Which of them the component itself was installed into.
    pub own: usize,
    /// Whether the latest that is found in any of them is what it gets, not all that the first of them has.
    pub latest: bool,
    /// The optional part of the component that this is about; empty for the component itself.
    pub extra: Box<str>,
    /// What it needs: names with what their versions must be, as the ecosystem writes it; none where nothing states it.
    pub requires: Option<Terms>,
    /// What it is known by in its home: names with versions, empty where none is stated.
    pub provides: Terms,
}

impl Claim {
    /// The database or directory that the component was installed into.
    pub fn home(&self) -> Option<&ImagePath> {
        self.homes.get(self.own)
    }

    /// A claim about a component that is in the first of some homes.
    pub fn new(homes: Arc<[ImagePath]>) -> Self {
        Self {
            proof: ImagePath::root(),
            homes,
            own: 0,
            latest: false,
            extra: Box::default(),
            requires: None,
            provides: Terms::default(),
        }
    }
}

/// Names, each with a word on its version, or choices among such; in one text, because there are many.
/// In a choice `!` before a name is met where nothing has that name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(String);

impl Terms {
    /// Adds a name.
    pub fn add(&mut self, name: &str, version: &str) {
        self.add_choice(std::iter::once((name, version)));
    }

    /// Adds names of which any is enough.
    pub fn add_choice<'a>(&mut self, choice: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let plain =
            |text: &'a str| if text.contains([TERM, ALTERNATIVE, VERSION]) { "" } else { text };
        for (at, (name, version)) in choice.into_iter().enumerate() {
            if at > 0 {
                self.0.push(ALTERNATIVE);
            }
            self.0.push_str(plain(name));
            if !version.is_empty() {
                self.0.push(VERSION);
                self.0.push_str(plain(version));
            }
        }
        self.0.push(TERM);
    }

    /// The terms, each with its alternatives: names with what is said of their versions.
    pub fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = (&str, &str)> + Clone> {
        let terms = self.0.split_terminator(TERM);
        terms.map(|term| {
            term.split(ALTERNATIVE).map(|it| it.split_once(VERSION).unwrap_or((it, "")))
        })
    }

    /// How many bytes they take.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Gives back the memory that further terms would have taken.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_as_they_were_added() {
        let mut terms = Terms::default();
        assert_eq!(terms.size(), 0);
        terms.add("a", "");
        terms.add_choice([("b", ">= 1"), ("c", "")]);
        terms.add("", "");
        let read: Vec<Vec<_>> = terms.iter().map(Iterator::collect).collect();
        assert_eq!(read, [vec![("a", "")], vec![("b", ">= 1"), ("c", "")], vec![("", "")]]);
    }

    #[test]
    fn a_name_that_could_be_read_as_two_is_none() {
        let mut terms = Terms::default();
        terms.add("a\nb", "1\t2");
        let read: Vec<Vec<_>> = terms.iter().map(Iterator::collect).collect();
        assert_eq!(read, [[("", "")]]);
    }
}
