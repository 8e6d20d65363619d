//! The variables of a shell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::rc::Rc;

use ecow::EcoString;
use fixedbitset::FixedBitSet;
use foldhash::fast::RandomState;

use super::value::{Value, Why};
use crate::model::Reason;

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
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
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
    /// What stands for variables that differ by the way, and whether it is exported.
    several: BTreeMap<(Name, bool), Rc<Variable>>,
    /// What variables are hashed with.
    state: RandomState,
}

impl Variable {
    /// What programs are given of it.
    pub(super) fn given(&self) -> Option<&Value> {
        match &self.content {
            Content::One(value) if self.exported => Some(value),
            _ => None,
        }
    }
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

    /// What stands for a variable of which several ways have several.
    fn several(&self, name: Name, exported: bool) -> Rc<Variable> {
        if let Some(known) = self.0.borrow().several.get(&(name, exported)) {
            return Rc::clone(known);
        }
        let text = self.text(name);
        let why = format!("${text} differs by the way through the script");
        let why = Why::new(Reason::DynamicEnvironmentReference, why);
        let content = Content::One(Value::unknown(format!("${text}"), why));
        let variable = self.variable(name, content, exported);
        self.0.borrow_mut().several.insert((name, exported), Rc::clone(&variable));
        variable
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

/// So many variables are copied where one of them is changed.
const PIECE: usize = 16;

/// Some of the variables.
type Piece = [Option<Rc<Variable>>; PIECE];

/// Variables by the numbers of their names. States of a shell that come of one another share what is the same in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    pieces: Rc<Vec<Rc<Piece>>>,
    /// The hashes of all of them in one: states that have another one are not the same.
    hash: u64,
    names: Names,
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        if self.hash != other.hash {
            return false;
        }
        let (here, there) = (&*self.pieces, &*other.pieces);
        let (short, long) = if here.len() < there.len() { (here, there) } else { (there, here) };
        let mut rest = long.iter().skip(short.len()).flat_map(|it| it.iter());
        long.starts_with(short) && rest.all(Option::is_none)
    }
}

impl Eq for Variables {}

impl Variables {
    /// No variables, with names that other states know too.
    pub(super) fn new(names: Names) -> Self {
        Self { pieces: Rc::default(), hash: 0, names }
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
        self.pieces.get(name.0 / PIECE)?.get(name.0 % PIECE)?.as_ref()
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
        let pieces = Rc::make_mut(&mut self.pieces);
        if pieces.len() <= name.0 / PIECE {
            pieces.resize_with(name.0 / PIECE + 1, Rc::default);
        }
        let piece = pieces.get_mut(name.0 / PIECE).map(Rc::make_mut);
        if let Some(slot) = piece.and_then(|it| it.get_mut(name.0 % PIECE)) {
            *slot = variable;
        }
    }

    /// Takes away all but some.
    pub(super) fn retain(&mut self, kept: impl Fn(&Variable) -> bool) {
        let all = self.pieces.iter().flat_map(|it| it.iter().flatten());
        let gone = all.filter(|it| !kept(it)).map(|it| it.name);
        for name in gone.collect::<Vec<_>>() {
            self.replace(name, None);
        }
    }

    /// Takes all of them away.
    pub(super) fn clear(&mut self) {
        self.retain(|_| false);
    }

    /// Makes unknown what another state has otherwise.
    pub(super) fn blur(&mut self, other: &Self) {
        for name in self.differing(other) {
            let both = [self.at(name), other.at(name)];
            let exported = both.iter().flatten().any(|it| it.exported);
            self.put(name, Some(self.names.several(name, exported)));
        }
    }

    /// The names of variables that are otherwise in another state, or not there.
    pub(super) fn differing(&self, other: &Self) -> Vec<Name> {
        let mut differing = self.unshared(other);
        differing.retain(|it| self.at(*it) != other.at(*it));
        differing
    }

    /// Whether these names stand for the same in another state.
    pub(super) fn are_alike(&self, other: &Self, names: &Touched) -> bool {
        names.ones().map(Name).all(|it| self.at(it) == other.at(it))
    }

    /// What became of the variables that are not as they were before.
    pub(super) fn changes(&self, before: &Self) -> Vec<(Name, Option<Rc<Variable>>)> {
        self.differing(before).into_iter().map(|it| (it, self.at(it).cloned())).collect()
    }

    /// The names of variables that two states do not share.
    fn unshared(&self, other: &Self) -> Vec<Name> {
        let mut unshared = Vec::new();
        if Rc::ptr_eq(&self.pieces, &other.pieces) {
            return unshared;
        }
        let nothing = Rc::<Piece>::default();
        for at in 0..self.pieces.len().max(other.pieces.len()) {
            let [here, there] = [self, other].map(|it| it.pieces.get(at).unwrap_or(&nothing));
            if Rc::ptr_eq(here, there) {
                continue;
            }
            let pointer = |it: &Option<Rc<Variable>>| it.as_ref().map(Rc::as_ptr);
            let slots = here.iter().zip(there.iter()).enumerate();
            let differing = slots.filter(|(_, (here, there))| pointer(here) != pointer(there));
            unshared.extend(differing.map(|(slot, _)| Name(at * PIECE + slot)));
        }
        unshared
    }

    /// The text of a name.
    pub(super) fn text(&self, name: Name) -> EcoString {
        self.names.text(name)
    }
}
