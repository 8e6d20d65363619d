//! `command -v` and `type`: where commands are, and what they are.

use super::builtins::{arguments, find};
use super::control::unknown_status;
use super::files::Found;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Truth, Value};
use super::world::World;

pub(super) fn type_of(tracer: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let (options, names): (Vec<Value>, Vec<Value>) =
        arguments(call).iter().cloned().partition(|it| it.text.starts_with('-'));
    match options.as_slice() {
        [option] if option.text == "-t" => kind_of(tracer, world, &names),
        [option]
            if matches!(&*option.text, "-p" | "-P")
                && names.iter().all(|it| find(&it.text).is_none()) =>
        {
            look_up(tracer, world, &names)
        }
        _ => described(tracer, world, (&names, call)),
    }
}

/// Whether commands are there, in words that shells write differently.
pub(super) fn described(
    tracer: &mut Tracer<'_>,
    mut world: World,
    (names, call): (&[Value], &Call<'_>),
) -> Vec<World> {
    let described = world.output.take().map(|mut before| {
        before.push(&Tracer::output_of(call));
        before
    });
    let mut ways = look_up(tracer, world, names);
    for it in &mut ways {
        it.output.clone_from(&described);
    }
    ways
}

/// What a command is.
enum Kind {
    Function,
    Builtin,
    File(Found),
}

fn kind(tracer: &Tracer<'_>, world: &World, name: &str) -> Option<Kind> {
    if world.shell.functions.contains_key(name) {
        Some(Kind::Function)
    } else if find(name).is_some() {
        Some(Kind::Builtin)
    } else {
        tracer.find(world, name).map(Kind::File)
    }
}

/// `type -t` of Bash: what kind a command is of.
fn kind_of(tracer: &mut Tracer<'_>, mut world: World, names: &[Value]) -> Vec<World> {
    let [name] = names else { return world.status(unknown_status()) };
    let kind = kind(tracer, &world, &name.text).map(|it| match it {
        Kind::Function => "function",
        Kind::Builtin => "builtin",
        Kind::File(_) => "file",
    });
    if let Some(kind) = kind {
        world.print(&name.with(format!("{kind}\n")));
    }
    let truth = name.test(|_| kind.is_some());
    world.status(truth)
}

/// `command -v` and `type`: where commands are.
pub(super) fn look_up(tracer: &mut Tracer<'_>, mut world: World, names: &[Value]) -> Vec<World> {
    let mut truth = Truth::Sure(!names.is_empty());
    for name in names {
        let kind = kind(tracer, &world, &name.text);
        truth = truth.and(name.test(|_| kind.is_some()));
        let shown = match kind {
            Some(Kind::File(found)) => found.called.display().into_owned().into(),
            _ => name.text.clone(),
        };
        if truth != Truth::Sure(false) {
            world.print(&name.with(format!("{shown}\n")));
        }
    }
    world.status(truth)
}
