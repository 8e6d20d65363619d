//! Builtins that set variables: `export`, `local` and their like, `read`, `unset`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::builtins::arguments;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Truth, Value};
use super::variables::Content;
use super::world::World;

pub(super) fn declare(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let name = call.words.first().map(|it| it.text.clone()).unwrap_or_default();
    let options: String = arguments(call)
        .iter()
        .filter(|it| it.text.starts_with('-'))
        .map(|it| it.text.as_str())
        .collect();
    let exports = name == "export" || options.contains('x');
    let local = matches!(&*name, "local" | "declare" | "typeset") && !options.contains('g');
    // Numbers, capitals, and names of other variables.
    let changes = local && options.contains(['i', 'l', 'u', 'n']);
    for word in arguments(call).iter().filter(|it| !it.text.starts_with('-')) {
        let (variable, value) = match word.text.split_once('=') {
            Some((variable, value)) => (variable, Some(word.with(value))),
            None => (word.text.as_str(), None),
        };
        let appended = variable.strip_suffix('+');
        let variable = appended.unwrap_or(variable);
        let value = value.map(|it| {
            let why = "it is declared as what changes its values";
            if changes { Tracer::unknown_variable(variable, why) } else { it }
        });
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

pub(super) fn unset(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let functions = arguments(call).iter().any(|it| it.text == "-f");
    for word in arguments(call).iter().filter(|it| !it.text.starts_with('-')) {
        let element = word.text.strip_suffix(']').and_then(|it| it.split_once('['));
        if let Some((name, index)) = element.filter(|_| !functions) {
            let left = tracer.without_element(&mut world, (name, index), call.scope);
            world.shell().set(name, left);
            continue;
        }
        let shell = world.shell();
        if functions {
            Rc::make_mut(&mut shell.functions).remove(&word.text);
        } else {
            shell.variables.declare(&word.text, Content::Unset, false);
        }
    }
    world.status(Truth::Sure(true))
}
