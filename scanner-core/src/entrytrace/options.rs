//! What `set` and `shopt` say of a shell: its options and its parameters.

use std::rc::Rc;

use super::builtins::arguments;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::Truth;
use super::world::World;

/// The options of a shell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the options are independent of each other")]
pub(super) struct Options {
    /// Whether the shell is Bash.
    pub(super) bash: bool,
    /// `set -e`.
    pub(super) errexit: bool,
    /// `set -B`, as Bash begins.
    pub(super) braces: bool,
    /// A pattern that nothing matches is no word.
    pub(super) nullglob: bool,
    /// `*` matches names that begin with a dot.
    pub(super) dotglob: bool,
    /// Patterns may be extended ones.
    pub(super) extglob: bool,
}

impl Options {
    /// Those that a shell begins with.
    pub(super) fn of(bash: bool, errexit: bool) -> Self {
        Self { bash, errexit, braces: bash, ..Self::default() }
    }
}

/// `set`: options, and the parameters.
pub(super) fn set(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut words = arguments(call);
    while let Some((first, rest)) = words.split_first() {
        match first.text.as_str() {
            "--" => {
                world.shell().positional = Rc::new(rest.to_vec());
                return world.status(Truth::Sure(true));
            }
            "-o" | "+o" => {
                match rest.first().map(|it| it.text.as_str()) {
                    Some("errexit") => world.shell().options.errexit = first.text == "-o",
                    Some("braceexpand") => world.shell().options.braces = first.text == "-o",
                    _ => {}
                }
                words = rest.get(1..).unwrap_or_default();
            }
            flags if flags.starts_with(['-', '+']) && flags.len() > 1 => {
                if flags.contains('e') {
                    world.shell().options.errexit = flags.starts_with('-');
                }
                if flags.contains('B') {
                    world.shell().options.braces = flags.starts_with('-');
                }
                // `-euo pipefail`: the name follows.
                words = if flags.contains('o') { rest.get(1..).unwrap_or_default() } else { rest };
            }
            _ => {
                world.shell().positional = Rc::new(words.to_vec());
                break;
            }
        }
    }
    world.status(Truth::Sure(true))
}

/// `shift`: takes away the first parameters.
pub(super) fn shift(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let count = arguments(call)
        .first()
        .and_then(|it| it.text())
        .map_or(Some(1), |it| it.parse::<usize>().ok());
    let positional = &world.shell.positional;
    match count {
        Some(count) if count <= positional.len() => {
            // What stands for words of unknown number stays.
            let keep = positional.first().is_some_and(|it| it.text == "$@");
            if !keep {
                Rc::make_mut(&mut world.shell().positional).drain(..count);
            }
            world.status(Truth::Sure(true))
        }
        _ => world.status(Truth::Sure(false)),
    }
}

/// `shopt`: the options of Bash that say which names of files match.
pub(super) fn shopt(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let words = arguments(call);
    let on = words.iter().any(|it| it.text == "-s");
    if on || words.iter().any(|it| it.text == "-u") {
        let mut options = world.shell.options;
        for word in words {
            match word.text.as_str() {
                "nullglob" => options.nullglob = on,
                "dotglob" => options.dotglob = on,
                "extglob" => options.extglob = on,
                _ => {}
            }
        }
        world.shell().options = options;
    }
    world.status(Truth::Sure(true))
}
