//! Calls of functions. A call that finds the shell as an earlier one found it does the same again, and is not followed
//! once more.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::conditions::{Condition, Conditions};
use super::control::unknown_status;
use super::scope::Scope;
use super::shell::{Frame, Function, Shell};
use super::simple::Call;
use super::tracer::Tracer;
use super::value::Value;
use super::variables::{Name, Touched, Variable};
use super::world::{Flow, Path, World};
use crate::model::HopKind;

/// Calls that are remembered of one hop. Ways rarely come to a place in more states that matter there.
const KEPT: usize = 8;

/// Names compared in one step of the budget.
const NAMES: usize = 64;

/// The calls of a trace.
#[derive(Default)]
pub(super) struct Calls {
    /// Those that were followed, by their hops.
    known: BTreeMap<usize, Vec<Remembered>>,
    /// How much is kept of them.
    kept: usize,
    /// Those that are being followed, the innermost last.
    pub(super) followed: Vec<Visits>,
}

/// What a call did.
struct Remembered {
    /// How it was called.
    words: Vec<Value>,
    level: usize,
    guarded: bool,
    kind: HopKind,
    /// The way before it; of its path nothing.
    before: World,
    /// Whether that way was the configured one, and whether a likely one; none if the call goes one way only, so that
    /// this does not matter.
    rank: Option<(bool, bool)>,
    /// The variables that it read or set.
    touched: Touched,
    /// The hops that it took.
    hops: Visits,
    ends: Vec<End>,
}

/// A way on which a call ends.
struct End {
    /// Its path begins with the call, and assumes nothing.
    world: World,
    /// What it assumes in the call.
    conditions: Vec<Condition>,
    /// The variables that it leaves behind otherwise.
    variables: Vec<(Name, Option<Rc<Variable>>)>,
    /// Whether nothing else of the shell is otherwise.
    same: bool,
}

/// The hops of a call that is being followed, each with all that is assumed where it is taken.
#[derive(Default)]
pub(super) struct Visits {
    /// How many conditions hold before the call.
    outside: usize,
    hops: BTreeMap<usize, Conditions>,
    /// How many hops and conditions these are.
    size: usize,
}

impl Visits {
    /// Notes that a hop is taken. Of several ways there the shortest counts.
    pub(super) fn note(&mut self, hop: usize, conditions: &Conditions) {
        if self.hops.get(&hop).is_none_or(|it| conditions.len() < it.len()) {
            self.size += conditions.len().saturating_sub(self.outside) + 1;
            self.hops.insert(hop, conditions.clone());
        }
    }
}

impl Tracer<'_> {
    /// Calls a function.
    pub(super) fn function(
        &mut self,
        mut world: World,
        name: &str,
        function: &Function,
        call: &Call<'_>,
    ) -> Vec<World> {
        if world.shell.frames.len() >= self.limits().shell_depth {
            self.too_deep(name, call);
            return world.status(unknown_status());
        }
        let hop = self.hop(&mut world, HopKind::Call, call);
        let calls = self.calls.known.remove(&hop).unwrap_or_default();
        let known = calls.iter().find(|it| it.suits(&world, call));
        // Every look at a call is paid for, as it compares what that call touched.
        let compared: usize = calls.iter().map(|it| 1 + it.touched.count_ones(..) / NAMES).sum();
        self.spend(compared);
        let Some(known) = known else {
            return self.first(&world, (name, function, hop), call, calls);
        };
        self.revisit(&world, &known.hops);
        let ways = self.ends(&world, known);
        self.calls.known.insert(hop, calls);
        ways
    }

    /// Follows a call that was not made before in this state.
    fn first(
        &mut self,
        world: &World,
        (name, function, hop): (&str, &Function, usize),
        call: &Call<'_>,
        mut calls: Vec<Remembered>,
    ) -> Vec<World> {
        let (touched, forked) = (self.names.take_touched(), self.forked());
        let outside = world.path.conditions.len();
        self.calls.followed.push(Visits { outside, ..Visits::default() });
        let ends = self.run_function(world, (name, function, hop), call);
        let hops = self.calls.followed.pop().unwrap_or_default();
        let inside = self.names.take_touched();
        let ends = ends.into_iter().map(|it| End::new(it, world)).collect();
        self.names.touch(&touched);
        let made = Remembered {
            words: call.words.clone(),
            level: call.scope.level,
            guarded: call.scope.guarded,
            kind: call.scope.kind,
            rank: (self.forked() > forked).then(|| (world.is_configured(), world.is_likely())),
            before: World { path: Path::default(), ..world.clone() },
            touched: inside,
            hops,
            ends,
        };
        // Where the hops stand is known from the call itself: the call that this one is in takes them as well.
        if let Some(outer) = self.calls.followed.last_mut() {
            for (hop, conditions) in &made.hops.hops {
                outer.note(*hop, conditions);
            }
        }
        let ways = self.ends(world, &made);
        let size = made.size();
        if self.exhausted.is_none()
            && calls.len() < KEPT
            && self.calls.kept + size <= self.limits().shell_calls
        {
            self.calls.kept += size;
            calls.push(made);
        }
        self.calls.known.insert(hop, calls);
        ways
    }

    /// Runs the body of a function, with a path that begins there but for what is assumed.
    fn run_function(
        &mut self,
        world: &World,
        (name, function, hop): (&str, &Function, usize),
        call: &Call<'_>,
    ) -> Vec<World> {
        let conditions = world.path.conditions.clone();
        let path = Path { conditions, ..Path::default() };
        let mut inner = World { path, ..world.clone() };
        let shell = inner.shell();
        shell.positional = Rc::new(call.words.get(1..).unwrap_or_default().to_vec());
        let frame = Frame { function: Some(name.into()), locals: Vec::new() };
        Rc::make_mut(&mut shell.frames).push(Rc::new(frame));
        let scope = Scope { file: function.file.as_ref(), hop, ..call.scope };
        let mut worlds = self.command(inner, &function.body, scope);
        for inner in &mut worlds {
            inner.shell().leave();
            if matches!(inner.flow, Flow::Return | Flow::Break(_) | Flow::Continue(_)) {
                inner.flow = Flow::Next;
            }
        }
        worlds
    }

    /// Takes the hops of a call again, under what is assumed now.
    fn revisit(&mut self, world: &World, visits: &Visits) {
        let mut last: Option<(&Conditions, Conditions)> = None;
        for (hop, conditions) in &visits.hops {
            let now = match last {
                Some((before, now)) if before.is(conditions) => now,
                _ => conditions.moved(visits.outside, &world.path.conditions),
            };
            self.visit(*hop, &now);
            last = Some((conditions, now));
        }
    }

    /// The ways that a call leads to, given what it does.
    fn ends(&mut self, world: &World, call: &Remembered) -> Vec<World> {
        self.spend(call.size() / NAMES);
        self.names.touch(&call.touched);
        if call.rank.is_some() {
            // The call that this one is in goes several ways as well, even if they are one again.
            self.forks();
        }
        let mut forks = BTreeMap::new();
        call.ends.iter().map(|it| self.end(world, it, &mut forks)).collect()
    }

    /// One of these ways. Forks get numbers of their own with every call.
    fn end(&mut self, before: &World, end: &End, forks: &mut BTreeMap<usize, usize>) -> World {
        let (shell, path) = (Rc::clone(&before.shell), before.path.clone());
        let mut world = World { shell, path, ..end.world.clone() };
        if !end.same {
            let outside = Shell::clone(&before.shell);
            let Shell { positional, frames, variables, .. } = outside;
            let inside = Shell::clone(&end.world.shell);
            world.shell = Rc::new(Shell { positional, frames, variables, ..inside });
        }
        for (name, variable) in &end.variables {
            world.shell().variables.put(*name, variable.clone());
        }
        for condition in &end.conditions {
            let fork = *forks.entry(condition.fork).or_insert_with(|| self.forks());
            let condition = Condition { fork, ..condition.clone() };
            world.path.conditions.push(condition);
        }
        let inside = &end.world.path;
        world.path.always.add(&inside.always);
        world.path.background.add(&inside.background);
        world.path.last = inside.last.after(&before.path.last);
        world
    }
}

impl Remembered {
    /// Whether a call finds everything as this one found it.
    fn suits(&self, world: &World, call: &Call<'_>) -> bool {
        let (now, then) = (&*world.shell, &*self.before.shell);
        self.level == call.scope.level
            && (self.guarded, self.kind) == (call.scope.guarded, call.scope.kind)
            && self.rank.is_none_or(|it| it == (world.is_configured(), world.is_likely()))
            && self.words == call.words
            && (&self.before.status, &self.before.tested) == (&world.status, &world.tested)
            && (&self.before.output, &self.before.input) == (&world.output, &world.input)
            && then.is_set_like(now)
            && now.variables.are_alike(&then.variables, &self.touched)
    }

    fn size(&self) -> usize {
        let ends = self.ends.iter().map(|it| {
            let path = &it.world.path;
            1 + it.variables.len() + it.conditions.len() + path.always.iter().count()
        });
        self.touched.count_ones(..) + self.hops.size + ends.sum::<usize>()
    }
}

impl End {
    fn new(mut world: World, before: &World) -> Self {
        let outside = before.path.conditions.len();
        let conditions = std::mem::take(&mut world.path.conditions);
        let conditions = conditions.after(outside).into_iter().cloned().collect();
        let variables = world.shell.variables.changes(&before.shell.variables);
        let same = before.shell.is_set_like(&world.shell);
        Self { world, conditions, variables, same }
    }
}
