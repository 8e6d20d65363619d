//! The hops of a trace while they are followed.

use std::sync::Arc;

use ecow::EcoString;

use super::conditions::{Condition, Conditions};
use super::environment::Environment;
use super::scope::Scope;
use super::simple::Call;
use super::task::{Process, Task};
use super::tracer::{Tracer, place};
use super::value::Value;
use super::world::World;
use crate::model::{Certainty, Hop, HopKind, TerminalKind};

/// A hop while it is followed.
pub(super) struct Step {
    pub(super) hop: Hop,
    /// The hop of the shell that took it; none outside scripts.
    pub(super) run: Option<usize>,
    /// What it ends in.
    pub(super) leaf: Option<Leaf>,
    /// Whether it could not be followed.
    pub(super) unresolved: bool,
    /// Whether its program is not in the image, so that it fails.
    pub(super) absent: bool,
    pub(super) user: EcoString,
    queued: bool,
}

/// A program at the end of a chain.
pub(super) struct Leaf {
    pub(super) kind: TerminalKind,
    pub(super) target: Option<String>,
}

impl Tracer<'_> {
    /// The hop of a command of a script; one for each place and what it comes to.
    pub(super) fn hop(&mut self, world: &mut World, kind: HopKind, call: &Call<'_>) -> usize {
        let line = call.command.line;
        let at = self.known_hop(kind, call).unwrap_or_else(|| {
            let words: Vec<String> = call.words.iter().map(|it| it.text.to_string()).collect();
            let written = if call.command.text.is_empty() {
                words.join(" ")
            } else {
                call.command.text.to_string()
            };
            let when = described(&world.path.conditions.after(0));
            let place = place(call.scope, call.command);
            let hop = Hop { place, written, words, when, ..empty_hop(Some(call.scope.hop), kind) };
            let at = self.push(hop, Some(call.scope.run), world.shell.user.text.clone());
            self.known.entry((call.scope.hop, line, kind)).or_default().push(at);
            at
        });
        self.visit(at, &world.path.conditions);
        world.path.always.insert(at);
        at
    }

    /// The hop of a command that came to the same before.
    fn known_hop(&self, kind: HopKind, call: &Call<'_>) -> Option<usize> {
        let there = self.known.get(&(call.scope.hop, call.command.line, kind))?;
        let file = call.scope.file.map(|it| &**it);
        let same = |step: &Step| {
            let place = step.hop.place.as_ref();
            (place.map(|it| &it.file), place.map_or(call.command.end, |it| it.end))
                == (file, call.command.end)
                && step.hop.words.len() == call.words.len()
                && step.hop.words.iter().zip(&call.words).all(|(a, b)| *a == b.text)
        };
        there.iter().copied().find(|at| self.steps.get(*at).is_some_and(same))
    }

    /// Notes that a hop is taken on a way. Of several ways to a hop the shortest is told.
    pub(super) fn visit(&mut self, hop: usize, conditions: &Conditions) {
        if let Some(step) = self.steps.get_mut(hop)
            && conditions.len() < step.hop.when.len()
        {
            step.hop.when = described(&conditions.after(0));
        }
        if let Some(visits) = self.calls.followed.last_mut() {
            visits.note(hop, conditions);
        }
    }

    /// Adds a hop; when there are too many, the last one stands for all that follow.
    pub(super) fn push(&mut self, hop: Hop, run: Option<usize>, user: EcoString) -> usize {
        if self.steps.len() >= self.limits().trace_hops {
            self.budget_exhausted("there are more hops than the limit");
            return self.steps.len() - 1;
        }
        self.steps.push(Step {
            hop,
            run,
            leaf: None,
            unresolved: false,
            absent: false,
            user,
            queued: false,
        });
        self.steps.len() - 1
    }

    /// Follows a command later.
    pub(super) fn enqueue(
        &mut self,
        world: &World,
        hop: usize,
        words: Vec<Value>,
        scope: Scope<'_>,
    ) {
        let Some(step) = self.steps.get_mut(hop).filter(|it| !it.queued) else { return };
        step.queued = true;
        let process = Process {
            environment: Environment::of(&world.shell.variables),
            directory: world.shell.directory.clone(),
            user: world.shell.user.clone(),
        };
        self.queue.push_back(Task { hop, words, process, depth: scope.depth + 1 });
    }
}

fn described(conditions: &[&Condition]) -> Vec<Arc<str>> {
    conditions.iter().map(|it| Arc::clone(&it.text)).collect()
}

/// A hop of which nothing is known yet.
pub(super) fn empty_hop(from: Option<usize>, kind: HopKind) -> Hop {
    Hop {
        from,
        kind,
        place: None,
        written: String::new(),
        words: Vec::new(),
        file: None,
        called: None,
        reads: Vec::new(),
        reaches: Vec::new(),
        evidence: String::new(),
        when: Vec::new(),
        certainty: Certainty::Possible,
    }
}
