//! From words as they are written to the words that a command gets.

use std::borrow::Cow;

use ecow::EcoString;

use super::fields::{Fields, escaped};
use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Value, Why};
use super::variables::Content;
use super::world::World;
use crate::formats::shell::{Item, Part, Word, braces};
use crate::model::{HopKind, Reason};

/// What a part of a word comes to.
pub(super) enum Expanded {
    /// One value.
    One(Value),
    /// Several words.
    Many(Vec<Value>),
}

/// The text that a word always comes to, if it is that simple.
fn always(word: &Word) -> Option<&EcoString> {
    let [Part::Text { text, quoted }] = word.parts.as_slice() else { return None };
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"_-./:=,%+@".contains(&it);
    (*quoted || text.bytes().all(plain)).then_some(text)
}

fn is_empty_pair(part: &Part) -> bool {
    matches!(part, Part::Text { text, quoted: true } if text.is_empty())
}

impl Tracer<'_> {
    /// The words that a command gets.
    pub(super) fn fields(
        &mut self,
        world: &mut World,
        words: &[Word],
        scope: Scope<'_>,
    ) -> Vec<Value> {
        let done = Vec::with_capacity(words.len());
        let mut fields = Fields { done, patterns: Vec::new(), open: None };
        for word in words {
            if let Some(text) = always(word) {
                fields.done.push(Value::sure(text.clone()));
                continue;
            }
            if !world.shell.options.braces || !braces::opens(word) {
                self.field(world, word.parts.iter(), (&mut fields, scope));
                continue;
            }
            match self.braces(word) {
                Ok(all) => {
                    for parts in all {
                        self.field(world, parts.iter().map(Cow::as_ref), (&mut fields, scope));
                    }
                }
                Err(value) => {
                    fields.push(&value, true);
                    fields.close();
                }
            }
        }
        let mut found = fields.done;
        for (at, pattern) in fields.patterns.into_iter().rev() {
            if let Some(value) = found.get(at).filter(|it| it.text().is_some()).cloned() {
                found.splice(at..=at, self.paths(world, &value, &pattern));
            }
        }
        found.truncate(self.limits().shell_words);
        found
    }

    /// The words that braces of a word stand for, or that these are too many.
    fn braces<'w>(&mut self, word: &'w Word) -> Result<Vec<braces::Parts<'w>>, Value> {
        let whole = self.limits().shell_steps.saturating_sub(self.spent);
        let mut left = whole;
        let expanded = braces::expand(word, self.limits().shell_words, &mut left);
        self.spend(whole.saturating_sub(left));
        expanded.map_err(|_| {
            let why = "braces stand for more words than the limit";
            Value::unknown(word.text.clone(), Why::new(Reason::BudgetExhausted, why))
        })
    }

    /// Adds what the parts of a word come to.
    fn field<'p>(
        &mut self,
        world: &mut World,
        parts: impl Iterator<Item = &'p Part>,
        (fields, scope): (&mut Fields, Scope<'_>),
    ) {
        let (done, mut vanished, mut empty_pair) = (fields.done.len(), false, false);
        for (at, part) in parts.enumerate() {
            if is_empty_pair(part) {
                empty_pair = true;
            } else {
                vanished |= self.field_part(world, part, at == 0, (fields, scope));
            }
        }
        // A pair of quotes with nothing in it is a word, but not one around no words: `"$@"`.
        if fields.open.is_none() && fields.done.len() == done && !vanished && empty_pair {
            fields.push(&Value::sure(""), true);
        }
        fields.close();
    }

    /// Adds what a part comes to; true if it is several words in quotes, and none are there.
    fn field_part(
        &mut self,
        world: &mut World,
        part: &Part,
        first: bool,
        (fields, scope): (&mut Fields, Scope<'_>),
    ) -> bool {
        match part {
            Part::Text { text, quoted } => {
                let text =
                    if first && !quoted { home(world, text) } else { Value::sure(text.clone()) };
                fields.push(&text, *quoted);
            }
            Part::Parameter { parameter, quoted } => {
                match self.parameter(world, parameter, scope) {
                    Expanded::Many(values) if !*quoted => {
                        fields.many(&values, Some(&world.shell.separators()));
                    }
                    Expanded::Many(values) if parameter.is_joined() => {
                        fields.push(&world.shell.joined(&values), true);
                    }
                    Expanded::Many(values) => {
                        fields.many(&values, None);
                        return values.is_empty();
                    }
                    Expanded::One(value) => fields.one(&value, *quoted, &world.shell),
                }
            }
            Part::Command { items, quoted } => {
                let value = self.substitute(world, items, scope);
                fields.one(&value, *quoted, &world.shell);
            }
            other => {
                let value = self.part(world, other, scope);
                fields.push(&value, true);
            }
        }
        false
    }

    /// What a word comes to where it stays one word: in assignments, tests and redirections.
    pub(super) fn single(&mut self, world: &mut World, written: &Word, scope: Scope<'_>) -> Value {
        let mut whole = Value::sure("");
        for (at, part) in written.parts.iter().enumerate() {
            let value = match part {
                Part::Text { text, quoted: false } if at == 0 => home(world, text),
                other => self.part(world, other, scope),
            };
            whole.push(&value);
        }
        self.bounded(whole)
    }

    /// What a written comes to as a pattern.
    pub(super) fn pattern(&mut self, world: &mut World, written: &Word, scope: Scope<'_>) -> Value {
        self.quoted_as(world, written, escaped, scope)
    }

    /// What a written word comes to, with what is quoted in it so that it stands for itself.
    pub(super) fn quoted_as(
        &mut self,
        world: &mut World,
        written: &Word,
        escape: fn(&str) -> String,
        scope: Scope<'_>,
    ) -> Value {
        let mut whole = Value::sure("");
        for part in &written.parts {
            let quoted = matches!(
                part,
                Part::Text { quoted: true, .. }
                    | Part::Parameter { quoted: true, .. }
                    | Part::Command { quoted: true, .. }
            );
            let value = self.part(world, part, scope);
            let value = if quoted { value.with(escape(&value.text)) } else { value };
            whole.push(&value);
        }
        self.bounded(whole)
    }

    fn part(&mut self, world: &mut World, part: &Part, scope: Scope<'_>) -> Value {
        match part {
            Part::Text { text, .. } => Value::sure(text.clone()),
            Part::Parameter { parameter, .. } => match self.parameter(world, parameter, scope) {
                Expanded::One(value) => value,
                Expanded::Many(values) if parameter.is_joined() => world.shell.joined(&values),
                Expanded::Many(values) => joined(&values, " "),
            },
            Part::Command { items, .. } => self.substitute(world, items, scope),
            Part::Arithmetic(text) => self.arithmetic(world, text),
            Part::Process(items) => {
                let mut inner = world.clone();
                inner.output = None;
                let worlds =
                    self.items(inner, items, Scope { kind: HopKind::Substitution, ..scope });
                Self::come_back(world, worlds, false);
                Value::unknown(
                    "<(…)",
                    Why::new(Reason::DynamicCommandOutput, "a program's output is read as a file"),
                )
            }
            Part::Array(_) => Value::sure(""),
        }
    }

    /// What commands print, without the line ends at its end.
    fn substitute(&mut self, world: &mut World, items: &[Item], scope: Scope<'_>) -> Value {
        let mut inner = world.clone();
        inner.output = Some(Value::sure(""));
        // Bash goes on after a failure there, also after `set -e`.
        if inner.shell.options.bash && inner.shell.options.errexit {
            inner.shell().options.errexit = false;
        }
        let scope = Scope { kind: HopKind::Substitution, ..scope };
        let worlds = self.items(inner, items, scope);
        let last = world.path.last.clone();
        let outside = world.output.take();
        Self::come_back(world, worlds, true);
        let output = std::mem::replace(&mut world.output, outside);
        world.path.last = last;
        let output = output.unwrap_or_else(|| Value::sure(""));
        let text = output.text.trim_end_matches('\n').to_owned();
        self.bounded(output.with(text))
    }

    /// A value that is not longer than the limit.
    pub(super) fn bounded(&self, value: Value) -> Value {
        if value.text.len() <= self.limits().shell_value_bytes {
            return value;
        }
        Value::unknown("…", Why::new(Reason::BudgetExhausted, "a text is longer than the limit"))
    }

    pub(super) fn unknown_variable(name: &str, why: &str) -> Value {
        Value::unknown(
            format!("${name}"),
            Why::new(Reason::DynamicEnvironmentReference, format!("${name}: {why}")),
        )
    }
}

/// Texts with another one between them.
pub(super) fn joined(values: &[Value], between: &str) -> Value {
    let mut whole = Value::sure("");
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            whole.text.push_str(between);
        }
        whole.push(value);
    }
    whole
}

/// A text at the beginning of a word, in which `~` means the home directory.
fn home(world: &World, text: &EcoString) -> Value {
    match text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => match world.shell.get("HOME") {
            Some(Content::One(home)) => home.with(format!("{}{rest}", home.text)),
            _ => Value::sure(text.clone()),
        },
        None => Value::sure(text.clone()),
    }
}
