//! `npm`, `yarn` and `pnpm`: the scripts of `package.json`, and the programs of packages.

use super::super::directory::Directory;
use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::{Process, Task};
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::{HopKind, Place, Reason, TerminalKind};
use crate::path::ImagePath;
use serde_json::Value as Json;

/// Scripts that npm knows without `run`.
const SHORT: [&str; 4] = ["start", "test", "stop", "restart"];

/// Options that take the next word.
const VALUES: [&str; 6] = ["--prefix", "-C", "--cwd", "--dir", "-w", "--workspace"];

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "npm" | "npx" | "yarn" | "yarnpkg" | "pnpm" | "pnpx")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let name = base_name(&found.called);
    tracer.reads(task.hop, &found.file);
    if !scripts(tracer, task, &name, task.arguments()) {
        tracer.leaf(task.hop, TerminalKind::Script, Some(name));
    }
}

/// The same where node was told to run a package manager's own script. False if that is none.
pub(super) fn by_script(
    tracer: &mut Tracer<'_>,
    task: &Task,
    file: &ImagePath,
    words: &[Value],
) -> bool {
    let name = match base_name(file).as_str() {
        "npm-cli.js" | "npm" => "npm",
        "npx-cli.js" | "npx" => "npx",
        "yarn.js" | "yarn.cjs" | "yarn" => "yarn",
        "pnpm.cjs" | "pnpm.js" | "pnpm" => "pnpm",
        _ => return false,
    };
    tracer.reads(task.hop, file);
    scripts(tracer, task, name, words)
}

/// Follows the script or program that a package manager was told to run.
fn scripts(tracer: &mut Tracer<'_>, task: &Task, manager: &str, words: &[Value]) -> bool {
    let Some((at, verb)) = super::operand(words, &VALUES) else { return false };
    let directory =
        super::option(words, &VALUES[..4]).and_then(|it| task.process.directory.join(it));
    let Some(directory) = directory.or_else(|| task.process.directory.path().cloned()) else {
        let message = "package.json is not found".to_owned();
        tracer.give_up(task, Reason::MissingFile, message);
        return true;
    };
    let rest = words.get(at + 1..).unwrap_or_default();
    let (script, rest) = match verb.text.as_str() {
        "run" | "run-script" => match super::operand(rest, &VALUES) {
            Some((at, script)) => (script, rest.get(at + 1..).unwrap_or_default()),
            None => return false,
        },
        "exec" | "x" | "dlx" => return program(tracer, task, (&directory, rest)),
        _ if manager.ends_with("px") => {
            return program(tracer, task, (&directory, words.get(at..).unwrap_or_default()));
        }
        text if SHORT.contains(&text) || manager != "npm" => (verb, rest),
        _ => return false,
    };
    run(tracer, task, (&directory, &script.text), rest)
}

/// Runs a script of `package.json`, and those that come before and after it.
fn run(
    tracer: &mut Tracer<'_>,
    task: &Task,
    (directory, script): (&ImagePath, &str),
    rest: &[Value],
) -> bool {
    let Some(manifest) = super::node::manifest(tracer, directory) else {
        tracer.give_up(
            task,
            Reason::ModuleNotFound,
            format!("{} holds no package.json", directory.display()),
        );
        return true;
    };
    let text = |name: &str| {
        manifest
            .get("scripts")
            .and_then(|it| it.get(name))
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let main = text(script).or_else(|| {
        let server = directory.join("server.js").is_some_and(|it| tracer.fs.resolve(&it).is_ok());
        (script == "start" && server).then(|| "node server.js".to_owned())
    });
    let Some(main) = main else {
        tracer.give_up(
            task,
            Reason::ModuleNotFound,
            format!("package.json of {} has no script `{script}`", directory.display()),
        );
        return true;
    };
    for name in [format!("pre{script}"), format!("post{script}")] {
        if let Some(text) = text(&name) {
            step(tracer, task, (directory, &name), text, HopKind::RunParts);
        }
    }
    let given: Vec<&str> =
        rest.iter().map(|it| it.text.as_str()).filter(|it| *it != "--").collect();
    let whole = if given.is_empty() { main } else { format!("{main} {}", given.join(" ")) };
    step(tracer, task, (directory, script), whole, HopKind::Wrapper);
    true
}

fn step(
    tracer: &mut Tracer<'_>,
    task: &Task,
    (directory, name): (&ImagePath, &str),
    text: String,
    kind: HopKind,
) {
    let words = vec![Value::sure("/bin/sh"), Value::sure("-c"), Value::sure(text)];
    let evidence = format!("the script `{name}` of package.json");
    let hop = tracer.go_on(task, kind, (words, evidence), process(task, directory));
    let file = directory.join("package.json").and_then(|it| tracer.fs.resolve(&it).ok());
    if let (Some(step), Some(file)) = (tracer.steps.get_mut(hop), file) {
        step.hop.reads.push(file.clone());
        step.hop.place = Some(Place { line: 1, end: 1, file });
    }
    place_of_script(tracer, hop, name);
}

/// Finds the line of a script in `package.json`.
fn place_of_script(tracer: &mut Tracer<'_>, hop: usize, name: &str) {
    let place = tracer.steps.get(hop).and_then(|it| it.hop.place.clone());
    let Some(text) = place.and_then(|it| tracer.text_of(&it.file)) else { return };
    let key = format!("\"{name}\"");
    let after = text.lines().zip(1_u32..).skip_while(|(line, _)| !line.contains("\"scripts\""));
    let line =
        after.into_iter().find(|(line, _)| line.contains(&key)).map_or(1, |(_, number)| number);
    if let Some(place) = tracer.steps.get_mut(hop).and_then(|it| it.hop.place.as_mut()) {
        (place.line, place.end) = (line, line);
    }
}

/// Runs a program of a package.
fn program(
    tracer: &mut Tracer<'_>,
    task: &Task,
    (directory, words): (&ImagePath, &[Value]),
) -> bool {
    let Some((at, _)) = super::operand(words, &["-p", "--package"]) else { return false };
    let words = words.get(at..).unwrap_or_default().to_vec();
    tracer.go_on(
        task,
        HopKind::Wrapper,
        (words, "a program of a package".to_owned()),
        process(task, directory),
    );
    true
}

/// What scripts are given: the programs of packages come first in PATH.
fn process(task: &Task, directory: &ImagePath) -> Process {
    let mut process =
        Process { directory: Directory::At(directory.clone()), ..task.process.clone() };
    let mut places = Vec::new();
    let mut at = Some(directory.clone());
    while let Some(directory) = at {
        places.extend(directory.join("node_modules/.bin").map(|it| it.display().into_owned()));
        at = directory.parent();
    }
    places.push(
        task.variable("PATH")
            .unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .to_owned(),
    );
    process.environment.set("PATH", Value::sure(places.join(":")));
    process
}
