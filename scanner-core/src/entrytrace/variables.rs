//! The variables of a shell.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::value::Value;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) content: Content,
    pub(super) exported: bool,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: it was taken away.
    Unset,
    One(Value),
    Array(Vec<Value>),
    /// Elements by key.
    Map(BTreeMap<String, Value>),
}

/// Variables by name. States of a shell that come of one another share what is the same in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    entries: Rc<BTreeMap<Rc<str>, Rc<Variable>>>,
    touched: Touched,
}

/// The names of variables that were read or set, for all states of all shells of one trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched(Rc<RefCell<BTreeSet<Rc<str>>>>);

impl Touched {
    /// Adds names.
    pub(super) fn extend(&self, names: impl IntoIterator<Item = Rc<str>>) {
        self.0.borrow_mut().extend(names);
    }

    /// Takes what was noted until now.
    pub(super) fn take(&self) -> BTreeSet<Rc<str>> {
        self.0.take()
    }

    fn note(&self, name: &str) -> Rc<str> {
        let mut names = self.0.borrow_mut();
        if let Some(known) = names.get(name) {
            return Rc::clone(known);
        }
        let name = Rc::from(name);
        names.insert(Rc::clone(&name));
        name
    }
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries) || self.differing(other).next().is_none()
    }
}

impl Eq for Variables {}

impl Variables {
    /// Variables of whose names a note is made in `touched`.
    pub(super) fn new(
        entries: impl IntoIterator<Item = (String, Variable)>,
        touched: Touched,
    ) -> Self {
        let shared = |(name, it): (String, Variable)| (Rc::from(name), Rc::new(it));
        Self { entries: Rc::new(entries.into_iter().map(shared).collect()), touched }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Rc<Variable>> {
        self.touched.note(name);
        self.entries.get(name)
    }

    /// The same, without a note.
    pub(super) fn peek(&self, name: &str) -> Option<&Rc<Variable>> {
        self.entries.get(name)
    }

    /// Gives a variable its content; whether it is exported stays.
    pub(super) fn set(&mut self, name: &str, content: Content) {
        let exported = self.get(name).is_some_and(|it| it.exported);
        self.put(name, Some(Rc::new(Variable { content, exported })));
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(content) = self.get(name).filter(|it| !it.exported).map(|it| it.content.clone())
        {
            self.put(name, Some(Rc::new(Variable { content, exported: true })));
        }
    }

    /// Puts a variable in place, or takes it away.
    pub(super) fn put(&mut self, name: &str, variable: Option<Rc<Variable>>) {
        let name = self.touched.note(name);
        if self.entries.get(&name) == variable.as_ref() {
            return;
        }
        let entries = Rc::make_mut(&mut self.entries);
        match variable {
            Some(variable) => drop(entries.insert(name, variable)),
            None => drop(entries.remove(&name)),
        }
    }

    /// All variables in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.entries.iter().map(|(name, it)| (&**name, &**it))
    }

    /// The names of variables that are otherwise in another state, or not there.
    pub(super) fn differing<'v>(&'v self, other: &'v Self) -> impl Iterator<Item = &'v Rc<str>> {
        let (mut left, mut right) =
            (self.entries.iter().peekable(), other.entries.iter().peekable());
        std::iter::from_fn(move || {
            loop {
                let name = match (left.peek(), right.peek()) {
                    (Some((a, x)), Some((b, y))) if Rc::ptr_eq(a, b) || a == b => {
                        let (name, same) = (*a, Rc::ptr_eq(x, y));
                        let equal = same || {
                            self.touched.note(name);
                            x == y
                        };
                        left.next();
                        right.next();
                        if equal {
                            continue;
                        }
                        name
                    }
                    (Some((a, _)), Some((b, _))) if a < b => left.next()?.0,
                    (_, Some(_)) => right.next()?.0,
                    (Some(_), None) => left.next()?.0,
                    (None, None) => return None,
                };
                self.touched.note(name);
                return Some(name);
            }
        })
    }
}
