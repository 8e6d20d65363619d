//! Arrays of Bash: elements by their numbers, or by keys.
//! Specification: the manual of GNU Bash, 6.7 "Arrays".

use std::collections::BTreeMap;

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::Value;
use super::variables::Content;
use super::world::World;
use crate::formats::shell::{Part, Word, quoted};

impl Tracer<'_> {
    /// What `NAME=(…)` sets: words in their order, or values by the keys that stand before them.
    pub(super) fn elements(
        &mut self,
        world: &mut World,
        name: &str,
        (words, append): (&[Word], bool),
        scope: Scope<'_>,
    ) -> Content {
        let before = world.shell.get(name).filter(|_| append).cloned();
        let keyed: Option<Vec<(Word, Word)>> = words.iter().map(keyed).collect();
        let Some(keyed) = keyed.filter(|it| !it.is_empty()) else {
            if words.is_empty() && matches!(world.shell.get(name), Some(Content::Map(_))) {
                return Content::Map(by_key(before));
            }
            let mut values = self.fields(world, words, scope);
            if let Some(Content::Array(before)) = before {
                values = before.into_iter().chain(values).collect();
            }
            values.truncate(self.limits().shell_words);
            return Content::Array(values);
        };
        let mut values = by_key(before);
        for (key, value) in keyed.iter().take(self.limits().shell_words) {
            let key = self.single(world, key, scope);
            let value = self.single(world, value, scope);
            if !put(&mut values, &key, &value) {
                return unknown(name);
            }
        }
        Content::Map(values)
    }

    /// What becomes of an array when `NAME[INDEX]=VALUE` sets one element.
    pub(super) fn with_element(
        &mut self,
        world: &mut World,
        (name, index): (&str, &str),
        value: Value,
        scope: Scope<'_>,
    ) -> Content {
        match world.shell.get(name).cloned() {
            Some(Content::Array(mut values)) => {
                let at = self.number(world, index).and_then(|it| usize::try_from(it).ok());
                let Some(at) = at else { return unknown(name) };
                let count = values.len();
                match values.get_mut(at) {
                    Some(slot) => *slot = value,
                    None if at == count => values.push(value),
                    None => return unknown(name),
                }
                Content::Array(values)
            }
            before => {
                let mut values = by_key(before);
                let key = self.key(world, index, scope);
                if !put(&mut values, &key, &value) {
                    return unknown(name);
                }
                Content::Map(values)
            }
        }
    }

    /// What becomes of an array when `unset NAME[INDEX]` takes one element. Those of an array with a hole are not
    /// followed.
    pub(super) fn without_element(
        &mut self,
        world: &mut World,
        (name, index): (&str, &str),
        scope: Scope<'_>,
    ) -> Content {
        match world.shell.get(name).cloned() {
            Some(Content::Array(mut values)) => {
                let at = self.number(world, index).and_then(|it| usize::try_from(it).ok());
                match at {
                    Some(at) if at >= values.len() => Content::Array(values),
                    Some(at) if at + 1 == values.len() => {
                        values.pop();
                        Content::Array(values)
                    }
                    _ => unknown(name),
                }
            }
            Some(Content::Map(mut values)) => match self.key(world, index, scope).text() {
                Some(key) => {
                    values.remove(key);
                    Content::Map(values)
                }
                None => unknown(name),
            },
            before => before.unwrap_or(Content::Unset),
        }
    }

    /// The element of a key. Whether another one was set nobody follows, so one that is missing is not known.
    pub(super) fn of_key(
        &mut self,
        world: &mut World,
        (name, index): (&str, &str),
        scope: Scope<'_>,
    ) -> Value {
        let key = self.key(world, index, scope);
        let found = match (world.shell.get(name), key.text()) {
            (Some(Content::Map(values)), Some(text)) => values.get(text),
            _ => None,
        };
        let missing =
            || Self::unknown_variable(&format!("{name}[{index}]"), "the element is not known");
        found.map_or_else(missing, |it| it.weakened(&key))
    }

    /// What a written key comes to.
    fn key(&mut self, world: &mut World, index: &str, scope: Scope<'_>) -> Value {
        let bare = index.trim_matches(['"', '\'']);
        if index.starts_with('\'') || !bare.contains(['$', '`', '\\']) {
            return Value::sure(bare);
        }
        let written = quoted(bare, 1, self.limits().shell_nesting);
        self.single(world, &written, scope)
    }

    /// The keys of an array: `${!NAME[@]}`.
    pub(super) fn keys(world: &World, name: &str) -> Vec<Value> {
        match world.shell.get(name) {
            Some(Content::Array(values)) => {
                (0..values.len()).map(|it| Value::sure(it.to_string())).collect()
            }
            Some(Content::Map(values)) => {
                values.keys().map(|it| Value::sure(it.as_str())).collect()
            }
            Some(Content::One(value)) if value.text().is_none() => vec![value.clone()],
            Some(Content::One(_)) => vec![Value::sure("0")],
            Some(Content::Unset) | None => Vec::new(),
        }
    }
}

/// The elements by key that there are before others are set.
fn by_key(before: Option<Content>) -> BTreeMap<String, Value> {
    if let Some(Content::Map(values)) = before { values } else { BTreeMap::new() }
}

/// Sets the value of a key; false if nobody knows the key.
fn put(values: &mut BTreeMap<String, Value>, key: &Value, value: &Value) -> bool {
    let known = key.text().map(|text| values.insert(text.to_owned(), value.weakened(key)));
    known.is_some()
}

/// An array of which an element is set that nobody knows.
fn unknown(name: &str) -> Content {
    Content::One(Tracer::unknown_variable(name, "an element is set that is not known"))
}

/// The key and the value of `[KEY]=VALUE`.
fn keyed(word: &Word) -> Option<(Word, Word)> {
    let first = bare(word.parts.first()?)?;
    let opened = first.strip_prefix('[')?;
    let at = word.parts.iter().position(|it| bare(it).is_some_and(|it| it.contains("]=")))?;
    let (before, after) = bare(word.parts.get(at)?)?.split_once("]=")?;
    let text = |text: &str| Part::Text { text: text.into(), quoted: false };
    let key = if at == 0 {
        vec![text(before.strip_prefix('[')?)]
    } else {
        let within = word.parts.get(1..at)?.iter().cloned();
        [text(opened)].into_iter().chain(within).chain([text(before)]).collect()
    };
    let rest = word.parts.get(at + 1..)?.iter().cloned();
    let value = [text(after)].into_iter().chain(rest).collect();
    let word = |parts| Word { text: word.text.clone(), parts };
    Some((word(key), word(value)))
}

/// The text of a part outside quotes.
fn bare(part: &Part) -> Option<&str> {
    match part {
        Part::Text { text, quoted: false } => Some(text),
        _ => None,
    }
}
