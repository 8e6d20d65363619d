//! `deno run SCRIPT`.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;

/// Options that take the next word.
const VALUES: [&str; 6] = ["-c", "--config", "--import-map", "--lock", "--env-file", "-L"];

pub(super) fn is_name(name: &str) -> bool {
    name == "deno"
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, _: &Found) {
    let words = task.arguments();
    let verb = super::operand(words, &VALUES);
    let rest = verb
        .filter(|(_, it)| matches!(it.text.as_str(), "run" | "serve"))
        .and_then(|(at, _)| words.get(at + 1..));
    let Some((_, script)) = rest.and_then(|it| super::operand(it, &VALUES)) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    if script.text.contains("://")
        || script.text.starts_with("npm:")
        || script.text.starts_with("jsr:")
    {
        return tracer.launch(
            task,
            TerminalKind::Module,
            (&script.text, None),
            "a module from elsewhere",
        );
    }
    if let Some(file) = tracer.script_of(task, script) {
        super::node::application(tracer, task.hop, &file);
        tracer.launch(
            task,
            TerminalKind::Script,
            (&script.text, Some(file)),
            "the script that deno runs",
        );
    }
}
