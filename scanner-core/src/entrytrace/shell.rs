//! The state of a shell.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;

use super::directory::Directory;
use super::expand::joined;
use super::options::Options;
use super::value::{Value, Why};
use super::variables::{Content, Name, Variable, Variables};
use crate::formats::shell::Command;
use crate::model::Reason;
use crate::path::ImagePath;

/// The state of a shell. Copies share what is the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shell {
    pub(super) positional: Rc<Vec<Value>>,
    /// `$0`.
    pub(super) name: Value,
    pub(super) functions: Rc<BTreeMap<EcoString, Function>>,
    /// Functions and sourced scripts that it is in, the innermost last.
    pub(super) frames: Rc<Vec<Rc<Frame>>>,
    pub(super) options: Options,
    pub(super) directory: Directory,
    /// Those that `popd` goes back to, the next one last.
    pub(super) left: Rc<Vec<Directory>>,
    pub(super) user: Value,
    /// Files that the script has made or changed.
    pub(super) changed: Rc<BTreeSet<ImagePath>>,
    // What takes the longest to compare comes last.
    pub(super) variables: Variables,
}

/// A function of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) body: Arc<Command>,
    /// The script that defines it.
    pub(super) file: Option<Arc<ImagePath>>,
}

/// A function or sourced script that the shell is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The function; none for a sourced script.
    pub(super) function: Option<Rc<str>>,
    /// What local variables were outside.
    pub(super) locals: Vec<(Name, Option<Rc<Variable>>)>,
}

impl Shell {
    pub(super) fn get(&self, name: &str) -> Option<&Content> {
        self.variables.get(name).map(|it| &it.content)
    }

    /// The value of a variable; of an array its first element; none if it is not set.
    /// What nobody has set may be given when the image is run.
    pub(super) fn value(&self, name: &str) -> Result<Value, Option<Arc<Why>>> {
        match self.get(name) {
            Some(Content::One(value)) => Ok(value.clone()),
            Some(Content::Array(values)) => values.first().cloned().ok_or(None),
            Some(Content::Map(values)) => values.get("0").cloned().ok_or(None),
            Some(Content::Unset) => Err(None),
            None => Err(Some(Why::new(
                Reason::DynamicEnvironmentReference,
                format!("${name} is not set in the image"),
            ))),
        }
    }

    /// PATH, if it is one text.
    pub(super) fn path(&self) -> Option<&Value> {
        match self.get("PATH") {
            Some(Content::One(value)) => Some(value),
            _ => None,
        }
    }

    pub(super) fn set(&mut self, name: &str, content: Content) {
        self.variables.set(name, content);
    }

    /// Whether all is the same but variables, parameters and the functions that it is in.
    pub(super) fn is_set_like(&self, other: &Self) -> bool {
        self.options == other.options
            && (&self.name, &self.user, &self.directory, &self.left)
                == (&other.name, &other.user, &other.directory, &other.left)
            && self.functions == other.functions
            && self.changed == other.changed
    }

    /// Makes a variable local to the innermost function.
    pub(super) fn localize(&mut self, name: &str) {
        let name = self.variables.name(name);
        let frames = Rc::make_mut(&mut self.frames);
        let frame = frames.iter_mut().rev().find(|it| it.function.is_some());
        if let Some(frame) = frame
            && frame.locals.iter().all(|(it, _)| *it != name)
        {
            let before = self.variables.at(name).cloned();
            Rc::make_mut(frame).locals.push((name, before));
        }
    }

    /// Makes unknown what another state has otherwise.
    pub(super) fn blur(&mut self, other: &Self) {
        self.variables.blur(&other.variables);
        if self.changed != other.changed {
            Rc::make_mut(&mut self.changed).extend(other.changed.iter().cloned());
        }
        if self.functions != other.functions {
            let functions = Rc::make_mut(&mut self.functions);
            for (name, function) in &*other.functions {
                functions.entry(name.clone()).or_insert_with(|| function.clone());
            }
        }
    }

    /// The same where also parameters and the working directory may differ.
    pub(super) fn blur_all(&mut self, other: &Self) {
        self.blur(other);
        let why = |what: &str| {
            Why::new(
                Reason::DynamicEvaluation,
                format!("nobody knows whether a text changes {what}"),
            )
        };
        if self.positional != other.positional {
            self.positional = Rc::new(vec![Value::unknown("$@", why("the parameters"))]);
        }
        if self.directory != other.directory {
            self.directory = Directory::Unknown(why("the working directory"));
        }
    }

    /// What parts words: `IFS`.
    pub(super) fn separators(&self) -> Value {
        self.value("IFS").unwrap_or_else(|_| Value::sure(" \t\n"))
    }

    /// What `"$*"` makes of several values: the first of these signs between them.
    pub(super) fn joined(&self, values: &[Value]) -> Value {
        let separators = self.separators();
        match separators.text() {
            None if values.len() > 1 => separators,
            signs => {
                let first = signs.and_then(|it| it.chars().next());
                joined(values, first.map_or(String::new(), String::from).as_str())
            }
        }
    }

    /// Notes that the script makes or changes a file.
    pub(super) fn change(&mut self, path: ImagePath) {
        Rc::make_mut(&mut self.changed).insert(path);
    }

    /// Leaves the innermost function or sourced script.
    pub(super) fn leave(&mut self) {
        let Some(frame) = Rc::make_mut(&mut self.frames).pop() else { return };
        for (name, before) in &frame.locals {
            self.variables.put(*name, before.clone());
        }
    }
}
