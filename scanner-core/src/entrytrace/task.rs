//! A command with all that its process is given.

use super::directory::Directory;
use super::environment::Environment;
use super::value::Value;

/// A command that is still to be followed.
#[derive(Clone)]
pub(super) struct Task {
    /// The hop that it belongs to.
    pub(super) hop: usize,
    pub(super) words: Vec<Value>,
    pub(super) process: Process,
    /// How many processes lie between this one and the first.
    pub(super) depth: usize,
}

/// What a process is given.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) environment: Environment,
    pub(super) directory: Directory,
    pub(super) user: Value,
}

impl Task {
    /// The texts of the arguments, the name left out.
    pub(super) fn arguments(&self) -> &[Value] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The value of a variable of the environment, if it is known.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.process.environment.get(name).and_then(Value::text)
    }
}
