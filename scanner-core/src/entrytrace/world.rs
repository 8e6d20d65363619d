//! One way through a script: the state of its shell, and the conditions under which it is there.

use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::conditions::{Condition, Conditions};
use super::shell::Shell;
use super::value::{Truth, Value};

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
    pub(super) always: Rc<FixedBitSet>,
    /// The last command that it waited for.
    pub(super) last: Option<usize>,
    /// The commands that it did not wait for.
    pub(super) background: Rc<FixedBitSet>,
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

    /// Prints a text, if anyone listens.
    pub(super) fn print(&mut self, value: &Value) {
        if let Some(output) = &mut self.output {
            output.push(value);
        }
    }
}

impl Path {
    /// Notes a hop that it certainly takes.
    pub(super) fn takes(&mut self, hop: usize) {
        if !self.always.contains(hop) {
            Rc::make_mut(&mut self.always).grow_and_insert(hop);
        }
    }

    /// Notes hops that another path takes as well.
    pub(super) fn takes_all(&mut self, always: &Rc<FixedBitSet>) {
        unite(&mut self.always, always);
    }

    /// Keeps of the hops that it takes those that another path takes as well.
    pub(super) fn takes_only(&mut self, always: &Rc<FixedBitSet>) {
        if !self.always.is_subset(always) {
            Rc::make_mut(&mut self.always).intersect_with(always);
        }
    }

    /// Notes commands that it does not wait for.
    pub(super) fn starts(&mut self, background: &Rc<FixedBitSet>) {
        unite(&mut self.background, background);
    }
}

/// Adds the members of a set. Nothing is copied if they are all there.
fn unite(to: &mut Rc<FixedBitSet>, from: &Rc<FixedBitSet>) {
    if to.is_clear() {
        *to = Rc::clone(from);
    } else if !from.is_subset(to) {
        Rc::make_mut(to).union_with(from);
    }
}
