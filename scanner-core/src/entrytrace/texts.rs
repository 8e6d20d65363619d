//! Texts that a script runs as commands, at once or later.

use std::rc::Rc;

use super::builtins::arguments;
use super::conditions::Condition;
use super::control::unknown_status;
use super::last::Last;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Truth, Value, Why};
use super::world::{Flow, World};
use crate::formats::shell::parse;
use crate::model::{HopKind, Reason};

/// The text is unknown: a script makes it to have what nobody wrote down. What it says if it is what it seems to be is
/// possible.
pub(super) fn eval(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut ways = Vec::new();
    let text = super::expand::joined(arguments(call), " ");
    let hop = tracer.hop(&mut world, HopKind::Builtin, call);
    let why = Why::new(Reason::DynamicEvaluation, format!("`eval` runs a text: {}", text.text));
    tracer.unknown_command(hop, &Value::unknown(&*call.command.text, why.clone()), call);
    if text.text.starts_with("set ") {
        world.shell().positional = Rc::new(vec![Value::unknown("$@", why)]);
    } else if let Some(text) = text.text() {
        // What the text says if it is what it seems to be.
        let scope = super::scope::Scope { hop, ..call.scope };
        let when = "the text of `eval` is as it seems";
        let mut begun = world.clone();
        begun.path.last = Last::default();
        ways = possibly(tracer, &begun, (when, text, call.command.line), scope);
        let hands_over = |it: &World| matches!(it.flow, Flow::Exec(_));
        if ways.iter().any(|it| hands_over(it) || !it.path.last.is_unchanged()) {
            // What it runs may be the end.
            tracer.ends.entry(hop).or_default().extend(ways.iter().cloned());
            world.runs(hop, call.scope.kind);
        }
        for it in ways.iter().filter(|it| it.flow == Flow::Next) {
            world.shell().blur_all(&it.shell);
        }
        ways.retain(hands_over);
    } else {
        world.runs(hop, call.scope.kind);
    }
    ways.extend(world.status(unknown_status()));
    ways
}

/// A handler may run: what it runs is possible.
pub(super) fn trap(tracer: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let words: Vec<&Value> = arguments(call).iter().filter(|it| it.text != "--").collect();
    let Some((handler, signals)) = words
        .split_first()
        .filter(|(it, rest)| !rest.is_empty() && !it.text.is_empty() && it.text != "-")
    else {
        return world.status(Truth::Sure(true));
    };
    if let Some(text) = handler.text() {
        let signals: Vec<&str> = signals.iter().map(|it| it.text.as_str()).collect();
        let when = format!("a signal comes: {}", signals.join(" "));
        drop(possibly(tracer, &world, (&when, text, call.command.line), call.scope));
    }
    world.status(Truth::Sure(true))
}

/// Runs a text of which nobody knows whether it is run.
fn possibly(
    tracer: &mut Tracer<'_>,
    world: &World,
    (when, text, line): (&str, &str, u32),
    scope: super::scope::Scope<'_>,
) -> Vec<World> {
    let condition =
        Condition { fork: tracer.forks(), text: when.into(), configured: false, against: true };
    let script = parse(text, line, tracer.limits().shell_nesting);
    let mut inner = world.assuming(condition);
    inner.output = None;
    tracer.items(inner, &script.items, scope)
}
