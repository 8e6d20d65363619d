//! `erl` and `beam.smp`: a release by its root and boot file.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "erl" | "erlexec" | "beam" | "beam.smp" | "elixir" | "iex")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let words = task.arguments();
    let root = super::option(words, &["-root"]).or_else(|| task.variable("ROOTDIR"));
    if let Some(library) =
        root.and_then(|it| task.process.directory.join(it)).and_then(|it| it.join("lib"))
    {
        tracer.reaches(task.hop, &library);
    }
    // `erl` and `erlexec` start the emulator that lies beside them.
    let emulator = found.file.parent().and_then(|it| it.join("beam.smp"));
    if let Some(it) = emulator {
        tracer.reads(task.hop, &it);
    }
    let boot = super::option(words, &["-boot"]);
    let file = boot
        .and_then(|it| task.process.directory.join(format!("{it}.boot")))
        .and_then(|it| tracer.fs.resolve(&it).ok());
    match boot {
        Some(boot) => {
            tracer.launch(task, TerminalKind::Release, (boot, file), "the boot file of a release");
        }
        None => tracer.leaf(task.hop, TerminalKind::Elf, None),
    }
}
