//! `dotnet`: an assembly with its dependencies.

use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::{Found, Tracer};
use crate::model::{Reason, TerminalKind};

/// Options that take the next word.
const VALUES: [&str; 7] = [
    "--additionalprobingpath",
    "--additional-deps",
    "--depsfile",
    "--fx-version",
    "--roll-forward",
    "--runtimeconfig",
    "--roll-forward-on-no-candidate-fx",
];

pub(super) fn is_name(name: &str) -> bool {
    name == "dotnet"
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let words = task.arguments();
    let start = usize::from(words.first().is_some_and(|it| it.text == "exec"));
    let words = words.get(start..).unwrap_or_default();
    let home = found.file.parent();
    for place in ["host/fxr", "shared"] {
        home.as_ref()
            .and_then(|it| it.join(place))
            .into_iter()
            .for_each(|it| tracer.reaches(task.hop, &it));
    }
    let Some((_, assembly)) = super::operand(words, &VALUES) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    let Some(name) = assembly.text() else {
        let message = assembly.why().map_or_else(String::new, |it| it.message.clone());
        return tracer.give_up(
            task,
            assembly.why().map_or(Reason::ModuleNotFound, |it| it.reason),
            message,
        );
    };
    if !name.ends_with(".dll") && !name.ends_with(".exe") {
        // A command of the SDK.
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    }
    let Some(file) = tracer.file_for(task, name) else {
        return tracer.give_up(
            task,
            Reason::ModuleNotFound,
            format!("the assembly {name} is not in the image"),
        );
    };
    let stem = base_name(&file).trim_end_matches(".dll").trim_end_matches(".exe").to_owned();
    let directory = file.parent();
    for ending in ["deps.json", "runtimeconfig.json"] {
        let beside = directory.as_ref().and_then(|it| it.join(format!("{stem}.{ending}")));
        if let Some(it) = beside {
            tracer.reads(task.hop, &it);
        }
    }
    if let Some(it) = directory {
        tracer.reaches(task.hop, &it);
    }
    tracer.launch(
        task,
        TerminalKind::Assembly,
        (name, Some(file)),
        "the assembly that dotnet runs",
    );
}
