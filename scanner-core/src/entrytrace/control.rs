//! Running a script's commands along every way that nothing rules out.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::conditions::Condition;
use super::scope::Scope;
use super::shell::Function;
use super::tracer::Tracer;
use super::value::{Truth, Value, Why};
use super::ways::{blend, join, join_tested};
use super::world::{Flow, World};
use crate::formats::shell::{Arm, Body, Command, Connector, Item, Pipeline, Then, Word};
use crate::model::Reason;

impl Tracer<'_> {
    /// Runs commands one after the other.
    pub(super) fn items(&mut self, world: World, items: &[Item], scope: Scope<'_>) -> Vec<World> {
        let Some((first, rest)) = items.split_first() else { return vec![world] };
        let worlds = self.item(world, first, scope);
        let mut worlds = self.few(join(worlds));
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
        next: impl FnMut(&mut Self, World) -> Vec<World>,
    ) -> Vec<World> {
        let ways = self.go_each(worlds, next);
        self.few(join(ways))
    }

    /// Goes on with every way that goes on.
    fn go_each(
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
        after
    }

    /// Keeps no more ways than the limit.
    fn few(&mut self, mut joined: Vec<World>) -> Vec<World> {
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
    pub(super) fn list(&mut self, world: World, item: &Item, scope: Scope<'_>) -> Vec<World> {
        let guarded = Scope { guarded: scope.guarded || !item.rest.is_empty(), ..scope };
        let mut worlds = self.pipeline(world, &item.first, guarded);
        for (at, (connector, pipeline)) in item.rest.iter().enumerate() {
            let is_last = at + 1 == item.rest.len();
            let scope = Scope { guarded: scope.guarded || !is_last, ..scope };
            let ways = self
                .go_each(worlds, |tracer, world| tracer.then(world, *connector, pipeline, scope));
            worlds = self.few(join_tested(ways));
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
        let reads = command
            .redirects
            .iter()
            .rfind(|it| it.operator.starts_with('<') && it.descriptor.is_none_or(|it| it == 0));
        let outside = reads.map(|it| {
            let given = self.given(&mut world, it, scope);
            std::mem::replace(&mut world.input, given)
        });
        let mut worlds = self.body(world, command, scope);
        if let Some(outside) = outside {
            for it in &mut worlds {
                it.input.clone_from(&outside);
            }
        }
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
