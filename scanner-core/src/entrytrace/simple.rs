//! Simple commands: assignments, functions, builtins and programs.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::builtins;
use super::control::unknown_status;
use super::files::Found;
use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value};
use super::variables::Content;
use super::world::World;
use crate::formats::shell::{Assigned, Assignment, Command, Part, Word};
use crate::model::Reason;

/// A command about to run.
pub(super) struct Call<'c> {
    /// Its words.
    pub(super) words: Vec<Value>,
    /// Where it stands.
    pub(super) command: &'c Command,
    pub(super) scope: Scope<'c>,
}

impl Tracer<'_> {
    pub(super) fn simple(
        &mut self,
        mut world: World,
        assignments: &[Assignment],
        words: &[Word],
        (command, scope): (&Command, Scope<'_>),
    ) -> Vec<World> {
        let fields = self.fields(&mut world, words, scope);
        let Some(name) = fields.first() else {
            for it in assignments {
                self.assign(&mut world, it, scope);
            }
            let status =
                if substitutes(assignments) { world.status.clone() } else { Truth::Sure(true) };
            if !words.is_empty() {
                return self.nothing_left(world, words, (command, scope));
            }
            return world.status(status);
        };
        let name = name.clone();
        let before = Rc::clone(&world.shell);
        for it in assignments {
            self.assign(&mut world, it, scope);
            world.shell().variables.export(&it.name);
        }
        self.announce_arrays(&mut world, words, scope);
        let call = Call { words: fields, command, scope };
        let mut ways = self.call(world, &name, &call);
        if !assignments.is_empty() {
            for world in &mut ways {
                for Assignment { name, .. } in assignments {
                    let name = before.variables.name(name);
                    world.shell().variables.put(name, before.variables.at(name).cloned());
                }
            }
        }
        ways
    }

    /// Runs a command by its name: a function, a builtin or a program.
    fn call(&mut self, mut world: World, name: &Value, call: &Call<'_>) -> Vec<World> {
        if matches!(name.known, Known::No(_)) || name.text.is_empty() {
            let hop = self.hop(&mut world, call.scope.kind, call);
            self.unknown_command(hop, name, call);
            world.runs(hop, call.scope.kind);
            return world.status(unknown_status());
        }
        if let Some(function) = world.shell.functions.get(&name.text).cloned() {
            return self.function(world, &name.text, &function, call);
        }
        match builtins::find(&name.text) {
            Some(builtin) => builtin(self, world, call),
            None => self.program(world, call),
        }
    }

    /// Runs a program of the image and waits for it, or does not.
    pub(super) fn program(&mut self, mut world: World, call: &Call<'_>) -> Vec<World> {
        let hop = self.hop(&mut world, call.scope.kind, call);
        world.runs(hop, call.scope.kind);
        self.enqueue(&world, hop, call.words.clone(), call.scope);
        let printed = self.printed(&world, &call.words);
        let answered = self.answered(&world, &call.words);
        let status = answered.unwrap_or_else(|| {
            if printed.is_some() { Truth::Sure(true) } else { unknown_status() }
        });
        if world.output.is_some() {
            world.print(&printed.unwrap_or_else(|| Self::output_of(call)));
        }
        Self::note_made(&mut world, &call.words);
        world.status(status)
    }

    pub(super) fn output_of(call: &Call<'_>) -> Value {
        let why = super::value::Why::new(
            Reason::DynamicCommandOutput,
            format!("what `{}` prints is not known beforehand", call.command.text),
        );
        Value::unknown(format!("$({})", call.command.text), why)
    }

    /// A command whose words come to nothing: a variable without a value was to name it.
    fn nothing_left(
        &mut self,
        mut world: World,
        words: &[Word],
        (command, scope): (&Command, Scope<'_>),
    ) -> Vec<World> {
        let text = words.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ");
        let mut whole = Value::sure("");
        for word in words {
            let value = self.single(&mut world, word, scope);
            whole.push(&value);
        }
        let Some(why) = whole.why().cloned() else { return world.status(Truth::Sure(true)) };
        let name = Value::unknown(text, why);
        let call = Call { words: vec![name.clone()], command, scope };
        let hop = self.hop(&mut world, scope.kind, &call);
        self.unknown_command(hop, &name, &call);
        world.runs(hop, scope.kind);
        world.status(unknown_status())
    }

    pub(super) fn assign(&mut self, world: &mut World, assignment: &Assignment, scope: Scope<'_>) {
        let Assignment { name, index, append, value } = assignment;
        let content = match value {
            Assigned::Word(written) => {
                let value = self.single(world, written, scope);
                self.assigned(world, (name, index.as_deref()), (value, *append), scope)
            }
            Assigned::Array(words) => self.elements(world, name, (words, *append), scope),
        };
        world.shell().set(name, content);
    }

    fn assigned(
        &mut self,
        world: &mut World,
        (name, index): (&str, Option<&str>),
        (value, append): (Value, bool),
        scope: Scope<'_>,
    ) -> Content {
        if let Some(index) = index {
            return self.with_element(world, (name, index), value, scope);
        }
        match world.shell.get(name).cloned() {
            Some(Content::One(mut before)) if append => {
                before.push(&value);
                Content::One(self.bounded(before))
            }
            None if append => {
                let mut whole = world.shell.value(name).unwrap_or_else(|why| match why {
                    Some(why) => Value::likely("", why),
                    None => Value::sure(""),
                });
                whole.push(&value);
                Content::One(whole)
            }
            _ => Content::One(value),
        }
    }

    /// Sets the arrays that `declare` and the like are given.
    fn announce_arrays(&mut self, world: &mut World, words: &[Word], scope: Scope<'_>) {
        let local = matches!(
            words.first().map(|it| it.text.as_str()),
            Some("local" | "declare" | "typeset")
        );
        let arrays = words.iter().flat_map(|it| &it.parts);
        let arrays: Vec<&Assignment> = arrays
            .filter_map(|it| if let Part::Array(array) = it { Some(&**array) } else { None })
            .collect();
        let keyed = words.iter().any(|it| it.text.starts_with('-') && it.text.contains('A'));
        for array in arrays {
            if local {
                world.shell().localize(&array.name);
            }
            if keyed {
                world.shell().set(&array.name, Content::Map(BTreeMap::new()));
            }
            self.assign(world, array, scope);
        }
    }

    /// The file that a command leads to.
    pub(super) fn find(&self, world: &World, name: &str) -> Option<Found> {
        self.find_program(name, world.shell.path(), &world.shell.directory)
    }
}

/// Whether an assignment's status is that of a command.
fn substitutes(assignments: &[Assignment]) -> bool {
    let words = assignments
        .iter()
        .filter_map(|it| if let Assigned::Word(word) = &it.value { Some(word) } else { None });
    words.flat_map(|it| &it.parts).any(|it| matches!(it, Part::Command { .. }))
}
