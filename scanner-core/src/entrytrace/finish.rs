//! From what was followed to a result: what is certain, where chains end, and how far the whole was traced.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::hops::Leaf;
use super::tracer::Tracer;
use super::world::{Flow, Hops, World};
use crate::model::{
    Certainty, Diagnostic, HopKind, Outcome, Reason, RunConfig, Terminal, TerminalKind, Trace,
};

/// Makes the result.
pub(super) fn finish(mut tracer: Tracer<'_>, run: RunConfig) -> Trace {
    if let Some(what) = tracer.exhausted {
        let message = format!("{what}; the rest is not followed");
        tracer.diagnose(Reason::BudgetExhausted, None, "entrypoint".to_owned(), (message, 0));
    }
    let certain = certain(&tracer);
    let mut terminals: Vec<Terminal> =
        Walk::over(&tracer, &certain, false).found.into_values().collect();
    let likely = Walk::over(&tracer, &certain, true);
    if !likely.is_open && !likely.is_idle && !tracer.lost {
        settle(&mut terminals, &likely.found);
    }
    if terminals.is_empty() {
        for task in std::mem::take(&mut tracer.circles) {
            let message = "it runs itself again and again, always as before".to_owned();
            tracer.complain(&task, Reason::RecursionLimitReached, message);
        }
    }
    let unresolved = tracer.steps.iter().any(|it| it.unresolved);
    terminals.sort_by(|a, b| {
        (a.certainty, a.when.len(), a.hop).cmp(&(b.certainty, b.when.len(), b.hop))
    });
    let diagnostics: Vec<Diagnostic> = tracer.diagnostics.iter().cloned().collect();
    let hindered = unresolved || diagnostics.iter().any(|it| it.reason != Reason::RunPartsEmpty);
    let outcome = match (terminals.is_empty(), hindered) {
        (true, _) => Outcome::Unresolved,
        (false, true) => Outcome::PartiallyResolved,
        (false, false) => Outcome::Resolved,
    };
    for (step, certain) in tracer.steps.iter_mut().zip(&certain) {
        step.hop.certainty = if *certain { Certainty::Entrypoint } else { Certainty::Possible };
    }
    for terminal in terminals.iter().filter(|it| it.certainty == Certainty::Entrypoint) {
        raise(&mut tracer, terminal.hop);
    }
    let mut trace = Trace {
        run,
        outcome,
        hops: tracer.steps.into_iter().map(|it| it.hop).collect(),
        terminals,
        diagnostics,
    };
    prune(&mut trace);
    trace
}

/// Which hops are taken on every way that the image's configuration leaves open.
fn certain(tracer: &Tracer<'_>) -> Vec<bool> {
    let always: BTreeMap<usize, Hops> =
        tracer.ends.iter().map(|(run, worlds)| (*run, always(tracer, worlds))).collect();
    let mut certain: Vec<bool> = Vec::with_capacity(tracer.steps.len());
    for (at, step) in tracer.steps.iter().enumerate() {
        let parent = step.run.or(step.hop.from);
        let above = parent.is_none_or(|it| certain.get(it).copied().unwrap_or(false));
        let taken = match step.run {
            Some(run) => always.get(&run).is_some_and(|it| it.contains(at)),
            None => step.hop.when.is_empty(),
        };
        certain.push(above && taken);
    }
    certain
}

/// The hops that a script certainly takes.
fn always(tracer: &Tracer<'_>, worlds: &[World]) -> Hops {
    shared(leading(tracer, worlds).into_iter().map(|it| it.path.always.clone()))
}

/// The hops in which a script certainly ends, or that it leaves running.
fn ending(tracer: &Tracer<'_>, worlds: &[World]) -> Hops {
    let ends = leading(tracer, worlds).into_iter().map(|world| {
        let mut ends = match world.flow {
            Flow::Exec(hop) => [hop].into_iter().collect(),
            _ => world.path.last.only().into_iter().collect::<Hops>(),
        };
        ends.add(&world.path.background);
        ends
    });
    shared(ends)
}

/// What all of these have.
fn shared(mut all: impl Iterator<Item = Hops>) -> Hops {
    let first = all.next().unwrap_or_default();
    all.fold(first, |mut shared, it| {
        shared.keep(&it);
        shared
    })
}

/// The ways that decide what is certain: the one that the configuration leads, else all that succeed.
fn leading<'w>(tracer: &Tracer<'_>, worlds: &'w [World]) -> Vec<&'w World> {
    let succeeded: Vec<&World> = worlds.iter().filter(|it| !has_failed(tracer, it)).collect();
    let alive = if succeeded.is_empty() { worlds.iter().collect() } else { succeeded };
    let only = |holds: fn(&World) -> bool| {
        let ways: Vec<&World> = alive.iter().copied().filter(|it| holds(it)).collect();
        Some(ways).filter(|it| !it.is_empty())
    };
    let ways = only(World::is_configured).or_else(|| only(World::is_likely));
    ways.unwrap_or(alive)
}

/// Whether a way ends with a failure, be it that the program which takes the script's place is not in the image.
fn has_failed(tracer: &Tracer<'_>, world: &World) -> bool {
    let absent = |hop: usize| tracer.steps.get(hop).is_some_and(|it| it.absent);
    world.has_failed() || matches!(world.flow, Flow::Exec(hop) if absent(hop))
}

/// A walk from hop to hop to the ends of all chains.
struct Walk<'t, 'a> {
    tracer: &'t Tracer<'a>,
    certain: &'t [bool],
    /// Whether only ways are taken that the configuration leads or leaves open.
    likely: bool,
    found: BTreeMap<usize, Terminal>,
    seen: BTreeSet<usize>,
    /// Hops that are taken for certain, but not for certain as the end of their script.
    passed: BTreeSet<usize>,
    /// Whether some chain leads nobody knows where.
    is_open: bool,
    /// Whether some way may run no program.
    is_idle: bool,
}

impl<'t, 'a> Walk<'t, 'a> {
    fn over(tracer: &'t Tracer<'a>, certain: &'t [bool], likely: bool) -> Self {
        let (found, seen, passed) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let mut walk =
            Self { tracer, certain, likely, found, seen, passed, is_open: false, is_idle: false };
        walk.from(0);
        walk
    }

    fn from(&mut self, first: usize) {
        let mut pending = vec![first];
        while let Some(hop) = pending.pop() {
            if !self.seen.insert(hop) {
                continue;
            }
            let Some(step) = self.tracer.steps.get(hop) else { continue };
            self.is_open |= step.unresolved;
            if let Some(leaf) = &step.leaf {
                self.end(hop, leaf);
            }
            match self.tracer.ends.get(&hop) {
                Some(worlds) => pending.extend(self.ends(hop, worlds)),
                None => pending.extend(self.becomes(hop)),
            }
        }
    }

    /// The hops that a hop outside scripts becomes.
    fn becomes(&self, hop: usize) -> Vec<usize> {
        let steps = self.tracer.steps.iter().enumerate();
        let next = steps.filter(|(_, it)| {
            it.hop.from == Some(hop) && it.run.is_none() && it.hop.kind != HopKind::RunParts
        });
        next.map(|(at, _)| at).collect()
    }

    /// The hops in which a script ends.
    fn ends(&mut self, hop: usize, worlds: &[World]) -> Vec<usize> {
        let mut next = BTreeSet::new();
        let succeeds = worlds.iter().any(|it| !has_failed(self.tracer, it));
        let failed =
            |it: &World| if succeeds { has_failed(self.tracer, it) } else { it.has_failed() };
        let taken = |it: &&World| !failed(it) && (!self.likely || it.is_likely());
        for world in worlds.iter().filter(taken) {
            if let Flow::Exec(hop) = world.flow {
                next.insert(hop);
            } else {
                next.extend(world.path.last.iter());
                let leaves = world.path.background.iter().next().is_some();
                self.is_idle |= world.path.last.may_be_unchanged() && !leaves;
            }
            next.extend(world.path.background.iter());
        }
        if next.is_empty() && worlds.iter().any(|it| taken(&it)) {
            self.end(hop, &Leaf { kind: TerminalKind::Script, target: None });
        }
        let certain = ending(self.tracer, worlds);
        self.passed.extend(next.iter().filter(|it| !certain.contains(**it)));
        next.into_iter().collect()
    }

    fn end(&mut self, hop: usize, leaf: &Leaf) {
        let chain = self.chain(hop);
        let steps = |at: &usize| self.tracer.steps.get(*at);
        let launched = steps(&hop).is_some_and(|it| it.hop.kind == HopKind::Launcher);
        let program = chain
            .iter()
            .skip(usize::from(launched))
            .filter_map(steps)
            .find_map(|it| it.hop.file.clone());
        let Some(program) = program else { return };
        let named = |it: &&super::hops::Step| {
            !matches!(
                it.hop.kind,
                HopKind::Launcher | HopKind::Interpreter | HopKind::Call | HopKind::Source
            )
        };
        let words = chain.iter().filter_map(steps).find(named).map(|it| it.hop.words.clone());
        let mut when: Vec<Arc<str>> = Vec::new();
        for it in chain.iter().rev().filter_map(steps).flat_map(|it| &it.hop.when) {
            if !when.contains(it) {
                when.push(it.clone());
            }
        }
        let certain = self.certain.get(hop).copied().unwrap_or(false)
            && !chain.iter().any(|it| self.passed.contains(it));
        let terminal = Terminal {
            hop,
            kind: leaf.kind,
            program,
            target: leaf.target.clone(),
            words: words.unwrap_or_default(),
            user: steps(&hop).map_or_else(String::new, |it| it.user.to_string()),
            when,
            certainty: if certain { Certainty::Entrypoint } else { Certainty::Possible },
        };
        self.found.insert(hop, terminal);
    }

    /// A hop and those that it comes from, the first one last.
    fn chain(&self, hop: usize) -> Vec<usize> {
        let from = |it: &usize| self.tracer.steps.get(*it).and_then(|it| it.hop.from);
        std::iter::successors(Some(hop), from).collect()
    }
}

/// If every way that the configuration leads or leaves open ends in the same program, it runs for certain, whatever its
/// arguments.
fn settle(terminals: &mut [Terminal], likely: &BTreeMap<usize, Terminal>) {
    let what = |it: &Terminal| (it.program.clone(), it.target.clone());
    let Some(first) = likely.values().next().map(what) else { return };
    if likely.values().all(|it| what(it) == first) {
        for it in terminals.iter_mut().filter(|it| what(it) == first) {
            it.certainty = Certainty::Entrypoint;
        }
    }
}

/// Makes certain what a certain program at the end of a chain is made of.
fn raise(tracer: &mut Tracer<'_>, hop: usize) {
    let mut at = Some(hop);
    while let Some(step) = at.and_then(|it| tracer.steps.get_mut(it)) {
        step.hop.certainty = Certainty::Entrypoint;
        at = step.hop.from.filter(|_| step.run.is_none());
    }
}

/// Takes out functions that run nothing.
fn prune(trace: &mut Trace) {
    let mut kept: Vec<bool> = trace.hops.iter().map(|it| it.kind != HopKind::Call).collect();
    for (at, hop) in trace.hops.iter().enumerate().rev() {
        if let Some(slot) =
            hop.from.filter(|_| kept.get(at) == Some(&true)).and_then(|it| kept.get_mut(it))
        {
            *slot = true;
        }
    }
    let mut places = Vec::with_capacity(kept.len());
    let mut next = 0;
    for kept in &kept {
        places.push(next);
        next += usize::from(*kept);
    }
    let place = |at: usize| places.get(at).copied().unwrap_or_default();
    let mut at = 0;
    trace.hops.retain(|_| {
        at += 1;
        kept.get(at - 1) == Some(&true)
    });
    for it in &mut trace.hops {
        it.from = it.from.map(place);
    }
    for it in &mut trace.terminals {
        it.hop = place(it.hop);
    }
}
