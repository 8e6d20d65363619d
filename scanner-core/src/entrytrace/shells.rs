//! Shells: their arguments, their scripts, and the state in which those begin.

use std::rc::Rc;
use std::sync::Arc;

use super::files::Found;
use super::options::Options;
use super::scope::Scope;
use super::shell::Shell;
use super::simple::Call;
use super::task::{Process, Task};
use super::tracer::Tracer;
use super::value::Value;
use super::variables::Content;
use super::world::World;
use crate::formats::script::Script;
use crate::formats::shell::{self, parse};
use crate::model::{HopKind, Reason, TerminalKind};
use crate::path::ImagePath;

/// Shells whose scripts are followed.
const SHELLS: [&str; 9] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash", "hush"];

/// Options that take the next word.
const WITH_VALUE: [&str; 4] = ["-o", "+o", "--rcfile", "--init-file"];

/// Whether a program is a shell, by its name.
pub(super) fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

/// The shell that a script's first line names, directly or by `env`.
pub(super) fn of_script(script: &Script) -> Option<&str> {
    let direct = script.interpreter.rsplit('/').next()?;
    let by_env =
        || script.argument.split_whitespace().find(|it| !it.starts_with('-') && !it.contains('='));
    let name = if direct == "env" { by_env()?.rsplit('/').next()? } else { direct };
    is_shell(name).then_some(name)
}

/// How a script begins.
#[derive(PartialEq, Eq)]
pub(super) struct Begun {
    file: ImagePath,
    /// Its name and its parameters.
    given: (Value, Vec<Value>),
    errexit: bool,
    process: Process,
}

impl Tracer<'_> {
    /// A shell with arguments: a text, or a script.
    pub(super) fn run_shell(&mut self, task: &Task) {
        let mut words = task.arguments();
        let (mut command, mut errexit) = (false, false);
        while let Some((first, rest)) = words.split_first() {
            let option = first.text.as_str();
            if option == "--" || option == "-" {
                words = rest;
                break;
            }
            if !option.starts_with(['-', '+']) || option.len() < 2 {
                break;
            }
            words = rest;
            if WITH_VALUE.contains(&option) {
                errexit |= rest.first().is_some_and(|it| it.text == "errexit");
                words = rest.get(1..).unwrap_or_default();
            } else if !option.starts_with("--") {
                command |= option.contains('c');
                errexit |= option.starts_with('-') && option.contains('e');
                if option.contains('o') {
                    words = rest.get(1..).unwrap_or_default();
                }
            }
        }
        let Some((first, rest)) = words.split_first() else {
            // Without arguments it is a shell for people or for its input.
            return self.leaf(task.hop, TerminalKind::Elf, None);
        };
        if command {
            return self.run_text(task, first, (rest, errexit));
        }
        let Some(name) = first.text() else {
            let message = first.why().map_or_else(String::new, |it| it.message.clone());
            return self.give_up(
                task,
                first.why().map_or(Reason::MissingFile, |it| it.reason),
                message,
            );
        };
        let found = task.process.directory.join(name).and_then(|it| self.fs.resolve(&it).ok());
        let Some(file) = found.filter(|it| self.fs.file_at(it).is_some()) else {
            return self.give_up(
                task,
                Reason::MissingFile,
                format!("the script {name} is not in the image"),
            );
        };
        self.reads(task.hop, &file);
        self.run_script(task, &file, (first.clone(), rest.to_vec()), errexit);
    }

    /// Whether the program that runs a script is Bash, by whatever name it is called.
    fn is_bash(&self, task: &Task) -> bool {
        let file = self.steps.get(task.hop).and_then(|it| it.hop.file.as_ref());
        file.is_some_and(|it| matches!(it.file_name(), b"bash" | b"rbash"))
    }

    /// A text that a shell was given with `-c`.
    fn run_text(&mut self, task: &Task, text: &Value, (rest, errexit): (&[Value], bool)) {
        let Some(known) = text.text() else {
            let why = text.why().cloned();
            let (reason, message) = why.map_or((Reason::DynamicEvaluation, String::new()), |it| {
                (it.reason, it.message.clone())
            });
            return self.give_up(task, reason, message);
        };
        let place = self.place_of(task.hop);
        let line = place.as_ref().map_or(1, |it| it.line);
        let script = parse(known, line, self.limits().shell_nesting);
        let file = place.map(|it| Arc::new(it.file));
        if let Some(problem) = &script.problem {
            let message =
                format!("the text is not read beyond line {}: {}", problem.line, problem.what);
            self.complain(task, Reason::ScriptUnreadable, message);
        }
        let (name, positional) = match rest.split_first() {
            Some((name, rest)) => (name.clone(), rest.to_vec()),
            None => (task.words.first().cloned().unwrap_or_else(|| Value::sure("sh")), Vec::new()),
        };
        self.run(task, (&script, file.as_ref()), (name, positional), errexit);
    }

    /// A file that is run as a script although nothing names its interpreter.
    pub(super) fn run_file(&mut self, task: &Task, file: &ImagePath) {
        let name = task.words.first().cloned().unwrap_or_else(|| Value::sure("sh"));
        self.run_script(task, file, (name, task.arguments().to_vec()), false);
    }

    fn run_script(
        &mut self,
        task: &Task,
        file: &ImagePath,
        given: (Value, Vec<Value>),
        errexit: bool,
    ) {
        let Some(script) = self.script(file) else {
            let message = format!("{} is too large, or no text", file.display());
            return self.give_up(task, Reason::ScriptUnreadable, message);
        };
        if let Some(problem) = &script.problem {
            let message = format!(
                "{} is not read beyond line {}: {}",
                file.display(),
                problem.line,
                problem.what
            );
            self.complain(task, Reason::ScriptUnreadable, message);
        }
        let begun = Begun { file: file.clone(), given, errexit, process: task.process.clone() };
        if self.ran_already(task.hop, &begun) {
            if let Some(step) = self.steps.get_mut(task.hop) {
                step.hop.evidence.push_str("; it ran already, and finds everything as then");
            }
            return self.circles.push(task.clone());
        }
        let given = begun.given.clone();
        self.begun.insert(task.hop, begun);
        self.run(task, (&script, Some(&Arc::new(file.clone()))), given, errexit);
    }

    /// Whether a script that this hop comes of began in the same way.
    fn ran_already(&self, hop: usize, begun: &Begun) -> bool {
        let from = |it: &usize| self.steps.get(*it).and_then(|it| it.hop.from);
        let mut above = std::iter::successors(from(&hop), from);
        above.any(|it| self.begun.get(&it) == Some(begun))
    }

    /// A script of the image, read once.
    fn script(&mut self, file: &ImagePath) -> Option<Arc<shell::Script>> {
        if let Some(script) = self.scripts.get(file) {
            return Some(Arc::clone(script));
        }
        let bytes = self.fs.file_at(file)?.bytes(self.limits().shell_script_bytes).ok()?;
        if bytes.contains(&0) {
            return None;
        }
        let script =
            Arc::new(parse(&String::from_utf8_lossy(&bytes), 1, self.limits().shell_nesting));
        self.scripts.insert(file.clone(), Arc::clone(&script));
        Some(script)
    }

    /// The script that `.` reads, or a word on why there is none.
    pub(super) fn sourced(
        &mut self,
        hop: usize,
        found: Option<Found>,
        name: &Value,
        call: &Call<'_>,
    ) -> Option<(ImagePath, Arc<shell::Script>)> {
        let place = super::tracer::place(call.scope, call.command);
        let Some(found) = found else {
            let message = format!("{} is not in the image", name.text);
            self.mark(hop, &message);
            self.diagnose(
                Reason::MissingFile,
                place,
                name.text.to_string(),
                (message, call.scope.depth),
            );
            return None;
        };
        if let Some(step) = self.steps.get_mut(hop) {
            step.hop.file = Some(found.file.clone());
            "read into the script".clone_into(&mut step.hop.evidence);
        }
        let script = self.script(&found.file);
        let problem = script.as_ref().map_or(Some("it is too large, or no text"), |it| {
            it.problem.as_ref().map(|it| it.what)
        });
        if let Some(problem) = problem {
            let message = format!("{} is not read to its end: {problem}", found.file.display());
            self.diagnose(
                Reason::ScriptUnreadable,
                place,
                name.text.to_string(),
                (message, call.scope.depth),
            );
        }
        Some((found.file, script?))
    }

    /// Runs a script in a new shell.
    fn run(
        &mut self,
        task: &Task,
        (script, file): (&shell::Script, Option<&Arc<ImagePath>>),
        (name, positional): (Value, Vec<Value>),
        errexit: bool,
    ) {
        let mut variables = task.process.environment.variables();
        variables.declare("IFS", Content::One(Value::sure(" \t\n")), false);
        let shell = Shell {
            variables,
            positional: Rc::new(positional),
            name,
            functions: Rc::default(),
            frames: Rc::default(),
            options: Options::of(self.is_bash(task), errexit),
            directory: task.process.directory.clone(),
            left: Rc::default(),
            user: task.process.user.clone(),
            changed: Rc::default(),
        };
        let scope = Scope {
            file,
            hop: task.hop,
            run: task.hop,
            level: 0,
            guarded: false,
            kind: HopKind::Run,
            depth: task.depth,
        };
        let worlds = self.items(World::new(Rc::new(shell)), &script.items, scope);
        self.ends.insert(task.hop, worlds);
    }
}
