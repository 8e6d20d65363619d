//! `postgres`: the directory of its modules, which SQL loads.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "postgres" | "postmaster")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let prefix = found.file.parent().and_then(|it| it.parent());
    for place in ["lib", "lib/postgresql"] {
        let modules = prefix.as_ref().and_then(|it| it.join(place));
        // A prefix that is shared with others is no directory of modules alone.
        let own = modules.filter(|it| {
            place != "lib" || it.join("plpgsql.so").is_some_and(|it| tracer.fs.resolve(&it).is_ok())
        });
        if let Some(it) = own {
            tracer.reaches(task.hop, &it);
        }
    }
    tracer.leaf(task.hop, TerminalKind::Elf, None);
}
