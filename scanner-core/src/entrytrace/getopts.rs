//! `getopts`: the options among arguments, one with every call.
//! Specification: POSIX.1-2024, Shell & Utilities, "getopts".

use super::builtins::arguments;
use super::read::leave_unknown;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Truth, Value};
use super::variables::Content;
use super::world::World;

/// Where the next argument is, counted from 1.
const NEXT: &str = "OPTIND";
/// What an option is given.
const GIVEN: &str = "OPTARG";

/// What a call finds.
struct Found {
    option: Value,
    given: Option<Value>,
    next: usize,
    more: bool,
}

pub(super) fn getopts(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let [options, name, rest @ ..] = arguments(call) else {
        return world.status(Truth::Sure(false));
    };
    let words = if rest.is_empty() { &*world.shell.positional } else { rest };
    let found = next(&world).and_then(|it| find(options.text()?, words, it));
    let Some(found) = found else {
        return leave_unknown(world, [&*name.text, GIVEN, NEXT], call);
    };
    let status = found.option.test(|_| found.more);
    let shell = world.shell();
    shell.set(GIVEN, found.given.map_or(Content::Unset, Content::One));
    shell.set(NEXT, Content::One(found.option.with(found.next.to_string())));
    shell.set(&name.text, Content::One(found.option));
    world.status(status)
}

/// The number of the next argument.
fn next(world: &World) -> Option<usize> {
    match world.shell.get(NEXT) {
        Some(Content::One(value)) => value.text()?.parse().ok(),
        None => Some(1),
        Some(_) => None,
    }
}

/// The option at a place of the arguments; none if that is not known. Several letters in one argument are not followed.
fn find(options: &str, words: &[Value], at: usize) -> Option<Found> {
    let is_silent = options.starts_with(':');
    let Some(word) = words.get(at.checked_sub(1)?) else {
        return Some(Found { option: Value::sure("?"), given: None, next: at, more: false });
    };
    let text = word.text()?;
    let found =
        |option: &str, given, next| Found { option: word.with(option), given, next, more: true };
    let letters = match text.strip_prefix('-') {
        Some("-") => return Some(Found { more: false, ..found("?", None, at + 1) }),
        Some(letters) if !letters.is_empty() => letters,
        _ => return Some(Found { more: false, ..found("?", None, at) }),
    };
    let letter = letters.get(..1)?;
    let attached = letters.get(1..).filter(|it| !it.is_empty());
    let place = options.find(letter).filter(|_| letter != ":");
    let takes = place.and_then(|it| options.get(it + 1..)).is_some_and(|it| it.starts_with(':'));
    let wrong = || is_silent.then(|| word.with(letter));
    Some(match (place, attached) {
        (Some(_), Some(given)) if takes => found(letter, Some(word.with(given)), at + 1),
        (_, Some(_)) => return None,
        (None, None) => found("?", wrong(), at + 1),
        (Some(_), None) if !takes => found(letter, None, at + 1),
        (Some(_), None) => match words.get(at) {
            Some(given) => found(letter, Some(given.clone()), at + 2),
            None => found(if is_silent { ":" } else { "?" }, wrong(), at + 1),
        },
    })
}
