//! `bun`: a script, or a script of `package.json`.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;

/// Options that take the next word.
const VALUES: [&str; 6] = ["-r", "--preload", "--cwd", "-c", "--config", "--env-file"];

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "bun" | "bunx")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let words = task.arguments();
    let Some((at, first)) = super::operand(words, &VALUES) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    let script = if first.text == "run" {
        super::operand(words.get(at + 1..).unwrap_or_default(), &VALUES).map(|(_, it)| it)
    } else {
        Some(first)
    };
    let file = script
        .and_then(|it| task.process.directory.join(it.text()?))
        .and_then(|it| super::node::resolve(tracer, &it));
    match (script, file) {
        (Some(script), Some(file)) => {
            super::node::application(tracer, task.hop, &file);
            tracer.launch(
                task,
                TerminalKind::Script,
                (&script.text, Some(file)),
                "the script that bun runs",
            );
        }
        _ => super::package_manager::launch(tracer, task, found),
    }
}
