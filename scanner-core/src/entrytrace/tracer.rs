//! The state of a trace: hops, what is still to be followed, and what stood in the way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::calls::{Remembered, Visits};
use super::scope::Scope;
use super::simple::Call;
use super::task::{Process, Task};
use super::users::{Account, accounts};
use super::value::{Known, Value};
use super::variables::{Content, Touched};
use super::world::{Condition, World};
use crate::formats::shell::{Command, Script, Word};
use crate::fs::LayeredFs;
use crate::limits::Limits;
use crate::model::{Certainty, Diagnostic, Hop, HopKind, Place, Reason, TerminalKind};
use crate::path::ImagePath;

/// Where programs are looked for if nothing sets PATH, as container runtimes have it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Programs that make files of their operands.
const MAKERS: [&str; 9] = ["mkdir", "touch", "cp", "mv", "ln", "install", "tee", "initdb", "chown"];

/// A trace at work.
pub(super) struct Tracer<'a> {
    pub(super) fs: &'a LayeredFs<'a>,
    pub(super) volumes: Vec<ImagePath>,
    pub(super) run_parts: bool,
    pub(super) steps: Vec<Step>,
    pub(super) queue: VecDeque<Task>,
    /// How each script ended, by the hop of its shell.
    pub(super) ends: BTreeMap<usize, Vec<World>>,
    pub(super) diagnostics: BTreeSet<Diagnostic>,
    pub(super) scripts: BTreeMap<ImagePath, Arc<Script>>,
    pub(super) accounts: Vec<Account>,
    /// The hops of commands, by the hop that they belong to, their line and kind.
    known: BTreeMap<(usize, u32, HopKind), Vec<usize>>,
    /// Calls that were followed, by their hops.
    pub(super) calls: BTreeMap<usize, Vec<Remembered>>,
    /// How much of them is kept.
    pub(super) remembered: usize,
    /// The calls that are being followed.
    pub(super) visits: Vec<Visits>,
    pub(super) touched: Touched,
    forks: usize,
    pub(super) spent: usize,
    pub(super) exhausted: Option<&'static str>,
    /// Whether a way was given up that the configuration may lead.
    pub(super) lost: bool,
}

/// A hop while it is followed.
pub(super) struct Step {
    pub(super) hop: Hop,
    /// The hop of the shell that took it; none outside scripts.
    pub(super) run: Option<usize>,
    /// What it ends in.
    pub(super) leaf: Option<Leaf>,
    /// Whether it could not be followed.
    pub(super) unresolved: bool,
    /// Whether its program is not in the image, so that it fails.
    pub(super) absent: bool,
    pub(super) user: String,
    queued: bool,
}

/// A program at the end of a chain.
pub(super) struct Leaf {
    pub(super) kind: TerminalKind,
    pub(super) target: Option<String>,
}

/// A file that a command leads to.
pub(super) struct Found {
    /// Links resolved.
    pub(super) file: ImagePath,
    /// As it was found.
    pub(super) called: ImagePath,
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
            diagnostics: BTreeSet::new(),
            scripts: BTreeMap::new(),
            accounts: accounts(fs),
            known: BTreeMap::new(),
            calls: BTreeMap::new(),
            remembered: 0,
            visits: Vec::new(),
            touched: Touched::default(),
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

    /// The hop of a command of a script; one for each place and what it comes to.
    pub(super) fn hop(&mut self, world: &mut World, kind: HopKind, call: &Call<'_>) -> usize {
        let line = call.command.line;
        let at = self.known_hop(kind, call).unwrap_or_else(|| {
            let words: Vec<String> = call.words.iter().map(|it| it.text.clone()).collect();
            let written = if call.command.text.is_empty() {
                words.join(" ")
            } else {
                call.command.text.to_string()
            };
            let when = world.path.conditions.iter().map(Condition::describe).collect();
            let place = place(call.scope, call.command);
            let hop = Hop { place, written, words, when, ..empty_hop(Some(call.scope.hop), kind) };
            let at = self.push(hop, Some(call.scope.run), world.shell.user.text.clone());
            self.known.entry((call.scope.hop, line, kind)).or_default().push(at);
            at
        });
        self.visit(at, &world.path.conditions, &[]);
        world.path.takes(at);
        at
    }

    /// The hop of a command that came to the same before.
    fn known_hop(&self, kind: HopKind, call: &Call<'_>) -> Option<usize> {
        let there = self.known.get(&(call.scope.hop, call.command.line, kind))?;
        let file = call.scope.file.map(|it| &**it);
        let same = |step: &Step| {
            let place = step.hop.place.as_ref();
            (place.map(|it| &it.file), place.map_or(call.command.end, |it| it.end))
                == (file, call.command.end)
                && step.hop.words.len() == call.words.len()
                && step.hop.words.iter().zip(&call.words).all(|(a, b)| *a == b.text)
        };
        there.iter().copied().find(|at| self.steps.get(*at).is_some_and(same))
    }

    /// Notes that a hop is taken on a way. Of several ways to a hop the shortest is told.
    pub(super) fn visit(&mut self, hop: usize, outside: &[Condition], inside: &[Condition]) {
        if let Some(step) = self.steps.get_mut(hop)
            && outside.len() + inside.len() < step.hop.when.len()
        {
            step.hop.when = outside.iter().chain(inside).map(Condition::describe).collect();
        }
        if let Some(visits) = self.visits.last_mut() {
            visits.note(hop, outside, inside);
        }
    }

    /// Adds a hop; when there are too many, the last one stands for all that follow.
    pub(super) fn push(&mut self, hop: Hop, run: Option<usize>, user: String) -> usize {
        if self.steps.len() >= self.limits().trace_hops {
            self.budget_exhausted("there are more hops than the limit");
            return self.steps.len() - 1;
        }
        self.steps.push(Step {
            hop,
            run,
            leaf: None,
            unresolved: false,
            absent: false,
            user,
            queued: false,
        });
        self.steps.len() - 1
    }

    /// Follows a command later.
    pub(super) fn enqueue(
        &mut self,
        world: &World,
        hop: usize,
        words: Vec<Value>,
        scope: Scope<'_>,
    ) {
        let Some(step) = self.steps.get_mut(hop).filter(|it| !it.queued) else { return };
        step.queued = true;
        let process = Process {
            environment: world.shell.environment(),
            directory: world.shell.directory.clone(),
            user: world.shell.user.clone(),
        };
        self.queue.push_back(Task { hop, words, process, depth: scope.depth + 1 });
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

    /// The file that a command leads to: at its path, or in a directory of PATH.
    pub(super) fn find_program(
        &self,
        name: &str,
        path: Option<&Content>,
        directory: &ImagePath,
    ) -> Option<Found> {
        if name.contains('/') {
            return self.file_of(directory.join(name)?);
        }
        let path = match path {
            Some(Content::One(value)) => value.text()?,
            _ => PATH,
        };
        let places = path.split(':').filter_map(|it| directory.join(it)?.join(name));
        places.filter_map(|it| self.file_of(it)).find(|it| self.is_executable(&it.file))
    }

    fn file_of(&self, called: ImagePath) -> Option<Found> {
        let file = self.fs.resolve(&called).ok()?;
        self.fs.file_at(&file)?;
        Some(Found { file, called })
    }

    pub(super) fn is_executable(&self, file: &ImagePath) -> bool {
        self.fs.file_at(file).is_some_and(|it| it.executable)
    }

    /// The file that `.` reads: at its path, in a directory of PATH, or in the working directory.
    pub(super) fn find_source(&self, world: &World, name: &str) -> Option<Found> {
        let directory = &world.shell.directory;
        if name.contains('/') {
            return self.file_of(directory.join(name)?);
        }
        let path = match world.shell.get("PATH") {
            Some(Content::One(value)) => value.text()?,
            _ => PATH,
        };
        let places = path.split(':').filter_map(|it| directory.join(it)?.join(name));
        places.chain(directory.join(name)).find_map(|it| self.file_of(it))
    }

    /// Remembers which files a command's output goes to.
    pub(super) fn note_written(&mut self, world: &mut World, command: &Command, scope: Scope<'_>) {
        for it in command.redirects.iter().filter(|it| it.operator != "<<<") {
            let Some(target) = &it.target else { continue };
            let value = self.single(world, target, scope);
            let path = value.text().and_then(|it| world.shell.directory.join(it));
            let Some(path) =
                path.filter(|_| it.operator.contains('>') && !it.operator.contains('&'))
            else {
                continue;
            };
            if !world.shell.changed.contains(&path) && !path.as_bytes().starts_with(b"/dev/") {
                world.shell().change(path);
            }
        }
    }

    /// Remembers which files a program makes.
    pub(super) fn note_made(world: &mut World, words: &[Value]) {
        let Some((name, arguments)) = words.split_first() else { return };
        if !MAKERS.contains(&&*name.text) {
            return;
        }
        for argument in arguments.iter().filter(|it| it.text.starts_with('/')) {
            let path = argument.text().and_then(ImagePath::normalize);
            if let Some(path) =
                path.filter(|it| *it != ImagePath::root() && !world.shell.changed.contains(it))
            {
                world.shell().change(path);
            }
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

/// A hop of which nothing is known yet.
pub(super) fn empty_hop(from: Option<usize>, kind: HopKind) -> Hop {
    Hop {
        from,
        kind,
        place: None,
        written: String::new(),
        words: Vec::new(),
        file: None,
        called: None,
        reads: Vec::new(),
        reaches: Vec::new(),
        evidence: String::new(),
        when: Vec::new(),
        certainty: Certainty::Possible,
    }
}

/// Where a command stands in its script.
pub(super) fn place(scope: Scope<'_>, command: &Command) -> Option<Place> {
    scope.file.map(|file| Place { file: (**file).clone(), line: command.line, end: command.end })
}
