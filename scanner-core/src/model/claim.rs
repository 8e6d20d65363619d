//! What metadata states of the components that one needs and of what it gives to others, before it is known which
//! components these are.

use std::sync::Arc;

use crate::path::ImagePath;

/// What ends a term, parts its alternatives, and parts a name from what is said of its version.
/// A text that holds one of them, which no name does, is taken for a name that nothing has.
const TERM: char = '\n';
const ALTERNATIVE: char = '\t';
const VERSION: char = '\u{b}';
/// What stands before the number of a join.
const JOIN: char = '\u{c}';

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
    /// The directory that the component is used from, if it was not copied: what is claimed of it where it lies is
    /// only a part of what it finds where it is used.
    pub linked: Option<ImagePath>,
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

    /// Whether a component that is used from a directory lies there, or in the folder of that directory for sources.
    pub fn lies_in(&self, linked: &ImagePath) -> bool {
        let home = self.home();
        home == Some(linked) || home.is_some_and(|it| it.parent().as_ref() == Some(linked))
    }

    /// A claim about a component that is in the first of some homes.
    pub fn new(homes: Arc<[ImagePath]>) -> Self {
        Self {
            proof: ImagePath::root(),
            homes,
            own: 0,
            linked: None,
            latest: false,
            extra: Box::default(),
            requires: None,
            provides: Terms::default(),
        }
    }
}

/// How the parts of a term before it, two or three, become one. The joins are those of rpm's boolean dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Both are needed.
    And,
    /// One is enough.
    Or,
    /// What meets the first must meet the second too.
    With,
    /// What meets the first must not meet the second.
    Without,
    /// The first is needed where the second is met.
    If,
    /// The first is needed where the second is met, else the third.
    IfElse,
    /// The first is needed, and the second must not be met.
    Unless,
    /// The third is needed where the second is met, else the first.
    UnlessElse,
}

impl Join {
    const ALL: [Self; 8] = [
        Self::And,
        Self::Or,
        Self::With,
        Self::Without,
        Self::If,
        Self::IfElse,
        Self::Unless,
        Self::UnlessElse,
    ];

    fn letter(self) -> char {
        char::from(b'a' + self as u8)
    }
}

/// A part of a term. Joins follow what they join; what none joins are choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermPart<'a> {
    /// A name, with what is said of its version.
    Name(&'a str, &'a str),
    /// What joins the parts before it.
    Join(Join),
}

/// Terms over names, each with a word on its version; in one text, because there are many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(String);

impl Terms {
    /// Adds a name.
    pub fn add(&mut self, name: &str, version: &str) {
        self.add_choice([(name, version)]);
    }

    /// Adds names of which any is enough.
    pub fn add_choice<'a>(&mut self, choice: impl IntoIterator<Item = (&'a str, &'a str)>) {
        self.add_term(choice.into_iter().map(|(name, version)| TermPart::Name(name, version)));
    }

    /// Adds a term.
    pub fn add_term<'a>(&mut self, parts: impl IntoIterator<Item = TermPart<'a>>) {
        let plain = |text: &'a str| {
            if text.contains([TERM, ALTERNATIVE, VERSION, JOIN]) { "" } else { text }
        };
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                self.0.push(ALTERNATIVE);
            }
            match part {
                TermPart::Name(name, version) => {
                    self.0.push_str(plain(name));
                    if !version.is_empty() {
                        self.0.push(VERSION);
                        self.0.push_str(plain(version));
                    }
                }
                TermPart::Join(join) => self.0.extend([JOIN, join.letter()]),
            }
        }
        self.0.push(TERM);
    }

    /// The terms, each with its parts.
    pub fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = TermPart<'_>> + Clone> {
        let terms = self.0.split_terminator(TERM);
        terms.map(|term| term.split(ALTERNATIVE).map(part))
    }

    /// The names in all terms.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().flatten().filter_map(|part| match part {
            TermPart::Name(name, version) => Some((name, version)),
            TermPart::Join(_) => None,
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

fn part(text: &str) -> TermPart<'_> {
    let letter = text.strip_prefix(JOIN).and_then(|it| it.chars().next());
    if let Some(join) = Join::ALL.into_iter().find(|it| Some(it.letter()) == letter) {
        return TermPart::Join(join);
    }
    let (name, version) = text.split_once(VERSION).unwrap_or((text, ""));
    TermPart::Name(name, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(terms: &Terms) -> Vec<Vec<TermPart<'_>>> {
        terms.iter().map(Iterator::collect).collect()
    }

    #[test]
    fn terms_are_read_as_they_were_added() {
        let mut terms = Terms::default();
        assert_eq!(terms.size(), 0);
        terms.add("a", "");
        terms.add_choice([("b", ">= 1"), ("c", "")]);
        terms.add("", "");
        for join in Join::ALL {
            terms.add_term([
                TermPart::Name("d", "= 1"),
                TermPart::Name("e", ""),
                TermPart::Join(join),
            ]);
        }
        let found = read(&terms);
        assert_eq!(found[0], [TermPart::Name("a", "")]);
        assert_eq!(found[1], [TermPart::Name("b", ">= 1"), TermPart::Name("c", "")]);
        assert_eq!(found[2], [TermPart::Name("", "")]);
        for (place, join) in Join::ALL.into_iter().enumerate() {
            let parts = [TermPart::Name("d", "= 1"), TermPart::Name("e", ""), TermPart::Join(join)];
            assert_eq!(found[3 + place], parts);
        }
        assert_eq!(terms.names().count(), 4 + 2 * Join::ALL.len());
    }

    #[test]
    fn a_name_that_could_be_read_as_another_part_is_none() {
        let mut terms = Terms::default();
        terms.add("a\nb", "1\t2");
        terms.add("\u{c}a", "");
        assert_eq!(read(&terms), [[TermPart::Name("", "")], [TermPart::Name("", "")]]);
    }
}
