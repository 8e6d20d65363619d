//! `node`: a script with what it requires first, and the packages that its own package names.
//! Specification: Node.js, "Modules: `CommonJS` modules", "All together".

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::formats::shell::split;
use crate::model::{Reason, TerminalKind};
use crate::path::ImagePath;
use serde_json::Value as Json;

/// Options that take the next word.
const VALUES: [&str; 12] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--env-file",
    "--title",
    "--icu-data-dir",
    "--openssl-config",
    "--input-type",
];

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "node" | "nodejs")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, _: &Found) {
    let words = task.arguments();
    let inline = super::before_operand(words, &VALUES)
        .iter()
        .any(|it| matches!(it.text.as_str(), "-e" | "--eval" | "-p" | "--print" | "-pe"));
    preloads(tracer, task, words);
    let Some((at, script)) = super::operand(words, &VALUES).filter(|_| !inline) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    let Some(name) = script.text() else {
        let message = script.why().map_or_else(String::new, |it| it.message.clone());
        return tracer.give_up(
            task,
            script.why().map_or(Reason::ModuleNotFound, |it| it.reason),
            message,
        );
    };
    let Some(file) = task.process.directory.join(name).and_then(|it| resolve(tracer, &it)) else {
        return tracer.give_up(
            task,
            Reason::ModuleNotFound,
            format!("the script {name} is not in the image"),
        );
    };
    if super::package_manager::by_script(
        tracer,
        task,
        &file,
        words.get(at + 1..).unwrap_or_default(),
    ) {
        return;
    }
    application(tracer, task.hop, &file);
    tracer.launch(task, TerminalKind::Script, (name, Some(file)), "the script that node runs");
}

/// Notes what `-r`, `--import` and `NODE_OPTIONS` load before the script.
fn preloads(tracer: &mut Tracer<'_>, task: &Task, words: &[Value]) {
    let mut given: Vec<String> = task.variable("NODE_OPTIONS").map(split).unwrap_or_default();
    given.extend(words.iter().map(|it| it.text.to_string()));
    let loads = |it: &str| {
        matches!(it, "-r" | "--require" | "--import" | "--loader" | "--experimental-loader")
    };
    let mut wanted: Vec<String> = given
        .windows(2)
        .filter_map(|it| match it {
            [option, value] if loads(option) => Some(value.clone()),
            _ => None,
        })
        .collect();
    let attached = given.iter().filter_map(|it| it.split_once('=').filter(|(name, _)| loads(name)));
    wanted.extend(attached.map(|(_, value)| value.to_owned()));
    for name in wanted {
        let path = if name.starts_with(['.', '/']) {
            task.process.directory.join(&name).and_then(|it| resolve(tracer, &it))
        } else {
            task.process.directory.path().and_then(|it| module(tracer, it, &name))
        };
        match path {
            Some(file) => tracer.reads(task.hop, &file),
            None => tracer.complain(
                task,
                Reason::ModuleNotFound,
                format!("the module {name} is not in the image"),
            ),
        }
    }
}

/// The file that a path means: itself, with an ending, or the main file of the package that it is.
pub(super) fn resolve(tracer: &Tracer<'_>, path: &ImagePath) -> Option<ImagePath> {
    let file = |name: String| tracer.file_in(&path.parent()?, &name);
    let name = super::super::launch::base_name(path);
    let own = if name.is_empty() {
        None
    } else {
        ["", ".js", ".mjs", ".cjs", ".json", ".node"]
            .iter()
            .find_map(|it| file(format!("{name}{it}")))
    };
    own.or_else(|| {
        let directory = tracer.fs.resolve(path).ok()?;
        let main = manifest(tracer, &directory)
            .and_then(|it| it.get("main").and_then(Json::as_str).map(str::to_owned));
        let main = main.and_then(|main| {
            let endings = ["", ".js", ".mjs", ".cjs", "/index.js"];
            endings.iter().find_map(|it| tracer.file_in(&directory, &format!("{main}{it}")))
        });
        main.or_else(|| {
            ["index.js", "index.mjs", "index.json"]
                .iter()
                .find_map(|it| tracer.file_in(&directory, it))
        })
    })
}

/// The main file of a package, looked for in `node_modules` from a directory upwards.
fn module(tracer: &Tracer<'_>, from: &ImagePath, name: &str) -> Option<ImagePath> {
    let package = package(tracer, from, name)?;
    let exported = manifest(tracer, &package).and_then(|it| exported(&it).map(str::to_owned));
    let exported = exported.and_then(|it| tracer.file_in(&package, &it));
    exported.or_else(|| resolve(tracer, &package))
}

/// Conditions of `exports` that hold, the one that comes first for what is preloaded before the others.
const CONDITIONS: [&str; 5] = ["node", "module-sync", "require", "import", "default"];

/// The file that a package has for its own name in `exports`.
fn exported(manifest: &Json) -> Option<&str> {
    let exports = manifest.get("exports")?;
    let mut at = exports.get(".").unwrap_or(exports);
    // Each round goes one level into the value.
    loop {
        at = match at {
            Json::String(path) => return Some(path),
            Json::Array(choices) => choices.first()?,
            _ => CONDITIONS.iter().find_map(|it| at.get(*it))?,
        };
    }
}

/// The directory of a package, looked for in `node_modules` from a directory upwards.
fn package(tracer: &Tracer<'_>, from: &ImagePath, name: &str) -> Option<ImagePath> {
    let mut at = Some(from.clone());
    while let Some(directory) = at {
        let there = directory
            .join("node_modules")
            .and_then(|it| it.join(name))
            .and_then(|it| tracer.fs.resolve(&it).ok());
        if there.is_some() {
            return there;
        }
        at = directory.parent();
    }
    None
}

/// The `package.json` of a directory.
pub(super) fn manifest(tracer: &Tracer<'_>, directory: &ImagePath) -> Option<Json> {
    serde_json::from_str(&tracer.text_of(&directory.join("package.json")?)?).ok()
}

/// Notes what a script's own package depends on, and where it may load more from.
pub(super) fn application(tracer: &mut Tracer<'_>, hop: usize, file: &ImagePath) {
    let mut at = file.parent();
    let mut claimed = false;
    while let Some(directory) = at {
        if let Some(modules) =
            directory.join("node_modules").filter(|it| tracer.fs.resolve(it).is_ok())
        {
            tracer.reaches(hop, &modules);
        }
        if !claimed && let Some(manifest) = manifest(tracer, &directory) {
            claimed = true;
            let sections = ["dependencies", "optionalDependencies", "peerDependencies"];
            let names = sections
                .iter()
                .filter_map(|it| manifest.get(*it)?.as_object())
                .flat_map(|it| it.keys());
            directory.join("package.json").into_iter().for_each(|it| tracer.reads(hop, &it));
            for name in names {
                let found =
                    package(tracer, &directory, name).and_then(|it| it.join("package.json"));
                if let Some(it) = found {
                    tracer.reads(hop, &it);
                }
            }
        }
        at = directory.parent();
    }
}
