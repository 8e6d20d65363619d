//! Builtins that set variables: `export`, `local` and their like, `read`, `unset`.

use std::collections::BTreeMap;
use std::rc::Rc;

use ecow::EcoString;

use super::builtins::arguments;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::model::Reason;

pub(super) fn declare(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let name = call.words.first().map(|it| it.text.clone()).unwrap_or_default();
    let options: String = arguments(call)
        .iter()
        .filter(|it| it.text.starts_with('-'))
        .map(|it| it.text.as_str())
        .collect();
    let exports = name == "export" || options.contains('x');
    let local = matches!(&*name, "local" | "declare" | "typeset") && !options.contains('g');
    for word in arguments(call).iter().filter(|it| !it.text.starts_with('-')) {
        let (variable, value) = match word.text.split_once('=') {
            Some((variable, value)) => (variable, Some(word.with(value))),
            None => (word.text.as_str(), None),
        };
        let appended = variable.strip_suffix('+');
        let variable = appended.unwrap_or(variable);
        let is_set = value.is_none() && Tracer::is_array(call, variable);
        if local && !is_set {
            world.shell().localize(variable);
            if value.is_none() && world.shell.frames.iter().any(|it| it.function.is_some()) {
                world.shell().set(variable, Content::Unset);
            }
        }
        match value {
            Some(value) if appended.is_some() => {
                let mut whole = world.shell.value(variable).unwrap_or_else(|_| Value::sure(""));
                whole.push(&value);
                world.shell().set(variable, Content::One(whole));
            }
            Some(value) => world.shell().set(variable, Content::One(value)),
            None => {}
        }
        let is_map = options.contains('A') && word.text == variable;
        if is_map && !is_set && !matches!(world.shell.get(variable), Some(Content::Map(_))) {
            world.shell().set(variable, Content::Map(BTreeMap::new()));
        }
        if exports {
            world.shell().variables.export(variable);
        }
    }
    world.status(Truth::Sure(true))
}

pub(super) fn read(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let name = call.words.first().map(|it| it.text.clone()).unwrap_or_default();
    let why = Why::new(Reason::DynamicEvaluation, format!("`{name}` reads it"));
    let variables =
        arguments(call).iter().filter(|it| !it.text.starts_with('-')).map(|it| it.text.clone());
    let mut variables: Vec<EcoString> = variables
        .filter(|it| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'))
        .chain((name == "getopts").then(|| "OPTARG".into()))
        .collect();
    if name == "read" && variables.is_empty() {
        variables.push("REPLY".into());
    }
    if name == "read"
        && let Some(line) = next_line(&mut world)
    {
        let [variable] = variables.as_slice() else { return world.status(Truth::Unknown(why)) };
        let (text, there) = line;
        world.shell().set(variable, Content::One(Value::sure(text)));
        return world.status(Truth::Sure(there));
    }
    for variable in &variables {
        let value = Value::unknown(format!("${variable}"), why.clone());
        let content = if name.ends_with("array") || name == "mapfile" {
            Content::Array(vec![value])
        } else {
            Content::One(value)
        };
        world.shell().set(variable, content);
    }
    world.status(Truth::Unknown(why))
}

/// The next line of a pipe whose content is known, and whether there is one; nothing if it is not known.
fn next_line(world: &mut World) -> Option<(EcoString, bool)> {
    let text = world.input.as_ref().filter(|it| it.known == Known::Sure)?.text.clone();
    if text.is_empty() {
        return Some((text, false));
    }
    let (line, rest) = text.split_once('\n').unwrap_or((&text, ""));
    world.input = Some(Value::sure(rest));
    Some((line.into(), true))
}

pub(super) fn unset(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let functions = arguments(call).iter().any(|it| it.text == "-f");
    for word in arguments(call).iter().filter(|it| !it.text.starts_with('-')) {
        let shell = world.shell();
        if functions {
            Rc::make_mut(&mut shell.functions).remove(&word.text);
        } else {
            shell.variables.declare(&word.text, Content::Unset, false);
        }
    }
    world.status(Truth::Sure(true))
}
