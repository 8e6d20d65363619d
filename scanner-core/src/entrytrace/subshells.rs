//! Commands in shells of their own: pipelines, subshells, substitutions, and what runs beside the script.

use super::control::unknown_status;
use super::last::Last;
use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Truth, Value, Why};
use super::ways::lead;
use super::world::{Flow, Hops, World};
use crate::formats::shell::{Command, Item};
use crate::model::{HopKind, Reason};

impl Tracer<'_> {
    /// Commands side by side, each in a shell of its own.
    pub(super) fn pipe(
        &mut self,
        mut world: World,
        commands: &[Command],
        scope: Scope<'_>,
    ) -> World {
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
                    inner.path.last = Last::of(hop);
                    inner.status = unknown_status();
                }
                _ => {}
            }
            ended = Some(match ended {
                None => inner,
                Some(before) => Self::either(before, inner),
            });
        }
        let Some(ended) = ended else { return };
        world.path.always.add(&ended.path.always);
        world.path.background.add(&ended.path.background);
        if counts {
            world.path.last = ended.path.last;
            world.output = ended.output;
            world.status = ended.status;
        }
    }

    /// What one of two ways leaves behind.
    fn either(a: World, b: World) -> World {
        let status = a.status.clone().meet(&b.status);
        let (mut led, other) = lead(a, b);
        if led.output != other.output {
            let why =
                Why::new(Reason::DynamicCommandOutput, "the script prints one of several texts");
            led.output = led.output.map(|_| Value::unknown("$(…)", why));
        }
        led.status = status;
        led
    }

    pub(super) fn background(
        &mut self,
        mut world: World,
        item: &Item,
        scope: Scope<'_>,
    ) -> Vec<World> {
        let mut inner = world.clone();
        inner.path.last = Last::default();
        let scope = Scope { kind: HopKind::Background, ..scope };
        let worlds = self.each(vec![inner], |tracer, world| tracer.list(world, item, scope));
        let started: Hops = worlds
            .iter()
            .flat_map(|it| {
                let last =
                    if let Flow::Exec(hop) = it.flow { &Last::of(hop) } else { &it.path.last };
                last.iter().collect::<Vec<_>>()
            })
            .collect();
        Self::come_back(&mut world, worlds, false);
        world.path.background.add(&started);
        world.status(Truth::Sure(true))
    }
}
