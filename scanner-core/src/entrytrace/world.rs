//! One way through a script: the state of its shell, and the conditions under which it is there.

use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::conditions::{Condition, Conditions};
use super::last::Last;
use super::shell::Shell;
use super::value::{Truth, Value};
use crate::model::HopKind;

/// A way through a script.
#[derive(Clone)]
pub(super) struct World {
    pub(super) shell: Rc<Shell>,
    pub(super) path: Path,
    pub(super) flow: Flow,
    /// Whether the last command succeeded.
    pub(super) status: Truth,
    /// That command, as it is written.
    pub(super) tested: Arc<str>,
    /// What it printed, where that is asked for.
    pub(super) output: Option<Value>,
    /// What is left of its input, where that comes from a pipe.
    pub(super) input: Option<Value>,
}

/// How a way came to be, and what it ran.
#[derive(Clone, Default)]
pub(super) struct Path {
    /// What is assumed, in order.
    pub(super) conditions: Conditions,
    /// The hops that it certainly took.
    pub(super) always: Hops,
    /// The command that it waited for last.
    pub(super) last: Last,
    /// The commands that it did not wait for.
    pub(super) background: Hops,
}

/// Where a way goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// With the next command.
    Next,
    /// Out of so many loops.
    Break(usize),
    /// With the next round of the loop so many levels out.
    Continue(usize),
    /// After the function or sourced script.
    Return,
    /// Nowhere: the script ends, and whether with success.
    Exit(bool),
    /// With the program of this hop, which takes the script's place.
    Exec(usize),
}

impl World {
    pub(super) fn new(shell: Rc<Shell>) -> Self {
        Self {
            shell,
            path: Path::default(),
            flow: Flow::Next,
            status: Truth::Sure(true),
            tested: "".into(),
            output: None,
            input: None,
        }
    }

    /// The state, to be changed.
    pub(super) fn shell(&mut self) -> &mut Shell {
        Rc::make_mut(&mut self.shell)
    }

    pub(super) fn status(mut self, status: Truth) -> Vec<Self> {
        self.status = status;
        vec![self]
    }

    pub(super) fn ends(mut self, flow: Flow) -> Vec<Self> {
        self.flow = flow;
        vec![self]
    }

    /// The same way with one more assumption.
    pub(super) fn assuming(&self, condition: Condition) -> Self {
        let mut world = self.clone();
        world.path.conditions.push(condition);
        world
    }

    /// Whether the image takes this way as it is configured.
    pub(super) fn is_configured(&self) -> bool {
        self.path.conditions.are_configured()
    }

    /// Whether nothing that is configured leads elsewhere.
    pub(super) fn is_likely(&self) -> bool {
        !self.path.conditions.are_against()
    }

    pub(super) fn has_failed(&self) -> bool {
        self.flow == Flow::Exit(false)
    }

    /// Notes that a command is run: it is waited for, or goes on beside the script.
    pub(super) fn runs(&mut self, hop: usize, kind: HopKind) {
        match kind {
            HopKind::Run => self.path.last = Last::of(hop),
            HopKind::Background => self.path.background.insert(hop),
            _ => {}
        }
    }

    /// Prints a text, if anyone listens.
    pub(super) fn print(&mut self, value: &Value) {
        if let Some(output) = &mut self.output {
            output.push(value);
        }
    }
}

/// Hops by their numbers. Paths that come of one another share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Hops(Option<Rc<FixedBitSet>>);

impl Hops {
    pub(super) fn contains(&self, hop: usize) -> bool {
        self.0.as_ref().is_some_and(|it| it.contains(hop))
    }

    pub(super) fn insert(&mut self, hop: usize) {
        if !self.contains(hop) {
            Rc::make_mut(self.0.get_or_insert_default()).grow_and_insert(hop);
        }
    }

    /// Adds those of another set. Nothing is copied if they are all there.
    pub(super) fn add(&mut self, others: &Self) {
        match (&mut self.0, &others.0) {
            (_, None) => {}
            (here @ None, there) => here.clone_from(there),
            (Some(here), Some(there)) if there.is_subset(here) => {}
            (Some(here), Some(there)) => Rc::make_mut(here).union_with(there),
        }
    }

    /// Keeps those that are in another set as well.
    pub(super) fn keep(&mut self, others: &Self) {
        match (&mut self.0, &others.0) {
            (here, None) => *here = None,
            (Some(here), Some(there)) if !here.is_subset(there) => {
                Rc::make_mut(here).intersect_with(there);
            }
            _ => {}
        }
    }

    /// Their numbers, the lowest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|it| it.ones())
    }
}

impl FromIterator<usize> for Hops {
    fn from_iter<T: IntoIterator<Item = usize>>(hops: T) -> Self {
        let mut set = Self::default();
        for hop in hops {
            set.insert(hop);
        }
        set
    }
}
