//! Commands of the shell itself, as far as they decide what is run.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use foldhash::fast::FixedState;

use super::control::unknown_status;
use super::declare;
use super::getopts;
use super::lookup;
use super::options;
use super::read;
use super::shell::Frame;
use super::simple::Call;
use super::texts;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::variables::Content;
use super::working;
use super::world::{Flow, World};
use crate::formats::shell::{Body, Command, Redirect};
use crate::model::{HopKind, Reason};

/// What a builtin does.
pub(super) type Builtin = fn(&mut Tracer<'_>, World, &Call<'_>) -> Vec<World>;

/// Every builtin that is followed.
const BUILTINS: &[(&[&str], Builtin)] = &[
    (&[".", "source"], source),
    (&["[", "test"], test),
    (&["break", "continue"], leave_loop),
    (&["cd"], working::cd),
    (&["command", "builtin"], command),
    (&["echo"], echo),
    (&["eval"], texts::eval),
    (&["exec"], exec),
    (&["exit"], exit),
    (&["export", "readonly", "declare", "typeset", "local"], declare::declare),
    (&["false"], |_, world, _| world.status(Truth::Sure(false))),
    (&["getopts"], getopts::getopts),
    (&["read"], read::read),
    (&["readarray", "mapfile"], read::read_array),
    (&["printf"], printf),
    (&["popd"], working::popd),
    (&["pushd"], working::pushd),
    (&["pwd"], working::pwd),
    (&["return"], leave_function),
    (&["set"], options::set),
    (&["shift"], options::shift),
    (&["shopt"], options::shopt),
    (&["trap"], texts::trap),
    (&["type", "hash"], lookup::type_of),
    (&["unset"], declare::unset),
    (&["let"], compute),
    (&["kill", "wait"], |_, world, _| world.status(unknown_status())),
    (
        &[
            ":", "true", "alias", "unalias", "umask", "ulimit", "times", "jobs", "bg", "fg",
            "disown", "enable", "history", "complete", "caller", "dirs", "suspend",
        ],
        |_, world, _| world.status(Truth::Sure(true)),
    ),
];

/// The builtin of a name.
pub(super) fn find(name: &str) -> Option<Builtin> {
    #[expect(clippy::disallowed_types, reason = "names are looked up in it, never listed")]
    static BY_NAME: LazyLock<std::collections::HashMap<&str, Builtin, FixedState>> =
        LazyLock::new(|| {
            BUILTINS.iter().flat_map(|(names, it)| names.iter().map(|name| (*name, *it))).collect()
        });
    BY_NAME.get(name).copied()
}

/// The arguments of a call, without its name.
pub(super) fn arguments<'c>(call: &'c Call<'_>) -> &'c [Value] {
    call.words.get(1..).unwrap_or_default()
}

fn source(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let Some(name) = arguments(call).first() else { return world.status(Truth::Sure(false)) };
    let hidden = world.shell.directory.hides(&name.text).filter(|_| name.text.contains('/'));
    let hidden = hidden.map(|why| Value::unknown(name.text.clone(), Arc::clone(why)));
    let name = hidden.as_ref().unwrap_or(name);
    let hop = tracer.hop(&mut world, HopKind::Source, call);
    if matches!(name.known, Known::No(_)) || name.text.is_empty() {
        tracer.unknown_command(hop, name, call);
        return world.status(unknown_status());
    }
    let found = tracer.find_source(&world, &name.text);
    let Some((file, script)) = tracer.sourced(hop, found, name, call) else {
        return world.status(unknown_status());
    };
    if world.shell.frames.len() >= tracer.limits().shell_depth {
        tracer.too_deep(&name.text, call);
        return world.status(unknown_status());
    }
    let given = Rc::new(arguments(call).get(1..).unwrap_or_default().to_vec());
    let outside =
        (!given.is_empty()).then(|| std::mem::replace(&mut world.shell().positional, given));
    let frame = Frame { function: None, locals: Vec::new() };
    Rc::make_mut(&mut world.shell().frames).push(Rc::new(frame));
    let file = Arc::new(file);
    let scope = super::scope::Scope { file: Some(&file), hop, ..call.scope };
    let worlds = tracer.items(world, &script.items, scope);
    let back = |mut world: World| {
        if let Some(outside) = &outside {
            world.shell().positional.clone_from(outside);
        }
        world.shell().leave();
        if world.flow == Flow::Return {
            world.flow = Flow::Next;
        }
        world
    };
    worlds.into_iter().map(back).collect()
}

fn test(tracer: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let closed = call.words.last().is_some_and(|it| it.text == "]");
    let bracket = call.words.first().is_some_and(|it| it.text == "[");
    let words = arguments(call);
    let words =
        if bracket && closed { words.split_last().map_or(words, |(_, rest)| rest) } else { words };
    let truth = tracer.test(&world, words);
    world.status(truth)
}

fn leave_loop(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let levels = arguments(call).first().and_then(|it| it.text.parse().ok()).unwrap_or(1);
    world.status = Truth::Sure(true);
    let breaks = call.words.first().is_some_and(|it| it.text == "break");
    world.ends(if breaks { Flow::Break(levels) } else { Flow::Continue(levels) })
}

fn command(tracer: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let mut words = arguments(call);
    while let Some((first, rest)) = words.split_first() {
        match first.text.as_str() {
            "-v" => return lookup::look_up(tracer, world, rest),
            "-V" => return lookup::described(tracer, world, (rest, call)),
            "-p" | "--" => words = rest,
            _ => break,
        }
    }
    let Some(name) = words.first() else { return world.status(Truth::Sure(true)) };
    let inner = Call { words: words.to_vec(), command: call.command, scope: call.scope };
    match find(&name.text) {
        Some(builtin) => builtin(tracer, world, &inner),
        None => tracer.program(world, &inner),
    }
}

fn echo(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let is_option = |it: &&Value| {
        let letters = it.text.strip_prefix('-').filter(|it| !it.is_empty());
        letters.is_some_and(|it| it.chars().all(|it| "neE".contains(it)))
    };
    let all = arguments(call);
    let (options, words) = all.split_at(all.iter().take_while(is_option).count());
    let has = |sign: char| options.iter().any(|it| it.text.contains(sign));
    let mut line = super::expand::joined(words, " ");
    // Shells other than Bash read backslashes in any text, and print options that they do not know.
    let bash = world.shell.options.bash;
    let reads = (!bash || has('e')) && line.text.contains('\\');
    if reads || !bash && options.iter().any(|it| it.text != "-n") {
        line = Tracer::output_of(call);
    } else if !has('n') {
        line.text.push('\n');
    }
    world.print(&line);
    world.status(Truth::Sure(true))
}

fn printf(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut words = arguments(call);
    let variable = match words {
        [option, name, rest @ ..] if option.text == "-v" => {
            words = rest;
            Some(name.text.clone())
        }
        _ => None,
    };
    let Some((format, rest)) = words.split_first() else { return world.status(Truth::Sure(false)) };
    let value = super::pure::printf(format, rest).unwrap_or_else(|| Tracer::output_of(call));
    let value = tracer.bounded(value);
    match variable {
        Some(name) => world.shell().set(&name, Content::One(value)),
        None => world.print(&value),
    }
    world.status(Truth::Sure(true))
}

fn exec(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut words = arguments(call);
    while let Some((first, rest)) = words.split_first() {
        match first.text.as_str() {
            "-a" => words = rest.get(1..).unwrap_or_default(),
            "-c" | "-l" | "-cl" | "--" => words = rest,
            _ => break,
        }
    }
    let nothing = || {
        // Without words it only redirects; words that come to nothing were to name a program.
        let why = "the words after `exec` come to nothing";
        let why = Why::new(Reason::DynamicEnvironmentReference, why);
        names_more(call.command).then(|| Value::unknown(&*call.command.text, why))
    };
    let Some(name) = words.first().cloned().or_else(nothing) else {
        let may_fail = call.command.redirects.iter().any(connects);
        return world.status(if may_fail { unknown_status() } else { Truth::Sure(true) });
    };
    let inner = Call { words: words.to_vec(), command: call.command, scope: call.scope };
    let hop = tracer.hop(&mut world, HopKind::Exec, &inner);
    if matches!(name.known, Known::No(_)) || name.text.is_empty() {
        tracer.unknown_command(hop, &name, &inner);
    } else {
        tracer.enqueue(&world, hop, inner.words, call.scope);
    }
    world.ends(Flow::Exec(hop))
}

/// Whether words stand after the first one.
fn names_more(command: &Command) -> bool {
    matches!(&command.body, Body::Simple { words, .. } if words.len() > 1)
}

/// Whether a redirection of Bash makes a connection, which may be refused.
fn connects(redirect: &Redirect) -> bool {
    let target = redirect.target.as_ref();
    target.is_some_and(|it| it.text.starts_with("/dev/tcp/") || it.text.starts_with("/dev/udp/"))
}

fn exit(_: &mut Tracer<'_>, world: World, call: &Call<'_>) -> Vec<World> {
    let success = match arguments(call).first() {
        Some(status) => status.text().is_none_or(|it| it == "0"),
        None => !matches!(world.status, Truth::Sure(false)),
    };
    world.ends(Flow::Exit(success))
}

fn leave_function(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    if let Some(status) = arguments(call).first() {
        world.status = status.test(|it| it == "0");
    }
    let inside = !world.shell.frames.is_empty();
    if !inside && world.shell.options.bash {
        // Bash complains and goes on.
        return world.status(Truth::Sure(false));
    }
    let success = world.status != Truth::Sure(false);
    world.ends(if inside { Flow::Return } else { Flow::Exit(success) })
}

fn compute(tracer: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut status = unknown_status();
    for expression in arguments(call) {
        status = tracer.arithmetic(&mut world, &expression.text).test(|it| it != "0");
    }
    world.status(status)
}
