//! Following one command: to its file, and to what that file is.

use std::sync::Arc;

use super::files::Found;
use super::hops::{Leaf, empty_hop};
use super::launchers;
use super::shells;
use super::task::{Process, Task};
use super::tracer::Tracer;
use super::value::{Known, Value};
use super::wrappers;
use crate::formats::script::Script;
use crate::model::{Hop, HopKind, Place, Reason, TerminalKind};
use crate::path::ImagePath;
use crate::read::window;

/// Bytes that tell what a file is.
const START: u64 = 512;

/// Programs that are many in one.
const MULTICALL: [&str; 3] = ["busybox", "busybox.static", "toybox"];

/// What the first bytes of a file say.
pub(super) enum Format {
    Elf,
    Binary,
    Script(Script),
    Text,
}

impl Tracer<'_> {
    /// Follows a command by one step. What that leads to is followed later.
    pub(super) fn follow(&mut self, task: &Task) {
        let Some(name) = task.words.first() else { return };
        if task.depth > self.limits().shell_depth {
            let message =
                format!("programs run programs deeper than {} levels", self.limits().shell_depth);
            return self.give_up(task, Reason::RecursionLimitReached, message);
        }
        if let Known::No(why) = &name.known {
            let why = Arc::clone(why);
            return self.give_up(task, why.reason, why.message.clone());
        }
        let path = task.process.environment.get("PATH");
        let unknown = path.filter(|it| it.text().is_none());
        if let Some(why) = unknown.and_then(Value::why).filter(|_| !name.text.contains('/')) {
            let message = format!("PATH is not known: {}", why.message);
            return self.give_up(task, Reason::DynamicEnvironmentReference, message);
        }
        let Some(found) = self.find_program(&name.text, path, &task.process.directory) else {
            let place = if name.text.contains('/') {
                "at its path".to_owned()
            } else {
                format!(
                    "in PATH ({})",
                    task.variable("PATH").unwrap_or("not set: the usual directories")
                )
            };
            let hidden =
                name.text.contains('/') && task.process.directory.hides(&name.text).is_some();
            if let Some(step) = self.steps.get_mut(task.hop) {
                step.absent = !hidden;
            }
            return self.give_up(
                task,
                Reason::CommandNotFound,
                format!("{} is not {place}", name.text),
            );
        };
        if let Some(step) = self.steps.get_mut(task.hop) {
            step.hop.evidence = if name.text.contains('/') {
                "its path".to_owned()
            } else {
                "found in PATH".to_owned()
            };
            if found.called != found.file {
                step.hop.called = Some(found.called.clone());
            }
            step.hop.file = Some(found.file.clone());
        }
        self.recognize(task, &found);
    }

    fn recognize(&mut self, task: &Task, found: &Found) {
        let (called, real) = (base_name(&found.called), base_name(&found.file));
        let format = self.format(&found.file);
        if MULTICALL.contains(&&*real) && !matches!(format, Format::Script(_)) {
            return self.applet(task, &called, &real);
        }
        let names = [called.as_str(), real.as_str()];
        if let Format::Script(script) = &format
            && shells::of_script(script).is_some()
        {
            // The first program of s6-overlay is a script of the shell since its version 3.
            if names.contains(&"init") && wrappers::s6_overlay(self, task) {
                return;
            }
            return self.interpreted(task, found, script);
        }
        if let Some(wrapper) = wrappers::find(&names)
            && wrapper(self, task)
        {
            return;
        }
        if let Some(launcher) = launchers::find(&names) {
            return launcher(self, task, found);
        }
        if names.iter().any(|it| shells::is_shell(it)) {
            return self.run_shell(task);
        }
        match format {
            Format::Elf if launchers::dotnet_host(self, task, found) => {}
            Format::Elf => self.leaf(task.hop, TerminalKind::Elf, None),
            Format::Binary => self.leaf(task.hop, TerminalKind::Binary, None),
            Format::Script(script) => self.interpreted(task, found, &script),
            // A shell runs what the kernel does not know as a script of its own.
            Format::Text => self.run_file(task, &found.file),
        }
    }

    /// One of the programs that are in one file.
    fn applet(&mut self, task: &Task, called: &str, real: &str) {
        let (name, words) = if called == real {
            let Some(name) = task.arguments().first() else {
                return self.leaf(task.hop, TerminalKind::Elf, None);
            };
            let hop =
                self.next(task, HopKind::Wrapper, task.arguments(), format!("an applet of {real}"));
            let file = self.steps.get(task.hop).and_then(|it| it.hop.file.clone());
            if let Some(step) = self.steps.get_mut(hop) {
                step.hop.file = file;
            }
            (name.text.to_string(), Task { hop, words: task.arguments().to_vec(), ..task.clone() })
        } else {
            if let Some(step) = self.steps.get_mut(task.hop) {
                step.hop.evidence = format!("{}, an applet of {real}", step.hop.evidence);
            }
            (called.to_owned(), task.clone())
        };
        if shells::is_shell(&name) {
            return self.run_shell(&words);
        }
        if let Some(wrapper) = wrappers::find(&[&name])
            && wrapper(self, &words)
        {
            return;
        }
        self.leaf(words.hop, TerminalKind::Elf, Some(name));
    }

    /// A script, by the program that its first line names.
    fn interpreted(&mut self, task: &Task, found: &Found, script: &Script) {
        let mut words = vec![Value::sure(script.interpreter.as_str())];
        if !script.argument.is_empty() {
            words.push(Value::sure(script.argument.as_str()));
        }
        words.push(Value::sure(found.called.display()));
        words.extend(task.arguments().iter().cloned());
        let line = format!("#!{} {}", script.interpreter, script.argument);
        let place = Place { file: found.file.clone(), line: 1, end: 1 };
        let hop = Hop {
            place: Some(place),
            written: line.trim().to_owned(),
            words: texts(&words),
            ..empty_hop(Some(task.hop), HopKind::Interpreter)
        };
        let at = self.push(hop, None, task.process.user.text.clone());
        self.queue.push_back(Task {
            hop: at,
            words,
            depth: task.depth + 1,
            process: task.process.clone(),
        });
    }

    /// A hop that the last one becomes, not yet followed.
    pub(super) fn next(
        &mut self,
        task: &Task,
        kind: HopKind,
        words: &[Value],
        evidence: String,
    ) -> usize {
        let words = texts(words);
        let hop =
            Hop { written: words.join(" "), words, evidence, ..empty_hop(Some(task.hop), kind) };
        self.push(hop, None, task.process.user.text.clone())
    }

    /// Goes on with a command that the last one was told to run.
    pub(super) fn go_on(
        &mut self,
        task: &Task,
        kind: HopKind,
        (words, evidence): (Vec<Value>, String),
        process: Process,
    ) -> usize {
        let hop = self.next(task, kind, &words, evidence);
        if let Some(step) = self.steps.get_mut(hop) {
            step.user.clone_from(&process.user.text);
        }
        self.queue.push_back(Task { hop, words, process, depth: task.depth + 1 });
        hop
    }

    /// The end of a chain.
    pub(super) fn leaf(&mut self, hop: usize, kind: TerminalKind, target: Option<String>) {
        if let Some(step) = self.steps.get_mut(hop) {
            step.leaf = Some(Leaf { kind, target });
        }
    }

    /// A program that runs something else: an archive, a script or a module.
    pub(super) fn launch(
        &mut self,
        task: &Task,
        kind: TerminalKind,
        (target, file): (&str, Option<ImagePath>),
        evidence: &str,
    ) {
        let hop = Hop {
            written: target.to_owned(),
            words: vec![target.to_owned()],
            file,
            evidence: evidence.to_owned(),
            ..empty_hop(Some(task.hop), HopKind::Launcher)
        };
        let at = self.push(hop, None, task.process.user.text.clone());
        self.leaf(at, kind, Some(target.to_owned()));
    }

    /// Notes a file that a program reads.
    pub(super) fn reads(&mut self, hop: usize, path: &ImagePath) {
        let Ok(real) = self.fs.resolve(path) else { return };
        if let Some(step) = self.steps.get_mut(hop)
            && !step.hop.reads.contains(&real)
            && step.hop.reads.len() < self.fs.limits().shell_words
        {
            step.hop.reads.push(real);
        }
    }

    /// Notes a directory from which a program may load more.
    pub(super) fn reaches(&mut self, hop: usize, path: &ImagePath) {
        let Ok(real) = self.fs.resolve(path) else { return };
        if let Some(step) = self.steps.get_mut(hop)
            && !step.hop.reaches.contains(&real)
            && step.hop.reaches.len() < self.fs.limits().shell_words
        {
            step.hop.reaches.push(real);
        }
    }

    /// Ends a chain that leads on, but nobody knows where.
    pub(super) fn give_up(&mut self, task: &Task, reason: Reason, message: String) {
        let (reason, message) = task.process.directory.excuse(reason, message);
        self.mark(task.hop, &message);
        self.tell(task, reason, message);
    }

    /// Tells of something that stands in the way at a command.
    pub(super) fn complain(&mut self, task: &Task, reason: Reason, message: String) {
        let (reason, message) = task.process.directory.excuse(reason, message);
        self.tell(task, reason, message);
    }

    fn tell(&mut self, task: &Task, reason: Reason, message: String) {
        let subject = texts(&task.words).join(" ");
        let place = self.place_of(task.hop);
        self.diagnose(reason, place, subject, (message, task.depth));
    }

    /// Where a hop is written, or the one that it comes from.
    pub(super) fn place_of(&self, hop: usize) -> Option<Place> {
        let mut at = Some(hop);
        while let Some(step) = at.and_then(|it| self.steps.get(it)) {
            if step.hop.place.is_some() {
                return step.hop.place.clone();
            }
            at = step.hop.from;
        }
        None
    }

    pub(super) fn format(&self, path: &ImagePath) -> Format {
        let file = self.fs.file_at(path);
        let start =
            file.and_then(|it| window(it.open().ok()?.as_ref(), 0, START).ok()).unwrap_or_default();
        match start.as_slice() {
            [0x7f, b'E', b'L', b'F', ..] => Format::Elf,
            [b'M', b'Z', ..]
            | [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..]
            | [0xca, 0xfe, 0xba, 0xbe, ..] => Format::Binary,
            start => Script::read(start).map_or(Format::Text, Format::Script),
        }
    }

    /// The text of a file that a script or program reads.
    pub(super) fn text_of(&self, path: &ImagePath) -> Option<String> {
        let path = self.fs.resolve(path).ok()?;
        let bytes = self.fs.file_at(&path)?.bytes(self.limits().shell_script_bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The last part of a path.
pub(super) fn base_name(path: &ImagePath) -> String {
    String::from_utf8_lossy(path.file_name()).into_owned()
}

pub(super) fn texts(words: &[Value]) -> Vec<String> {
    words.iter().map(|it| it.text.to_string()).collect()
}
