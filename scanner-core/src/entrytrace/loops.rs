//! Loops: as often as is known, else not at all and once.

use std::rc::Rc;

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value};
use super::variables::Content;
use super::ways::join;
use super::world::{Flow, World};
use crate::formats::shell::{Command, Item, Word};

/// Rounds of a loop that waits and runs nothing new, after which it is known.
const ALIKE: usize = 2;

/// A step on a way, and the ways that it leads to.
type Act<'f, T> = &'f mut dyn FnMut(&mut T, World) -> Vec<World>;

impl Tracer<'_> {
    pub(super) fn for_each(
        &mut self,
        mut world: World,
        name: &str,
        (words, body): (Option<&[Word]>, &[Item]),
        (command, scope): (&Command, Scope<'_>),
    ) -> Vec<World> {
        let values = match words {
            Some(words) => self.fields(&mut world, words, scope),
            None => world.shell.positional.to_vec(),
        };
        self.note_empty_directory(words.unwrap_or_default(), &values, (command, scope));
        let (values, rest) = match values.split_at_checked(self.limits().shell_rounds) {
            Some((values, rest)) => (values, !rest.is_empty()),
            None => (&*values, false),
        };
        if rest {
            self.budget_exhausted("a loop has more rounds than the limit");
        }
        world.status = Truth::Sure(true);
        let mut ways = vec![world];
        let mut alike = 0;
        for (at, value) in values.iter().enumerate() {
            // A loop that waits does the same again and again; its last round may tell that it was in vain.
            if alike == ALIKE && at + 1 < values.len() {
                continue;
            }
            let before = self.steps.len();
            ways = self.each(ways, |tracer, mut world| {
                world.shell().set(name, Content::One(value.clone()));
                tracer.maybe_round(world, value, body, scope)
            });
            let waits = ways.iter().all(|it| it.flow != Flow::Next || self.waits(it));
            alike = if waits && self.steps.len() == before { alike + 1 } else { 0 };
        }
        ways.into_iter().map(out_of_loop).collect()
    }

    /// One round; a list that is not known may be empty or go on.
    fn maybe_round(
        &mut self,
        mut world: World,
        value: &Value,
        body: &[Item],
        scope: Scope<'_>,
    ) -> Vec<World> {
        let Known::No(why) = &value.known else { return self.round(world, body, scope) };
        world.status = Truth::Unknown(why.clone());
        let text = format!("there is a {}", value.text).into();
        self.fork(
            world,
            &text,
            |tracer, world, holds| {
                if holds { tracer.round(world, body, scope) } else { vec![world] }
            },
        )
    }

    /// Runs a loop's body once. A way that leaves the loop keeps its `break`.
    pub(super) fn round(&mut self, world: World, body: &[Item], scope: Scope<'_>) -> Vec<World> {
        let mut worlds = self.items(world, body, scope);
        for world in &mut worlds {
            world.flow = match world.flow {
                Flow::Continue(0 | 1) => Flow::Next,
                Flow::Continue(levels) => Flow::Continue(levels - 1),
                ref other => other.clone(),
            };
        }
        worlds
    }

    pub(super) fn repeat(
        &mut self,
        world: World,
        until: bool,
        (condition, body): (&[Item], &[Item]),
        scope: Scope<'_>,
    ) -> Vec<World> {
        let guarded = Scope { guarded: true, ..scope };
        let mut test = |tracer: &mut Self, world: World| {
            let mut worlds = tracer.items(world, condition, guarded);
            for world in worlds.iter_mut().filter(|it| until && it.flow == Flow::Next) {
                world.status = world.status.clone().not();
            }
            worlds
        };
        self.rounds(world, &mut test, &mut |tracer, world| tracer.round(world, body, scope))
    }

    /// `for ((FIRST; CONDITION; STEP))`.
    pub(super) fn count(
        &mut self,
        mut world: World,
        (header, body): (&str, &[Item]),
        scope: Scope<'_>,
    ) -> Vec<World> {
        let mut expressions = header.splitn(3, ';').map(str::trim);
        let first = expressions.next().unwrap_or_default();
        let condition = expressions.next().filter(|it| !it.is_empty()).unwrap_or("1");
        let step = expressions.next().unwrap_or_default();
        self.arithmetic(&mut world, first);
        let mut test = |tracer: &mut Self, mut world: World| {
            world.tested = condition.into();
            let value = tracer.arithmetic(&mut world, condition);
            world.status(value.test(|it| it != "0"))
        };
        self.rounds(world, &mut test, &mut |tracer, world| {
            let mut worlds = tracer.round(world, body, scope);
            for world in worlds.iter_mut().filter(|it| it.flow == Flow::Next) {
                tracer.arithmetic(world, step);
            }
            worlds
        })
    }

    /// Rounds as long as a test holds.
    fn rounds(&mut self, world: World, test: Act<'_, Self>, round: Act<'_, Self>) -> Vec<World> {
        let before = world.clone();
        let mut done = Vec::new();
        let mut going = vec![world];
        for _ in 0..self.limits().shell_rounds {
            let mut next = Vec::new();
            for world in std::mem::take(&mut going) {
                for world in test(self, world) {
                    if world.flow != Flow::Next {
                        done.push(world);
                        continue;
                    }
                    match world.status {
                        Truth::Sure(true) => next.extend(round(self, world)),
                        Truth::Sure(false) => done.push(world),
                        Truth::Likely(..) | Truth::Unknown(_) => {
                            done.extend(self.once(world, round));
                        }
                    }
                }
            }
            let (goes_on, ends): (Vec<_>, Vec<_>) =
                next.into_iter().partition(|it| it.flow == Flow::Next);
            done.extend(ends);
            going = join(goes_on);
            if going.is_empty() {
                return join(done.into_iter().map(out_of_loop).collect());
            }
        }
        let (endless, cut) = self.cut(going, &before, test);
        done.extend(cut);
        // A loop without an end that nothing leaves: what it runs keeps running. One that waits is left when the time
        // has come.
        let left = done.iter().any(|it| !it.has_failed());
        let endless = endless.into_iter().filter(|it| !left || !self.waits(it));
        done.extend(endless.map(|world| World { flow: Flow::Exit(true), ..world }));
        join(done.into_iter().map(out_of_loop).collect())
    }

    /// Ways that have gone more rounds than the limit: those that no test ever ends, and those out of the loop, where
    /// nobody knows what further rounds have changed.
    fn cut(
        &mut self,
        going: Vec<World>,
        before: &World,
        test: Act<'_, Self>,
    ) -> (Vec<World>, Vec<World>) {
        let mut tested = Vec::new();
        for mut world in going {
            Self::blur(&mut world, before);
            tested.extend(test(self, world));
        }
        let holds = |it: &World| it.flow == Flow::Next && it.status == Truth::Sure(true);
        let (endless, left): (Vec<_>, Vec<_>) = tested.into_iter().partition(holds);
        if !left.is_empty() {
            self.budget_exhausted("a loop has more rounds than the limit");
        }
        (endless, left)
    }

    /// Whether the last that a way ran was to wait.
    fn waits(&self, world: &World) -> bool {
        let waits = |hop: usize| {
            let step = self.steps.get(hop);
            step.is_some_and(|it| it.hop.words.first().is_some_and(|it| it == "sleep"))
        };
        let mut last = world.path.last.iter().peekable();
        last.peek().is_some() && last.all(waits)
    }

    /// A loop of unknown length: not at all, and once.
    fn once(&mut self, world: World, round: Act<'_, Self>) -> Vec<World> {
        let text = world.tested.clone();
        let before = world.clone();
        let mut worlds =
            self.fork(
                world,
                &text,
                |tracer, world, holds| {
                    if holds { round(tracer, world) } else { vec![world] }
                },
            );
        // What a round changed, further rounds may change again.
        for world in worlds.iter_mut().filter(|it| it.flow == Flow::Next) {
            Self::blur(world, &before);
        }
        worlds
    }

    /// Makes unknown what differs from an earlier state.
    fn blur(world: &mut World, before: &World) {
        if world.input != before.input {
            world.input = None;
        }
        let (shell, before) = (&world.shell, &before.shell);
        if shell == before {
            return;
        }
        let now = &shell.variables;
        let changed = now.differing(&before.variables).into_iter();
        let changed = changed.filter(|it| now.at(*it).is_some());
        for name in changed.map(|it| now.text(it)).collect::<Vec<_>>() {
            let value = Self::unknown_variable(&name, "a loop of unknown length sets it");
            world.shell().set(&name, Content::One(value));
        }
        if world.shell.positional != before.positional {
            let value = Self::unknown_variable("@", "a loop of unknown length sets it");
            // The first word is what matters, and rounds mostly add at the end or put options behind it.
            let same = world.shell.positional.first() == before.positional.first();
            let first = world.shell.positional.first().filter(|_| same).cloned();
            world.shell().positional = Rc::new(first.into_iter().chain([value]).collect());
        }
    }
}

/// The way after the loop.
fn out_of_loop(mut world: World) -> World {
    if matches!(world.flow, Flow::Next | Flow::Break(_)) {
        world.status = Truth::Sure(true);
    }
    world.flow = match world.flow {
        Flow::Break(0 | 1) => Flow::Next,
        Flow::Break(levels) => Flow::Break(levels - 1),
        other => other,
    };
    world
}
