//! `read`, `readarray` and `mapfile`: variables from what a command is given to read.
//! Specification: POSIX.1-2024, Shell & Utilities, "read", and 2.6.5 "Field Splitting".

use std::sync::Arc;

use ecow::EcoString;

use super::builtins::arguments;
use super::simple::Call;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::model::Reason;

/// What `read` is asked for.
#[derive(Default)]
struct Asked {
    options: String,
    /// The array that takes all words.
    array: Option<EcoString>,
    variables: Vec<EcoString>,
}

pub(super) fn read(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let mut asked = Asked::of(arguments(call));
    if asked.array.is_none() && asked.variables.is_empty() {
        asked.variables.push("REPLY".into());
    }
    let separators = Some(world.shell.separators()).filter(|it| it.text().is_some());
    let line = separators.and_then(|it| Some((next_line(&mut world, &asked)?, it)));
    let Some(((line, there), separators)) = line else {
        world.input = None;
        let names = asked.variables.iter().chain(&asked.array);
        return leave_unknown(world, names.map(EcoString::as_str), call);
    };
    if let Some(array) = &asked.array {
        let words = fields(&line.text, &separators.text).into_iter();
        let words = words.map(|it| line.with(it)).collect();
        world.shell().set(array, Content::Array(words));
    } else {
        let mut rest = line.text.as_str();
        for (at, name) in asked.variables.iter().enumerate() {
            let value = if at + 1 == asked.variables.len() {
                last(rest, &separators.text)
            } else {
                let (first, after) = first(rest, &separators.text);
                rest = after;
                first
            };
            world.shell().set(name, Content::One(line.with(value)));
        }
    }
    world.status(line.test(|_| there))
}

/// The whole of what is read becomes an array that nobody knows.
pub(super) fn read_array(_: &mut Tracer<'_>, mut world: World, call: &Call<'_>) -> Vec<World> {
    let why = unread(call);
    let names = arguments(call).iter().filter(|it| !it.text.starts_with('-'));
    for name in names {
        world.shell().set(&name.text, Content::Array(vec![unknown(&name.text, &why)]));
    }
    world.status(Truth::Unknown(why))
}

/// Sets variables of which nobody knows what a call sets them to, nor whether it succeeds.
pub(super) fn leave_unknown<'n>(
    mut world: World,
    names: impl IntoIterator<Item = &'n str>,
    call: &Call<'_>,
) -> Vec<World> {
    let why = unread(call);
    for name in names {
        world.shell().set(name, Content::One(unknown(name, &why)));
    }
    world.status(Truth::Unknown(why))
}

fn unread(call: &Call<'_>) -> Arc<Why> {
    let name = call.words.first().map_or("", |it| &it.text);
    Why::new(Reason::DynamicEvaluation, format!("`{name}` reads it"))
}

fn unknown(name: &str, why: &Arc<Why>) -> Value {
    Value::unknown(format!("${name}"), Arc::clone(why))
}

impl Asked {
    fn of(words: &[Value]) -> Self {
        let mut asked = Self::default();
        let mut words = words.iter().map(|it| &it.text);
        while let Some(word) = words.next() {
            let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
                asked.variables = [word].into_iter().chain(words).cloned().collect();
                break;
            };
            let valued = letters.find(|it| "adinNptu".contains(it));
            let (plain, value) = letters.split_at(valued.map_or(letters.len(), |it| it + 1));
            asked.options.push_str(plain);
            let value = match valued {
                Some(_) if value.is_empty() => words.next().cloned(),
                Some(_) => Some(value.into()),
                None => None,
            };
            if plain.ends_with('a') {
                asked.array = value;
            }
        }
        asked
    }
}

/// The next line of what a command is given to read, and whether there is one; nothing if that is not known. As the
/// image is configured, one line is: of several it is not known how often they are asked for.
fn next_line(world: &mut World, asked: &Asked) -> Option<(Value, bool)> {
    let input = world.input.as_ref().filter(|it| it.text().is_some())?.clone();
    let (line, rest) = input.text.split_once('\n').unwrap_or((&input.text, ""));
    let plain = asked.options.contains('r') || !line.contains('\\');
    let simple = asked.options.bytes().all(|it| matches!(it, b'r' | b'a' | b's' | b'p' | b'e'));
    if !plain || !simple || !rest.is_empty() && input.known != Known::Sure {
        return None;
    }
    world.input = Some(input.with(rest));
    Some((input.with(line), !input.text.is_empty()))
}

/// All words of a line.
fn fields<'l>(line: &'l str, separators: &str) -> Vec<&'l str> {
    let mut rest = trimmed(line, separators);
    let mut words = Vec::new();
    while !rest.is_empty() {
        let (word, after) = first(rest, separators);
        words.push(word);
        rest = after;
    }
    words
}

/// The first word of a line, and what follows the separator after it: blanks with at most one that is none.
fn first<'l>(line: &'l str, separators: &str) -> (&'l str, &'l str) {
    let line = line.trim_start_matches(|it| is_blank(it, separators));
    let (word, rest) = line.split_at(line.find(|it| separators.contains(it)).unwrap_or(line.len()));
    let rest = rest.trim_start_matches(|it| is_blank(it, separators));
    let separator = |it| separators.contains(it) && !is_blank(it, separators);
    let rest = rest.strip_prefix(separator).unwrap_or(rest);
    (word, rest.trim_start_matches(|it| is_blank(it, separators)))
}

/// What the last variable takes: the rest, and of a single word not its separator.
fn last<'l>(rest: &'l str, separators: &str) -> &'l str {
    match fields(rest, separators).as_slice() {
        [only] => only,
        _ => trimmed(rest, separators),
    }
}

fn trimmed<'l>(line: &'l str, separators: &str) -> &'l str {
    line.trim_matches(|it| is_blank(it, separators))
}

/// Whether a sign of `IFS` is one of those that count together.
pub(super) fn is_blank(it: char, separators: &str) -> bool {
    matches!(it, ' ' | '\t' | '\n') && separators.contains(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_bash_splits_them() {
        const BLANKS: &str = " \t\n";
        for (line, separators, expected) in [
            (" a  b ", BLANKS, &["a", "b"][..]),
            ("a,b", ",", &["a", "b"]),
            ("a,,b,", ",", &["a", "", "b"]),
            (",a", ",", &["", "a"]),
            ("a , b", ", ", &["a", "b"]),
            (" a b ", "", &[" a b "]),
            ("", ",", &[]),
        ] {
            assert_eq!(fields(line, separators), expected, "{line}");
        }
        for (line, separators, expected) in [
            (" a b ", BLANKS, "a b"),
            ("a:", ":", "a"),
            ("a:b:", ":", "a:b:"),
            (" a ", "", " a "),
            (":", ":", ""),
        ] {
            assert_eq!(last(line, separators), expected, "{line}");
        }
    }
}
