//! What `$NAME` and `${…}` come to.

use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;

use super::expand::{Expanded, joined};
use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::formats::shell::{Operation, Parameter, Word};
use crate::model::Reason;

/// A value, or why there is none: nobody sets it, or the script took it away.
type Looked = Result<Value, Option<Arc<Why>>>;

impl Tracer<'_> {
    pub(super) fn parameter(
        &mut self,
        world: &mut World,
        parameter: &Parameter,
        scope: Scope<'_>,
    ) -> Expanded {
        let Parameter { name, index, operation } = parameter;
        if *operation == Operation::Keys {
            return Expanded::Many(Self::keys(world, name));
        }
        if let Some(values) = Self::all(world, name, index.as_deref(), scope) {
            return self.several(world, values, (name, operation), scope);
        }
        let looked = match index {
            Some(index) => self.element(world, (name, index), scope),
            None => self.look_up(world, name, scope),
        };
        Expanded::One(self.operate(world, looked, parameter, scope))
    }

    /// The values of `$@`, `$*` and `${NAME[@]}`.
    fn all(world: &World, name: &str, index: Option<&str>, scope: Scope<'_>) -> Option<Vec<Value>> {
        if matches!(name, "@" | "*") {
            return Some(world.shell.positional.to_vec());
        }
        index.filter(|it| matches!(*it, "@" | "*"))?;
        Some(match name {
            "FUNCNAME" => calls(world),
            "BASH_SOURCE" => scope.file.iter().map(|it| Value::sure(it.display())).collect(),
            _ => match world.shell.get(name) {
                Some(Content::One(value)) => vec![value.clone()],
                Some(Content::Array(values)) => values.clone(),
                Some(Content::Map(values)) => values.values().cloned().collect(),
                Some(Content::Unset) | None => Vec::new(),
            },
        })
    }

    fn several(
        &mut self,
        world: &mut World,
        values: Vec<Value>,
        (name, operation): (&str, &Operation),
        scope: Scope<'_>,
    ) -> Expanded {
        match operation {
            Operation::Plain => Expanded::Many(values),
            Operation::Length => {
                let mut count = Value::sure(values.len().to_string());
                let unknown =
                    values.iter().find(|it| it.text.starts_with('$') && it.text().is_none());
                if let Some(value) = unknown {
                    count.known = value.known.clone();
                }
                Expanded::One(count)
            }
            Operation::Slice { offset, length } => {
                let offset = self.number(world, offset);
                let length = length.as_ref().map(|it| self.number(world, it));
                let (Some(offset), true) = (offset, length != Some(None)) else {
                    return Expanded::Many(vec![Self::unknown_variable(
                        name,
                        "a part of it is taken",
                    )]);
                };
                // `${@:1}` begins with the first parameter, `${@:0}` with the script's name.
                let skip = usize::try_from(offset)
                    .unwrap_or(0)
                    .saturating_sub(usize::from(name == "@" || name == "*"));
                let take =
                    length.flatten().map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(0));
                Expanded::Many(values.into_iter().skip(skip).take(take).collect())
            }
            Operation::Otherwise { .. } => {
                let looked = if values.is_empty() { Err(None) } else { Ok(joined(&values, " ")) };
                let chosen = |it: &Value| values.iter().any(|_| joined(&values, " ") == *it);
                let parameter =
                    Parameter { name: name.into(), index: None, operation: operation.clone() };
                match self.operate(world, looked, &parameter, scope) {
                    value if chosen(&value) => Expanded::Many(values),
                    value if value.text.is_empty() => Expanded::Many(Vec::new()),
                    value => Expanded::One(value),
                }
            }
            _ => {
                let parameter =
                    Parameter { name: name.into(), index: None, operation: operation.clone() };
                let each =
                    values.into_iter().map(|it| self.operate(world, Ok(it), &parameter, scope));
                Expanded::Many(each.collect())
            }
        }
    }

    fn element(
        &mut self,
        world: &mut World,
        (name, index): (&str, &str),
        scope: Scope<'_>,
    ) -> Looked {
        if name == "FUNCNAME" || name == "BASH_SOURCE" {
            let at = self
                .number(world, index)
                .and_then(|it| usize::try_from(it).ok())
                .unwrap_or_default();
            return if name == "FUNCNAME" {
                calls(world).into_iter().nth(at).ok_or(None)
            } else {
                self.look_up(world, "0", Scope::OUTSIDE)
            };
        }
        match world.shell.get(name) {
            Some(Content::Array(values)) => {
                let values = values.clone();
                let at = self.number(world, index);
                let at = at.ok_or_else(|| {
                    Some(Why::new(Reason::DynamicEnvironmentReference, format!("{name}[{index}]")))
                })?;
                let at = if at < 0 {
                    values.len().checked_add_signed(isize::try_from(at).unwrap_or(isize::MIN))
                } else {
                    usize::try_from(at).ok()
                };
                at.and_then(|it| values.get(it)).cloned().ok_or(None)
            }
            Some(Content::Map(_)) => Ok(self.of_key(world, (name, index), scope)),
            Some(Content::One(value)) if index == "0" || value.text().is_none() => {
                Ok(value.clone())
            }
            Some(Content::One(_) | Content::Unset) => Err(None),
            None => world.shell.value(name),
        }
    }

    pub(super) fn look_up(&self, world: &World, name: &str, scope: Scope<'_>) -> Looked {
        let shell = &world.shell;
        let unknown = |why: &str| Ok(Self::unknown_variable(name, why));
        match name {
            "#" => {
                let several =
                    shell.positional.iter().find(|it| it.text().is_none() && it.text.contains('@'));
                Ok(several
                    .map_or_else(|| Value::sure(shell.positional.len().to_string()), Clone::clone))
            }
            "0" => Ok(shell.name.clone()),
            "?" => match &world.status {
                super::value::Truth::Sure(true) => Ok(Value::sure("0")),
                super::value::Truth::Sure(false) => Ok(Value::sure("1")),
                _ => unknown("the status of a program"),
            },
            "$" | "!" | "-" | "PPID" | "RANDOM" | "SECONDS" | "HOSTNAME" | "BASHPID" => {
                unknown("it differs from run to run")
            }
            "UID" | "EUID" if shell.variables.get(name).is_none() => Ok(self.user_id(&shell.user)),
            "PWD" => Ok(shell.directory.value()),
            "FUNCNAME" => calls(world).into_iter().next().ok_or(None),
            "BASH_SOURCE" => scope
                .file
                .map(|it| Value::sure(it.display()))
                .map_or_else(|| Ok(shell.name.clone()), Ok),
            _ if name.bytes().all(|it| it.is_ascii_digit()) && !name.is_empty() => {
                let at = name.parse::<usize>().unwrap_or(usize::MAX);
                let several = shell
                    .positional
                    .iter()
                    .take(at)
                    .find(|it| it.text().is_none() && it.text.contains('@'));
                shell.positional.get(at.saturating_sub(1)).or(several).cloned().ok_or(None)
            }
            _ => shell.value(name),
        }
    }

    fn operate(
        &mut self,
        world: &mut World,
        looked: Looked,
        parameter: &Parameter,
        scope: Scope<'_>,
    ) -> Value {
        let Parameter { name, operation, .. } = parameter;
        if let Operation::Otherwise { operator, empty, word } = operation {
            return self.otherwise(world, &looked, (name, *operator, *empty, word), scope);
        }
        let value = match looked {
            Ok(value) => value,
            Err(Some(why)) => Value::likely("", why),
            Err(None) => Value::sure(""),
        };
        let Some(text) = value.text() else {
            return match operation {
                Operation::Plain => value,
                _ => value.with(format!("${{{name}…}}")),
            };
        };
        let changed = match operation {
            Operation::Length => text.chars().count().to_string(),
            Operation::Trim { end, longest, pattern } => {
                let pattern = self.pattern(world, pattern, scope);
                return self.trim(&value, &pattern, *end, *longest);
            }
            Operation::Replace { mode, pattern, with } => {
                let pattern = self.pattern(world, pattern, scope);
                let with = self.single(world, with, scope);
                return self.replace(&value, *mode, &pattern, &with);
            }
            Operation::Slice { offset, length } => {
                let offset = self.number(world, offset);
                let length = length.as_ref().map(|it| self.number(world, it));
                match (offset, length) {
                    (Some(offset), None) => slice(text, offset, None),
                    (Some(offset), Some(Some(length))) => slice(text, offset, Some(length)),
                    _ => return Self::unknown_variable(name, "a part of it is taken"),
                }
            }
            Operation::Case { upper, all } => change_case(text, *upper, *all),
            Operation::Indirect(operation) => {
                let (name, looked) = (text.into(), self.look_up(world, text, scope));
                let parameter = Parameter { name, index: None, operation: (**operation).clone() };
                let mut found = self.operate(world, looked, &parameter, scope);
                found.known.weaken(&value.known);
                return found;
            }
            Operation::Other | Operation::Keys => {
                return Self::unknown_variable(name, "an expansion that is not followed");
            }
            Operation::Plain | Operation::Otherwise { .. } => return value,
        };
        value.with(changed)
    }

    /// `${NAME:-WORD}` and the like.
    fn otherwise(
        &mut self,
        world: &mut World,
        looked: &Looked,
        (name, operator, empty, other): (&str, char, bool, &Word),
        scope: Scope<'_>,
    ) -> Value {
        let set = match looked {
            Ok(value) if value.text().is_some_and(str::is_empty) && empty => {
                Err(value.known.clone())
            }
            Ok(value) => Ok(value.clone()),
            Err(Some(why)) => Err(Known::Likely(Arc::clone(why))),
            Err(None) => Err(Known::Sure),
        };
        match (operator, set) {
            ('+', Ok(value)) => {
                let mut other = self.single(world, other, scope);
                // Whether the word counts depends on a value that may be empty after all.
                if empty {
                    other.known.weaken(&value.known);
                }
                other
            }
            ('+', Err(known)) => Value { text: EcoString::new(), known },
            (_, Ok(value)) => value,
            ('?', Err(Known::Likely(why) | Known::No(why))) => {
                Value::unknown(format!("${name}"), why)
            }
            (_, Err(known)) => {
                let mut value = self.single(world, other, scope);
                value.known.weaken(&known);
                if operator == '=' {
                    world.shell().set(name, Content::One(value.clone()));
                }
                value
            }
        }
    }
}

impl Value {
    /// The value, no surer than another one.
    pub(super) fn weakened(&self, other: &Self) -> Self {
        let mut value = self.clone();
        value.known.weaken(&other.known);
        value
    }
}

/// The functions that the shell is in, the innermost first, as `FUNCNAME` has them.
fn calls(world: &World) -> Vec<Value> {
    let frames = &world.shell.frames;
    if frames.is_empty() {
        return Vec::new();
    }
    let name =
        |it: &Rc<super::shell::Frame>| Value::sure(it.function.as_deref().unwrap_or("source"));
    frames.iter().rev().map(name).chain([Value::sure("main")]).collect()
}

fn slice(text: &str, offset: i64, length: Option<i64>) -> String {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if offset < 0 { count.saturating_add(offset) } else { offset };
    if start < 0 {
        return String::new();
    }
    let end = match length {
        Some(length) if length < 0 => count.saturating_add(length),
        Some(length) => start.saturating_add(length),
        None => count,
    };
    let skip = usize::try_from(start).unwrap_or(0);
    let take = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
    text.chars().skip(skip).take(take).collect()
}

fn change_case(text: &str, upper: bool, all: bool) -> String {
    let change = |it: &str| if upper { it.to_uppercase() } else { it.to_lowercase() };
    if all {
        return change(text);
    }
    let end = text.chars().next().map_or(0, char::len_utf8);
    let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{}{rest}", change(first))
}
