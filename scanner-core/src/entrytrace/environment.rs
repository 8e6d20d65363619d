//! The variables that a process is given.

use super::value::Value;
use super::variables::{Content, Name, Names, Variables};

/// The variables that a process is given: those of the shell that starts it that are exported.
#[derive(Clone)]
pub(super) struct Environment(Variables);

impl Environment {
    /// No variables, with names that states of shells know too.
    pub(super) fn new(names: Names) -> Self {
        Self(Variables::new(names))
    }

    /// What a shell gives to the programs that it runs.
    pub(super) fn of(shell: &Variables) -> Self {
        Self(shell.clone())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)?.given()
    }

    fn at(&self, name: Name) -> Option<&Value> {
        self.0.at(name)?.given()
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.0.declare(name, Content::One(value), true);
    }

    pub(super) fn remove(&mut self, name: &str) {
        let name = self.0.name(name);
        self.0.put(name, None);
    }

    /// Takes all of them away.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The variables with which a shell begins that is given these.
    pub(super) fn variables(&self) -> Variables {
        let mut variables = self.0.clone();
        variables.retain(|it| it.given().is_some());
        variables
    }
}

impl PartialEq for Environment {
    fn eq(&self, other: &Self) -> bool {
        let names = self.0.differing(&other.0);
        names.into_iter().all(|it| self.at(it) == other.at(it))
    }
}

impl Eq for Environment {}
