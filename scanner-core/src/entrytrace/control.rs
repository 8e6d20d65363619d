//! Running a script's commands along every way that nothing rules out.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::conditions::Condition;
use super::scope::Scope;
use super::shell::Function;
use super::tracer::Tracer;
use super::value::{Truth, Value, Why};
use super::ways::{blend, join};
use super::world::{Flow, Hops, World};
use crate::formats::shell::{Arm, Body, Command, Connector, Item, Pipeline, Then, Word};
use crate::model::{HopKind, Reason};

impl Tracer<'_> {
    /// Runs commands one after the other.
    pub(super) fn items(&mut self, world: World, items: &[Item], scope: Scope<'_>) -> Vec<World> {
        let Some((first, rest)) = items.split_first() else { return vec![world] };
        let worlds = self.item(world, first, scope);
        let mut worlds = self.few(worlds);
        for item in rest {
            if worlds.iter().all(|it| it.flow != Flow::Next) {
                break;
            }
            worlds = self.each(worlds, |tracer, world| tracer.item(world, item, scope));
        }
        worlds
    }

    /// Goes on with every way that goes on, and makes one of those that come to the same.
    pub(super) fn each(
        &mut self,
        worlds: Vec<World>,
        mut next: impl FnMut(&mut Self, World) -> Vec<World>,
    ) -> Vec<World> {
        let mut after = Vec::new();
        for world in worlds {
            if world.flow != Flow::Next {
                after.push(world);
                continue;
            }
            let mut ways = next(self, world);
            if after.is_empty() {
                after = ways;
            } else {
                after.append(&mut ways);
            }
        }
        self.few(after)
    }

    /// Makes one of ways that come to the same, and keeps no more than the limit.
    fn few(&mut self, ways: Vec<World>) -> Vec<World> {
        let mut joined = join(ways);
        if joined.len() > self.limits().shell_ways {
            joined = blend(joined);
        }
        if joined.len() > self.limits().shell_ways {
            // Those that the configuration takes are the last to go, and before them those that it leaves open.
            joined.sort_by_key(|it| (!it.is_configured(), !it.is_likely()));
            let gone = joined.split_off(self.limits().shell_ways);
            self.lost |= gone.iter().any(World::is_likely);
            self.budget_exhausted("the script goes more ways than the limit");
        }
        joined
    }

    fn item(&mut self, world: World, item: &Item, scope: Scope<'_>) -> Vec<World> {
        if item.background {
            self.background(world, item, scope)
        } else {
            self.list(world, item, scope)
        }
    }

    /// Runs the pipelines of an item, each if those before it allow it.
    fn list(&mut self, world: World, item: &Item, scope: Scope<'_>) -> Vec<World> {
        let guarded = Scope { guarded: scope.guarded || !item.rest.is_empty(), ..scope };
        let mut worlds = self.pipeline(world, &item.first, guarded);
        for (at, (connector, pipeline)) in item.rest.iter().enumerate() {
            let is_last = at + 1 == item.rest.len();
            let scope = Scope { guarded: scope.guarded || !is_last, ..scope };
            worlds =
                self.each(worlds, |tracer, world| tracer.then(world, *connector, pipeline, scope));
        }
        worlds
    }

    /// Runs a pipeline if what came before allows it.
    fn then(
        &mut self,
        world: World,
        connector: Connector,
        pipeline: &Pipeline,
        scope: Scope<'_>,
    ) -> Vec<World> {
        let wanted = connector == Connector::And;
        let text = world.tested.clone();
        self.fork(world, &text, |tracer, world, holds| {
            if holds == wanted {
                tracer.pipeline(world, pipeline, scope)
            } else {
                world.status(Truth::Sure(!wanted))
            }
        })
    }

    /// Goes both ways where a status is not sure. A way that only fails is no way, so the other needs no condition.
    pub(super) fn fork(
        &mut self,
        world: World,
        text: &Arc<str>,
        mut way: impl FnMut(&mut Self, World, bool) -> Vec<World>,
    ) -> Vec<World> {
        let configured = match &world.status {
            Truth::Sure(holds) => {
                let holds = *holds;
                return way(self, world, holds);
            }
            Truth::Likely(holds, _) => Some(*holds),
            Truth::Unknown(_) => None,
        };
        let fork = self.forks();
        let mark = world.path.conditions.len();
        let mut ways = [true, false].map(|holds| {
            let assumed = world.assuming(Condition::new(fork, text, holds, configured));
            way(self, assumed, holds)
        });
        let failed = |worlds: &[World]| worlds.iter().all(World::has_failed);
        let [yes, no] = &mut ways;
        if failed(yes) != failed(no) {
            let (dead, alive) = if failed(yes) { (yes, no) } else { (no, yes) };
            dead.clear();
            for world in alive {
                world.path.conditions.forget(fork);
            }
        }
        debug_assert!(ways.iter().flatten().all(|it| it.path.conditions.len() >= mark));
        let [mut ways, mut others] = ways;
        ways.append(&mut others);
        ways
    }

    fn pipeline(&mut self, world: World, pipeline: &Pipeline, scope: Scope<'_>) -> Vec<World> {
        let guarded = Scope { guarded: scope.guarded || pipeline.negated, ..scope };
        let mut worlds = match pipeline.commands.as_slice() {
            [only] => self.command(world, only, guarded),
            commands => vec![self.pipe(world, commands, guarded)],
        };
        for world in worlds.iter_mut().filter(|it| it.flow == Flow::Next) {
            if pipeline.negated {
                world.tested = format!("! {}", world.tested).into();
                world.status = world.status.clone().not();
            } else if world.status == Truth::Sure(false)
                && world.shell.options.errexit
                && !guarded.guarded
                && fails(&pipeline.commands)
            {
                world.flow = Flow::Exit(false);
            }
        }
        worlds
    }

    /// Commands side by side, each in a shell of its own.
    fn pipe(&mut self, mut world: World, commands: &[Command], scope: Scope<'_>) -> World {
        let (output, input) = (world.output.take(), world.input.take());
        let mut piped = input.clone();
        for (at, command) in commands.iter().enumerate() {
            let is_last = at + 1 == commands.len();
            let mut inner = world.clone();
            inner.output = if is_last { output.clone() } else { Some(Value::sure("")) };
            inner.input = piped.take();
            let mut seen = world.clone();
            let worlds = self.command(inner, command, scope);
            Self::come_back(&mut seen, worlds, true);
            piped = seen.output.take();
            (world.path.always, world.path.background) = (seen.path.always, seen.path.background);
            if is_last {
                (world.path.last, world.status, world.output) =
                    (seen.path.last, seen.status, piped.take());
            }
        }
        world.input = input;
        world
    }

    /// What a shell of its own leaves behind: what it ran and printed, and its status.
    pub(super) fn come_back(world: &mut World, worlds: Vec<World>, counts: bool) {
        let mut ended: Option<World> = None;
        for mut inner in worlds {
            match inner.flow {
                Flow::Exit(success) if inner.status != Truth::Sure(success) => {
                    inner.status = Truth::Sure(success);
                }
                Flow::Exec(hop) => {
                    inner.path.last = Some(hop);
                    inner.status = unknown_status();
                }
                _ => {}
            }
            ended = Some(match ended {
                None => inner,
                Some(mut before) => {
                    before.status = before.status.meet(&inner.status);
                    if before.output != inner.output {
                        let why = Why::new(
                            Reason::DynamicCommandOutput,
                            "the script prints one of several texts",
                        );
                        before.output = before.output.map(|_| Value::unknown("$(…)", why));
                    }
                    if !before.is_configured() {
                        before.path.always.keep(&inner.path.always);
                    }
                    before
                }
            });
        }
        let Some(ended) = ended else { return };
        world.path.always.add(&ended.path.always);
        world.path.background.add(&ended.path.background);
        if counts {
            world.path.last = ended.path.last.or(world.path.last);
            world.output = ended.output;
            world.status = ended.status;
        }
    }

    fn background(&mut self, mut world: World, item: &Item, scope: Scope<'_>) -> Vec<World> {
        let mut inner = world.clone();
        inner.path.last = None;
        let scope = Scope { kind: HopKind::Background, ..scope };
        let worlds = self.each(vec![inner], |tracer, world| tracer.list(world, item, scope));
        let started: Hops = worlds
            .iter()
            .filter_map(|it| if let Flow::Exec(hop) = it.flow { Some(hop) } else { it.path.last })
            .collect();
        Self::come_back(&mut world, worlds, false);
        world.path.background.add(&started);
        world.status(Truth::Sure(true))
    }

    pub(super) fn command(
        &mut self,
        mut world: World,
        command: &Command,
        scope: Scope<'_>,
    ) -> Vec<World> {
        let scope = Scope { level: scope.level + 1, ..scope };
        if !self.may_go_on(scope, command) {
            return world.ends(Flow::Exit(true));
        }
        self.note_written(&mut world, command, scope);
        let silent = command
            .redirects
            .iter()
            .any(|it| it.operator.contains('>') && it.descriptor.is_none_or(|it| it == 1));
        let output = if silent { world.output.take() } else { None };
        if !command.text.is_empty() {
            world.tested = Arc::clone(&command.text);
        }
        let mut worlds = self.body(world, command, scope);
        if silent {
            for it in &mut worlds {
                it.output.clone_from(&output);
            }
        }
        worlds
    }

    fn body(&mut self, mut world: World, command: &Command, scope: Scope<'_>) -> Vec<World> {
        match &command.body {
            Body::Simple { assignments, words } => {
                self.simple(world, assignments, words, (command, scope))
            }
            Body::Group(items) => self.items(world, items, scope),
            Body::Subshell(items) => {
                let inner = world.clone();
                let worlds = self.items(inner, items, scope);
                Self::come_back(&mut world, worlds, true);
                vec![world]
            }
            Body::If { arms, otherwise } => self.choose(world, arms, otherwise.as_deref(), scope),
            Body::Loop { until, condition, body } => {
                self.repeat(world, *until, (condition, body), scope)
            }
            Body::For { name, words, body } => {
                self.for_each(world, name, (words.as_deref(), body), (command, scope))
            }
            Body::Count { header, body } => self.count(world, (header, body), scope),
            Body::Case { word, arms } => {
                let value = self.single(&mut world, word, scope);
                self.case(world, (word, &value), (arms, false), scope)
            }
            Body::Function { name, body } => {
                let file = scope.file.cloned();
                let function = Function { body: Arc::clone(body), file };
                if world.shell.functions.get(name) != Some(&function) {
                    Rc::make_mut(&mut world.shell().functions).insert(name.clone(), function);
                }
                world.status(Truth::Sure(true))
            }
            Body::Test(condition) => {
                let truth = self.condition(&mut world, condition, scope);
                world.status(truth)
            }
            Body::Arithmetic(text) => {
                let value = self.arithmetic(&mut world, text);
                let truth = value.test(|it| it != "0");
                world.status(truth)
            }
        }
    }

    fn choose(
        &mut self,
        world: World,
        arms: &[(Vec<Item>, Vec<Item>)],
        otherwise: Option<&[Item]>,
        scope: Scope<'_>,
    ) -> Vec<World> {
        let Some(((condition, body), rest)) = arms.split_first() else {
            return match otherwise {
                Some(items) => self.items(world, items, scope),
                None => world.status(Truth::Sure(true)),
            };
        };
        let worlds = self.items(world, condition, Scope { guarded: true, ..scope });
        self.each(worlds, |tracer, world| {
            let text = world.tested.clone();
            tracer.fork(world, &text, |tracer, world, holds| {
                if holds {
                    tracer.items(world, body, scope)
                } else {
                    tracer.choose(world, rest, otherwise, scope)
                }
            })
        })
    }

    /// Takes the first arm that matches, and where that is not sure also those after it.
    fn case(
        &mut self,
        mut world: World,
        (written, value): (&Word, &Value),
        (arms, enter): (&[Arm], bool),
        scope: Scope<'_>,
    ) -> Vec<World> {
        let Some((arm, rest)) = arms.split_first() else { return world.status(Truth::Sure(true)) };
        let mut truth = Truth::Sure(enter);
        for pattern in &arm.patterns {
            let pattern = self.pattern(&mut world, pattern, scope);
            truth = truth.or(self.glob(value, &pattern));
        }
        let text = if matches!(truth, Truth::Sure(_)) {
            Arc::default()
        } else {
            let patterns: Vec<&str> = arm.patterns.iter().map(|it| it.text.as_str()).collect();
            format!("{} is {}", written.text, patterns.join("|")).into()
        };
        world.status = truth;
        self.fork(world, &text, |tracer, mut world, holds| {
            if !holds {
                return tracer.case(world, (written, value), (rest, false), scope);
            }
            world.status = Truth::Sure(true);
            let ways = tracer.items(world, &arm.body, scope);
            match arm.then {
                Then::Leave => ways,
                Then::Enter | Then::Match => tracer.each(ways, |tracer, world| {
                    tracer.case(world, (written, value), (rest, arm.then == Then::Enter), scope)
                }),
            }
        })
    }
}

/// Whether `set -e` looks at the status: of what holds other commands it is theirs that counts.
fn fails(commands: &[Command]) -> bool {
    let last = commands.last().map(|it| &it.body);
    matches!(
        last,
        Some(Body::Simple { .. } | Body::Test(_) | Body::Arithmetic(_) | Body::Subshell(_))
    )
}

/// Why nobody knows the status of a program.
static NOT_RUN: LazyLock<Arc<Why>> = LazyLock::new(|| {
    Why::new(Reason::DynamicCommandOutput, "a program's success is not known beforehand")
});

/// The status of a program that is not run here.
pub(super) fn unknown_status() -> Truth {
    Truth::Unknown(Arc::clone(&NOT_RUN))
}
