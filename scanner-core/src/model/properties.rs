//! Further facts of a component.

use std::borrow::{Borrow, Cow};
use std::fmt;

use litemap::{Entry, LiteMap};

/// The key of a fact: one that the code knows, or one that a document brought.
pub type Key = Cow<'static, str>;

/// Facts by their keys, in order. They are few and looked up often: a tree would take half a kilobyte for each component.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Properties(LiteMap<Key, String, Facts>);

/// What holds them.
type Facts = Vec<(Key, String)>;

impl Properties {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// States a fact, in the place of what was stated under this key.
    pub fn insert(&mut self, key: impl Into<Key>, value: String) -> Option<String> {
        self.0.insert(key.into(), value)
    }

    /// The value of a fact.
    pub fn get(&self, key: &str) -> Option<&String> {
        self.0.get(key)
    }

    /// Takes a fact out.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// Whether something is stated under a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The place of a fact.
    pub fn entry(&mut self, key: impl Into<Key>) -> Entry<'_, Key, String, Facts> {
        self.0.entry(key.into())
    }

    /// Keeps the facts whose keys are wanted.
    pub fn retain(&mut self, mut wanted: impl FnMut(&str, &String) -> bool) {
        self.0.retain(|key, value| wanted(key, value));
    }

    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The facts in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &String)> {
        self.0.iter().map(|(key, value)| (key.borrow(), value))
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Into<Key>> Extend<(K, String)> for Properties {
    fn extend<I: IntoIterator<Item = (K, String)>>(&mut self, facts: I) {
        for (key, value) in facts {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Key>> FromIterator<(K, String)> for Properties {
    fn from_iter<I: IntoIterator<Item = (K, String)>>(facts: I) -> Self {
        Self(facts.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl IntoIterator for Properties {
    type Item = (Key, String);
    type IntoIter = std::vec::IntoIter<(Key, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl std::ops::Index<&str> for Properties {
    type Output = String;

    #[expect(clippy::panic, reason = "it is an index, as that of every map")]
    fn index(&self, key: &str) -> &String {
        self.0.get(key).unwrap_or_else(|| panic!("no fact {key}"))
    }
}
