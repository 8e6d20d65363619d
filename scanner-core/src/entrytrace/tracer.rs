//! The state of a trace: hops, what is still to be followed, and what stood in the way.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::calls::Calls;
use super::files::{Found, Wanted};
use super::hops::Step;
use super::scope::Scope;
use super::shells::Begun;
use super::simple::Call;
use super::task::Task;
use super::users::{Account, accounts};
use super::value::{Known, Value};
use super::variables::Names;
use super::world::World;
use crate::formats::shell::{Command, Script, Word};
use crate::fs::LayeredFs;
use crate::limits::Limits;
use crate::model::{Diagnostic, HopKind, Place, Reason};
use crate::path::ImagePath;

/// A trace at work.
pub(super) struct Tracer<'a> {
    pub(super) fs: &'a LayeredFs<'a>,
    pub(super) volumes: Vec<ImagePath>,
    pub(super) run_parts: bool,
    pub(super) steps: Vec<Step>,
    pub(super) queue: VecDeque<Task>,
    /// How each script ended, by the hop of its shell.
    pub(super) ends: BTreeMap<usize, Vec<World>>,
    /// How each script began, by the same hop.
    pub(super) begun: BTreeMap<usize, Begun>,
    /// Scripts that were to begin as they had begun already.
    pub(super) circles: Vec<Task>,
    pub(super) diagnostics: BTreeSet<Diagnostic>,
    pub(super) scripts: BTreeMap<ImagePath, Arc<Script>>,
    pub(super) accounts: Vec<Account>,
    /// What was found.
    pub(super) programs: RefCell<BTreeMap<Wanted, Option<Found>>>,
    /// The hops of commands, by the hop that they belong to, their line and kind.
    pub(super) known: BTreeMap<(usize, u32, HopKind), Vec<usize>>,
    pub(super) calls: Calls,
    pub(super) names: Names,
    forks: usize,
    pub(super) spent: usize,
    pub(super) exhausted: Option<&'static str>,
    /// Whether a way was given up that the configuration may lead.
    pub(super) lost: bool,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(fs: &'a LayeredFs<'a>, volumes: &[String], run_parts: bool) -> Self {
        Self {
            fs,
            volumes: volumes.iter().filter_map(ImagePath::normalize).collect(),
            run_parts,
            steps: Vec::new(),
            queue: VecDeque::new(),
            ends: BTreeMap::new(),
            begun: BTreeMap::new(),
            circles: Vec::new(),
            diagnostics: BTreeSet::new(),
            scripts: BTreeMap::new(),
            accounts: accounts(fs),
            programs: RefCell::default(),
            known: BTreeMap::new(),
            calls: Calls::default(),
            names: Names::default(),
            forks: 0,
            spent: 0,
            exhausted: None,
            lost: false,
        }
    }

    pub(super) fn limits(&self) -> &'a Limits {
        self.fs.limits()
    }

    /// The number of a new fork.
    pub(super) fn forks(&mut self) -> usize {
        self.forks += 1;
        self.forks
    }

    /// How many forks there were.
    pub(super) fn forked(&self) -> usize {
        self.forks
    }

    /// Takes steps from the budget; false if there are none left.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        self.spent = self.spent.saturating_add(steps);
        let left = self.spent <= self.limits().shell_steps;
        if !left {
            self.budget_exhausted("the scripts take more steps than the limit");
        }
        left
    }

    pub(super) fn budget_exhausted(&mut self, what: &'static str) {
        self.exhausted.get_or_insert(what);
    }

    /// Whether another command may run: there are steps left, and levels.
    pub(super) fn may_go_on(&mut self, scope: Scope<'_>, command: &Command) -> bool {
        if scope.level > self.limits().shell_levels {
            let place = place(scope, command);
            let message =
                "commands and functions are in one another deeper than the limit".to_owned();
            self.diagnose(
                Reason::RecursionLimitReached,
                place,
                command.text.to_string(),
                (message, scope.depth),
            );
            return false;
        }
        self.spend(1)
    }

    pub(super) fn diagnose(
        &mut self,
        reason: Reason,
        place: Option<Place>,
        subject: String,
        (message, depth): (String, usize),
    ) {
        let known = |it: &Diagnostic| {
            (it.reason, &it.place, &it.subject, &it.message) == (reason, &place, &subject, &message)
        };
        if self.diagnostics.len() < self.limits().trace_diagnostics
            && !self.diagnostics.iter().any(known)
        {
            self.diagnostics.insert(Diagnostic { reason, place, subject, message, depth });
        }
    }

    /// A command that nothing names before the image runs.
    pub(super) fn unknown_command(&mut self, hop: usize, name: &Value, call: &Call<'_>) {
        let (reason, message) = match &name.known {
            Known::Likely(why) | Known::No(why) => (why.reason, why.message.clone()),
            Known::Sure => (Reason::CommandNotFound, "the command's name is empty".to_owned()),
        };
        self.mark(hop, &message);
        let subject = call.command.text.to_string();
        self.diagnose(
            reason,
            place(call.scope, call.command),
            subject,
            (message, call.scope.depth),
        );
    }

    pub(super) fn too_deep(&mut self, name: &str, call: &Call<'_>) {
        let message =
            format!("`{name}` is entered deeper than {} levels", self.limits().shell_depth);
        let place = place(call.scope, call.command);
        self.diagnose(
            Reason::RecursionLimitReached,
            place,
            name.to_owned(),
            (message, call.scope.depth),
        );
    }

    /// Marks a hop as one that leads on, but nobody knows where.
    pub(super) fn mark(&mut self, hop: usize, why: &str) {
        if let Some(step) = self.steps.get_mut(hop) {
            step.unresolved = true;
            why.clone_into(&mut step.hop.evidence);
        }
    }

    /// Tells of a loop over a directory in which nothing is.
    pub(super) fn note_empty_directory(
        &mut self,
        words: &[Word],
        values: &[Value],
        (command, scope): (&Command, Scope<'_>),
    ) {
        let [word] = words else { return };
        let Some((directory, pattern)) =
            word.text.rsplit_once('/').filter(|(_, it)| it.contains('*'))
        else {
            return;
        };
        let unmatched = values.iter().all(|it| it.text == word.text);
        let there = ImagePath::normalize(directory).and_then(|it| self.fs.resolve(&it).ok());
        if unmatched && directory.starts_with('/') {
            let what = if there.is_some_and(|it| self.fs.is_directory(&it)) {
                "holds no"
            } else {
                "is not there, so there is no"
            };
            let message = format!("{directory} {what} {pattern}");
            self.diagnose(
                Reason::RunPartsEmpty,
                place(scope, command),
                directory.to_owned(),
                (message, scope.depth),
            );
        }
    }

    /// Whether `declare` just made an array of this name.
    pub(super) fn is_array(call: &Call<'_>, name: &str) -> bool {
        call.command.text.contains(&format!("{name}=("))
    }
}

/// Where a command stands in its script.
pub(super) fn place(scope: Scope<'_>, command: &Command) -> Option<Place> {
    scope.file.map(|file| Place { file: (**file).clone(), line: command.line, end: command.end })
}
