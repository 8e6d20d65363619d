//! The variables of a shell.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::value::Value;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: Rc<str>,
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

/// Variables in the order of their names. States of a shell that come of one another share what is the same in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    entries: Rc<Vec<Rc<Variable>>>,
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

/// A name and what two states have under it.
type Pair<'v> = (&'v Rc<str>, Option<&'v Rc<Variable>>, Option<&'v Rc<Variable>>);

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        self.differing(other).next().is_none()
    }
}

impl Eq for Variables {}

impl Variables {
    /// Variables of whose names a note is made in `touched`. The last of a name counts.
    pub(super) fn new(variables: impl IntoIterator<Item = Variable>, touched: Touched) -> Self {
        let by_name = |it: Variable| (Rc::clone(&it.name), Rc::new(it));
        let by_name: BTreeMap<_, _> = variables.into_iter().map(by_name).collect();
        Self { entries: Rc::new(by_name.into_values().collect()), touched }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Rc<Variable>> {
        self.touched.note(name);
        self.peek(name)
    }

    /// The same, without a note.
    pub(super) fn peek(&self, name: &str) -> Option<&Rc<Variable>> {
        self.place(name).ok().and_then(|at| self.entries.get(at))
    }

    /// Where a variable is, or where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|it| (*it.name).cmp(name))
    }

    /// Gives a variable its content; whether it is exported stays.
    pub(super) fn set(&mut self, name: &str, content: Content) {
        let name = self.touched.note(name);
        let exported = self.peek(&name).is_some_and(|it| it.exported);
        self.insert(Variable { name, content, exported });
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(before) = self.get(name).filter(|it| !it.exported) {
            let exported = Variable { exported: true, ..Variable::clone(before) };
            self.insert(exported);
        }
    }

    /// Puts a variable in the place of the one that has its name.
    pub(super) fn insert(&mut self, variable: Variable) {
        let name = Rc::clone(&variable.name);
        self.put(&name, Some(Rc::new(variable)));
    }

    /// Puts back what a name stood for before: a variable or nothing.
    pub(super) fn put(&mut self, name: &str, variable: Option<Rc<Variable>>) {
        self.touched.note(name);
        let place = self.place(name);
        match (place, variable) {
            (Ok(at), Some(variable)) => {
                if self.entries.get(at).is_none_or(|it| *it != variable)
                    && let Some(slot) = Rc::make_mut(&mut self.entries).get_mut(at)
                {
                    *slot = variable;
                }
            }
            (Ok(at), None) => drop(Rc::make_mut(&mut self.entries).remove(at)),
            (Err(at), Some(variable)) => Rc::make_mut(&mut self.entries).insert(at, variable),
            (Err(_), None) => {}
        }
    }

    /// All variables in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.entries.iter().map(|it| &**it)
    }

    /// The names of variables that are otherwise in another state, or not there.
    pub(super) fn differing<'v>(&'v self, other: &'v Self) -> impl Iterator<Item = &'v Rc<str>> {
        self.unshared(other).filter_map(|(name, here, there)| {
            self.touched.note(name);
            (here != there).then_some(name)
        })
    }

    /// What became of the variables that are not as they were before. No note is made of them.
    pub(super) fn changes(&self, before: &Self) -> Vec<(Rc<str>, Option<Rc<Variable>>)> {
        self.unshared(before)
            .filter(|(_, now, then)| now != then)
            .map(|(name, now, _)| (Rc::clone(name), now.map(Rc::clone)))
            .collect()
    }

    /// The variables that two states do not share, in the order of their names.
    fn unshared<'v>(&'v self, other: &'v Self) -> impl Iterator<Item = Pair<'v>> {
        let apart = !Rc::ptr_eq(&self.entries, &other.entries);
        let entries = |it: &'v Self| if apart { &**it.entries } else { &[] };
        let (mut here, mut there) = (entries(self), entries(other));
        std::iter::from_fn(move || {
            loop {
                match (here, there) {
                    ([a, left @ ..], [b, right @ ..]) if Rc::ptr_eq(a, b) => {
                        (here, there) = (left, right);
                    }
                    ([a, left @ ..], [b, right @ ..]) if a.name == b.name => {
                        (here, there) = (left, right);
                        return Some((&a.name, Some(a), Some(b)));
                    }
                    ([a, ..], [b, right @ ..]) if a.name > b.name => {
                        there = right;
                        return Some((&b.name, None, Some(b)));
                    }
                    ([a, left @ ..], _) => {
                        here = left;
                        return Some((&a.name, Some(a), None));
                    }
                    ([], [b, right @ ..]) => {
                        there = right;
                        return Some((&b.name, None, Some(b)));
                    }
                    ([], []) => return None,
                }
            }
        })
    }
}
