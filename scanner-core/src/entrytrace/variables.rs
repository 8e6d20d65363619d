//! The variables of a shell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::rc::Rc;

use ecow::EcoString;
use fixedbitset::FixedBitSet;
use foldhash::fast::RandomState;

use super::value::Value;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: Name,
    /// A hash of all of it.
    hash: u64,
    pub(super) content: Content,
    pub(super) exported: bool,
}

/// What a variable holds.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: it was taken away.
    Unset,
    One(Value),
    Array(Vec<Value>),
    /// Elements by key.
    Map(BTreeMap<String, Value>),
}

/// The number of a name.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct Name(usize);

/// The names of variables, numbered as they are met, for all states of all shells of one trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Rc<RefCell<Known>>);

/// Names by their numbers.
pub(super) type Touched = FixedBitSet;

#[derive(Debug, Default)]
struct Known {
    #[expect(clippy::disallowed_types, reason = "names are looked up in it, never listed")]
    numbers: std::collections::HashMap<EcoString, Name, RandomState>,
    texts: Vec<EcoString>,
    /// Those that were read or set.
    touched: Touched,
    /// What variables are hashed with.
    state: RandomState,
}

impl Names {
    /// Adds to what was read or set.
    pub(super) fn touch(&self, names: &Touched) {
        self.0.borrow_mut().touched.union_with(names);
    }

    /// Takes what was read or set until now.
    pub(super) fn take_touched(&self) -> Touched {
        std::mem::take(&mut self.0.borrow_mut().touched)
    }

    /// The text of a name.
    pub(super) fn text(&self, name: Name) -> EcoString {
        self.0.borrow().texts.get(name.0).cloned().unwrap_or_default()
    }

    fn variable(&self, name: Name, content: Content, exported: bool) -> Rc<Variable> {
        let hash = self.0.borrow().state.hash_one((name, &content, exported));
        Rc::new(Variable { name, hash, content, exported })
    }

    fn note(&self, name: Name) {
        self.0.borrow_mut().touched.grow_and_insert(name.0);
    }

    /// The number of a name, with a note of it.
    fn noted(&self, name: &str) -> Name {
        let known = &mut *self.0.borrow_mut();
        let number = known.numbers.get(name).copied().unwrap_or_else(|| {
            let (text, number) = (EcoString::from(name), Name(known.texts.len()));
            known.texts.push(text.clone());
            known.numbers.insert(text, number);
            number
        });
        known.touched.grow_and_insert(number.0);
        number
    }
}

/// Variables by the numbers of their names. States of a shell that come of one another share what is the same in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    entries: Rc<Vec<Option<Rc<Variable>>>>,
    /// The hashes of all of them in one: states that have another one are not the same.
    hash: u64,
    names: Names,
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        if self.hash != other.hash {
            return false;
        }
        let (here, there) = (&*self.entries, &*other.entries);
        let (short, long) = if here.len() < there.len() { (here, there) } else { (there, here) };
        long.starts_with(short) && long.iter().skip(short.len()).all(Option::is_none)
    }
}

impl Eq for Variables {}

impl Variables {
    /// No variables, with names that other states know too.
    pub(super) fn new(names: Names) -> Self {
        Self { entries: Rc::default(), hash: 0, names }
    }

    /// The number of a name.
    pub(super) fn name(&self, name: &str) -> Name {
        self.names.noted(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Rc<Variable>> {
        self.at(self.names.noted(name))
    }

    /// The same by the number, without a note.
    pub(super) fn at(&self, name: Name) -> Option<&Rc<Variable>> {
        self.entries.get(name.0)?.as_ref()
    }

    /// Gives a variable its content; whether it is exported stays.
    pub(super) fn set(&mut self, name: &str, content: Content) {
        let name = self.names.noted(name);
        let exported = self.at(name).is_some_and(|it| it.exported);
        self.replace(name, Some(self.names.variable(name, content, exported)));
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(before) = self.get(name).filter(|it| !it.exported) {
            let exported = self.names.variable(before.name, before.content.clone(), true);
            self.replace(exported.name, Some(exported));
        }
    }

    /// Gives a variable its content, and says whether it is exported.
    pub(super) fn declare(&mut self, name: &str, content: Content, exported: bool) {
        let name = self.names.noted(name);
        self.replace(name, Some(self.names.variable(name, content, exported)));
    }

    /// Puts back what a name stood for before: a variable or nothing.
    pub(super) fn put(&mut self, name: Name, variable: Option<Rc<Variable>>) {
        self.names.note(name);
        self.replace(name, variable);
    }

    /// The same of a name that is noted already.
    fn replace(&mut self, name: Name, variable: Option<Rc<Variable>>) {
        if self.at(name) == variable.as_ref() {
            return;
        }
        let hash = |it: Option<&Rc<Variable>>| it.map_or(0, |it| it.hash);
        self.hash ^= hash(self.at(name)) ^ hash(variable.as_ref());
        let entries = Rc::make_mut(&mut self.entries);
        if entries.len() <= name.0 {
            entries.resize(name.0 + 1, None);
        }
        if let Some(slot) = entries.get_mut(name.0) {
            *slot = variable;
        }
    }

    /// All variables with their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (EcoString, &Variable)> {
        self.entries.iter().flatten().map(|it| (self.names.text(it.name), &**it))
    }

    /// The names of variables that are otherwise in another state, or not there.
    pub(super) fn differing(&self, other: &Self) -> impl Iterator<Item = Name> {
        self.unshared(other).filter(|it| self.at(*it) != other.at(*it))
    }

    /// Whether these names stand for the same in another state.
    pub(super) fn are_alike(&self, other: &Self, names: &Touched) -> bool {
        names.ones().map(Name).all(|it| self.at(it) == other.at(it))
    }

    /// What became of the variables that are not as they were before.
    pub(super) fn changes(&self, before: &Self) -> Vec<(Name, Option<Rc<Variable>>)> {
        self.differing(before).map(|it| (it, self.at(it).cloned())).collect()
    }

    /// The names of variables that two states do not share.
    fn unshared(&self, other: &Self) -> impl Iterator<Item = Name> {
        let shared = Rc::ptr_eq(&self.entries, &other.entries);
        let length = if shared { 0 } else { self.entries.len().max(other.entries.len()) };
        let at = |it: &Self, name| it.at(name).map(Rc::as_ptr);
        (0..length).map(Name).filter(move |it| at(self, *it) != at(other, *it))
    }

    /// The text of a name.
    pub(super) fn text(&self, name: Name) -> EcoString {
        self.names.text(name)
    }
}
