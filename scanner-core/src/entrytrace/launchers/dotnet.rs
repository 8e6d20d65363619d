//! `dotnet`: an assembly with its dependencies; and the programs that start the assembly of their own name.
//! Specification: .NET, "host-muxer" and "apphost": `DOTNET_ROOT`, `/etc/dotnet/install_location`, the usual places.

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::{Reason, TerminalKind};
use crate::path::ImagePath;

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

/// Where the runtime is if nothing says it.
const PLACES: [&str; 2] = ["/usr/share/dotnet", "/usr/lib/dotnet"];

pub(super) fn is_name(name: &str) -> bool {
    name == "dotnet"
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let words = task.arguments();
    let start = usize::from(words.first().is_some_and(|it| it.text == "exec"));
    let words = words.get(start..).unwrap_or_default();
    if let Some(home) = found.file.parent() {
        runtime(tracer, task, &home);
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
    assembly_with(tracer, task, (name, file), "the assembly that dotnet runs");
}

/// A program that starts the assembly of its name beside it; false if it is none.
pub(in super::super) fn host(tracer: &mut Tracer<'_>, task: &Task, found: &Found) -> bool {
    let name = base_name(&found.file);
    let beside = |ending: &str| {
        let file = found.file.parent()?.join(format!("{name}.{ending}"))?;
        tracer.fs.file_at(&file).map(|_| file)
    };
    let (Some(assembly), Some(_)) = (beside("dll"), beside("runtimeconfig.json")) else {
        return false;
    };
    let named = task.variable("DOTNET_ROOT").map(str::to_owned).or_else(|| installed(tracer));
    let places = named.map_or_else(|| PLACES.map(str::to_owned).to_vec(), |it| vec![it]);
    for place in places.iter().filter_map(ImagePath::normalize) {
        runtime(tracer, task, &place);
    }
    let evidence = "the assembly that the program of its name starts";
    assembly_with(tracer, task, (&format!("{name}.dll"), assembly), evidence);
    true
}

/// Where an installer says that the runtime is.
fn installed(tracer: &Tracer<'_>) -> Option<String> {
    let file = tracer.fs.file("/etc/dotnet/install_location")?;
    let bytes = file.bytes(tracer.limits().shell_script_bytes).ok()?;
    let first = String::from_utf8_lossy(&bytes).lines().next()?.trim().to_owned();
    Some(first).filter(|it| !it.is_empty())
}

/// Notes the parts of a runtime that may be loaded.
fn runtime(tracer: &mut Tracer<'_>, task: &Task, home: &ImagePath) {
    for place in ["host/fxr", "shared"] {
        home.join(place).into_iter().for_each(|it| tracer.reaches(task.hop, &it));
    }
}

/// An assembly with the files beside it that say what it needs.
fn assembly_with(
    tracer: &mut Tracer<'_>,
    task: &Task,
    (name, file): (&str, ImagePath),
    evidence: &str,
) {
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
    tracer.launch(task, TerminalKind::Assembly, (name, Some(file)), evidence);
}
