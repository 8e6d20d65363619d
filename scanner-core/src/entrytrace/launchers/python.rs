//! `python`: a script, a module of its path, or a text; with what the script imports.

use std::collections::BTreeSet;

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::{Reason, TerminalKind};
use crate::path::ImagePath;

/// Options that take the next word.
const VALUES: [&str; 3] = ["-W", "-X", "--check-hash-based-pycs"];

/// Modules of the application whose imports are read. Real ones have some hundreds.
const MODULES: usize = 2_000;

pub(super) fn is_name(name: &str) -> bool {
    let version = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == '.');
    name.strip_prefix("python").or_else(|| name.strip_prefix("pypy")).is_some_and(version)
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let mut path = module_path(tracer, task, found);
    path.iter().filter(|it| is_loaded_from(it)).for_each(|it| tracer.reaches(task.hop, it));
    // What every interpreter imports before anything else.
    for module in ["os", "site", "encodings", "codecs", "io", "abc"] {
        if let Some(it) = find(tracer, module, &path) {
            tracer.reads(task.hop, &it);
        }
    }
    let words = task.arguments();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        let rest = words.get(at + 1..).unwrap_or_default();
        match text {
            "-" => return tracer.leaf(task.hop, TerminalKind::Elf, None),
            _ if VALUES.contains(&text) => at += 2,
            _ if text.starts_with('-') => match last_option(text) {
                Some((option, attached)) => {
                    let mut rest = rest.to_vec();
                    if !attached.is_empty() {
                        rest.insert(0, word.with(attached));
                    }
                    if option == 'c' {
                        return inline(tracer, task, (rest.first(), &path));
                    }
                    path.splice(..0, task.process.directory.path().cloned());
                    return module(tracer, task, (&rest, &path));
                }
                None => at += 1,
            },
            _ => return script(tracer, task, (word, rest, path)),
        }
    }
    tracer.leaf(task.hop, TerminalKind::Elf, None);
}

/// The option among short ones in one word that ends all options, `c` or `m`, and what is attached to it: `-um`.
fn last_option(word: &str) -> Option<(char, &str)> {
    let options = word.strip_prefix('-').filter(|it| !it.starts_with('-'))?;
    let at = options.find(['c', 'm', 'W', 'X'])?;
    let (_, from) = options.split_at_checked(at)?;
    let mut rest = from.chars();
    let option = rest.next().filter(|it| matches!(it, 'c' | 'm'))?;
    Some((option, rest.as_str()))
}

fn inline(tracer: &mut Tracer<'_>, task: &Task, (text, path): (Option<&Value>, &[ImagePath])) {
    if let Some(text) = text.and_then(Value::text) {
        let mut path = path.to_vec();
        path.splice(..0, task.process.directory.path().cloned());
        imports(tracer, task, text, &path);
    }
    tracer.leaf(task.hop, TerminalKind::Elf, None);
}

fn script(
    tracer: &mut Tracer<'_>,
    task: &Task,
    (name, rest, mut path): (&Value, &[Value], Vec<ImagePath>),
) {
    let Some(file) = tracer.script_of(task, name) else { return };
    if super::python_server::by_script(tracer, task, &base_name(&file), (rest, &path)) {
        tracer.reads(task.hop, &file);
    }
    if let Some(it) = file.parent() {
        path.insert(0, it);
    }
    if let Some(text) = tracer.text_of(&file) {
        imports(tracer, task, &text, &path);
    }
    tracer.launch(
        task,
        TerminalKind::Script,
        (&name.text, Some(file)),
        "the script that python runs",
    );
}

fn module(tracer: &mut Tracer<'_>, task: &Task, (words, path): (&[Value], &[ImagePath])) {
    let Some(name) = words.first() else { return tracer.leaf(task.hop, TerminalKind::Elf, None) };
    let Some(text) = name.text() else {
        let message = name.why().map_or_else(String::new, |it| it.message.clone());
        return tracer.give_up(
            task,
            name.why().map_or(Reason::ModuleNotFound, |it| it.reason),
            message,
        );
    };
    let main = find(tracer, &format!("{text}.__main__"), path).or_else(|| find(tracer, text, path));
    let Some(file) = main else {
        return tracer.give_up(
            task,
            Reason::ModuleNotFound,
            format!("the module {text} is not in the module path of the interpreter"),
        );
    };
    let rest = words.get(1..).unwrap_or_default();
    super::python_server::by_script(tracer, task, text, (rest, path));
    if let Some(it) = find(tracer, text, path) {
        tracer.reads(task.hop, &it);
    }
    if let Some(text) = tracer.text_of(&file) {
        imports(tracer, task, &text, path);
    }
    tracer.launch(task, TerminalKind::Module, (text, Some(file)), "the module after -m");
}

/// The directories in which the interpreter looks for modules, the script's own left out.
pub(super) fn module_path(tracer: &Tracer<'_>, task: &Task, found: &Found) -> Vec<ImagePath> {
    let mut path: Vec<ImagePath> = Vec::new();
    let named = task.variable("PYTHONPATH").unwrap_or_default();
    path.extend(
        named
            .split(':')
            .filter(|it| !it.is_empty())
            .filter_map(|it| task.process.directory.join(it)),
    );
    let prefix = |it: &ImagePath| it.parent().and_then(|it| it.parent());
    let own = prefix(&found.called).filter(|it| tracer.file_in(it, "pyvenv.cfg").is_some());
    let configuration = own.as_ref().and_then(|it| tracer.text_of(&it.join("pyvenv.cfg")?));
    let shares = configuration.is_none_or(|it| it.contains("include-system-site-packages = true"));
    let mut prefixes: Vec<ImagePath> = own.into_iter().collect();
    let standard = prefix(&found.file);
    for it in &prefixes {
        path.extend(libraries(tracer, it).into_iter().filter_map(|it| it.join("site-packages")));
    }
    prefixes.clear();
    for it in standard.into_iter().chain(ImagePath::normalize("/usr/local").filter(|_| shares)) {
        for library in libraries(tracer, &it) {
            path.push(library.clone());
            path.extend(library.join("lib-dynload"));
            if shares {
                path.extend(
                    ["site-packages", "dist-packages"].iter().filter_map(|name| library.join(name)),
                );
            }
        }
        path.extend(it.join("lib/python3/dist-packages").filter(|_| shares));
    }
    path.into_iter().filter_map(|it| tracer.fs.resolve(&it).ok()).collect()
}

/// `lib/pythonX.Y` of a prefix.
fn libraries(tracer: &Tracer<'_>, prefix: &ImagePath) -> Vec<ImagePath> {
    let places = ["lib", "lib64"].iter().filter_map(|it| tracer.fs.resolve(&prefix.join(it)?).ok());
    let below =
        places.flat_map(|it| tracer.fs.children(&it).into_iter().cloned().collect::<Vec<_>>());
    let is_library = |it: &ImagePath| {
        base_name(it)
            .strip_prefix("python")
            .or_else(|| base_name(it).strip_prefix("pypy").map(|_| "."))
            .is_some_and(|it| it.contains('.'))
    };
    let mut found: Vec<ImagePath> = below.filter(is_library).collect();
    found.dedup();
    found
}

/// Whether a directory of the module path holds packages or libraries, of which nobody knows which are imported.
fn is_loaded_from(path: &ImagePath) -> bool {
    matches!(base_name(path).as_str(), "site-packages" | "dist-packages" | "lib-dynload")
}

/// The file of a module.
pub(super) fn find(tracer: &Tracer<'_>, name: &str, path: &[ImagePath]) -> Option<ImagePath> {
    let relative = name.replace('.', "/");
    if relative.is_empty() || relative.starts_with('/') {
        return None;
    }
    path.iter().find_map(|directory| {
        let endings = ["/__init__.py", ".py", ".pyc", "/__init__.pyc", ".abi3.so"];
        let direct =
            endings.iter().find_map(|it| tracer.file_in(directory, &format!("{relative}{it}")));
        direct.or_else(|| extension(tracer, directory, &relative))
    })
}

/// A module that is a library: `NAME.cpython-311-x86_64-linux-gnu.so`.
fn extension(tracer: &Tracer<'_>, directory: &ImagePath, relative: &str) -> Option<ImagePath> {
    let path = directory.join(format!("{relative}."))?;
    let below = tracer
        .fs
        .files_beginning(&path)
        .map(|it| it.path)
        .find(|it| it.as_bytes().ends_with(b".so"));
    below.cloned()
}

/// Notes the modules that a text imports, and what modules of the application import in turn.
pub(super) fn imports(tracer: &mut Tracer<'_>, task: &Task, text: &str, path: &[ImagePath]) {
    let mut seen = BTreeSet::new();
    let mut pending = imported(text);
    while let Some(name) = pending.pop().filter(|_| seen.len() < MODULES) {
        if !seen.insert(name.clone()) {
            continue;
        }
        let top = name.split('.').next().unwrap_or_default().to_owned();
        let whole = find(tracer, &name, path);
        let files = [find(tracer, &top, path), whole];
        for file in files.into_iter().flatten() {
            tracer.reads(task.hop, &file);
            let own = path.first().is_some_and(|it| file.is_below(it))
                && !file.as_bytes().windows(9).any(|it| it == b"-packages");
            if own
                && seen.insert(file.display().into_owned())
                && let Some(text) = tracer.text_of(&file)
            {
                pending.extend(imported(&text));
            }
        }
    }
}

/// The modules that a text names in its import statements.
fn imported(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix("from ") {
            let Some((module, names)) = rest.split_once(" import ") else { continue };
            found.push(module.trim().to_owned());
            let names = names.split('#').next().unwrap_or_default().trim_matches(['(', ')', ' ']);
            let plain = |it: &str| it.split(" as ").next().unwrap_or_default().trim().to_owned();
            found.extend(
                names
                    .split(',')
                    .map(plain)
                    .filter(|it| !it.is_empty() && it != "*")
                    .map(|it| format!("{}.{it}", module.trim())),
            );
        } else if let Some(rest) = line.strip_prefix("import ") {
            let names = rest.split('#').next().unwrap_or_default().split(',');
            found.extend(names.map(|it| {
                it.split(" as ").next().unwrap_or_default().trim().trim_end_matches(';').to_owned()
            }));
        }
    }
    found.retain(|it| {
        !it.is_empty()
            && !it.starts_with('.')
            && it.chars().all(|it| it.is_alphanumeric() || it == '_' || it == '.')
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_from_statements() {
        let text = "import os, sys as s\nfrom a.b import c as d, e # f\n  import g\n# import h\nfrom . import i\nx = 'import y'\n";
        assert_eq!(imported(text), ["os", "sys", "a.b", "a.b.c", "a.b.e", "g"]);
    }

    #[test]
    fn interpreters_are_told_by_their_names() {
        assert!(["python", "python3", "python3.11", "pypy3"].iter().all(|it| is_name(it)));
        assert!(!["python3-config", "pythonx"].iter().any(|it| is_name(it)));
    }
}
