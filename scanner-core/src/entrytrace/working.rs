//! `cd`, `pushd`, `popd` and `pwd`: the working directory of a script.

use std::rc::Rc;

use super::builtins::arguments;
use super::control::unknown_status;
use super::directory::Directory;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Truth, Why};
use super::variables::Content;
use super::world::World;
use crate::model::Reason;

pub(super) fn cd(tracer: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let unset = |name: &str| Tracer::unknown_variable(name, "it may not be set");
    let variable = |name: &str| world.shell.value(name).unwrap_or_else(|_| unset(name));
    let target =
        match arguments(call).iter().find(|it| *it.text == *"-" || !it.text.starts_with('-')) {
            None => variable("HOME"),
            Some(it) if it.text == "-" => variable("OLDPWD"),
            Some(it) => it.clone(),
        };
    let directory = world.shell.directory.to(&target);
    go_to(tracer, world, directory)
}

pub(super) fn pushd(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let old = world.shell.directory.clone();
    let target = arguments(call).iter().find(|it| !it.text.starts_with('-'));
    let directory = match target.filter(|it| !it.text.starts_with('+')) {
        Some(target) => old.to(target),
        None => elsewhere(call),
    };
    Rc::make_mut(&mut world.shell().left).push(old);
    go_to(tracer, world, directory)
}

pub(super) fn popd(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let before = Rc::make_mut(&mut world.shell().left).pop();
    let directory = before.filter(|_| arguments(call).is_empty());
    go_to(tracer, world, directory.unwrap_or_else(|| elsewhere(call)))
}

/// One of the directories that `pushd` has left; which one is not followed.
fn elsewhere(call: &Call<'_>) -> Directory {
    let message = format!("where `{}` leads is not followed", call.command.text);
    Directory::Unknown(Why::new(Reason::DynamicEvaluation, message))
}

fn go_to(tracer: &mut Tracer<'_>, mut world: World, directory: Directory) -> Vec<World> {
    let there = directory.path().is_some_and(|it| tracer.fs.resolve(it).is_ok());
    let shell = world.shell();
    let old = std::mem::replace(&mut shell.directory, directory);
    shell.set("OLDPWD", Content::One(old.value()));
    world.status(if there { Truth::Sure(true) } else { unknown_status() })
}

pub(super) fn pwd(_: &mut Tracer<'_>, mut world: World, _: &Call<'_>) -> Vec<World> {
    let directory = world.shell.directory.value();
    let line = directory.with(format!("{}\n", directory.text));
    world.print(&line);
    world.status(Truth::Sure(true))
}
