//! `java`: an archive, a class on the class path, or a module; agents; options from files and variables.

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::formats::shell::split;
use crate::model::{Reason, TerminalKind};

/// Options that take the next word.
const VALUES: [&str; 14] = [
    "-cp",
    "-classpath",
    "--class-path",
    "-p",
    "--module-path",
    "--upgrade-module-path",
    "--add-modules",
    "--add-exports",
    "--add-opens",
    "--add-reads",
    "--patch-module",
    "--limit-modules",
    "--source",
    "--enable-native-access",
];

/// Levels of `@file` in files. Java itself takes none in files.
const FILES: usize = 32;

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "java" | "javaw")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    runtime(tracer, task, found);
    let words = match expanded(tracer, task) {
        Ok(words) => words,
        Err(name) => {
            let message = format!("the file of arguments {name} is not in the image");
            return tracer.give_up(task, Reason::MissingFile, message);
        }
    };
    agents(tracer, task, &words);
    let class_path =
        super::option(&words, &["-cp", "-classpath", "--class-path"]).map(str::to_owned);
    let class_path = class_path
        .or_else(|| task.variable("CLASSPATH").map(str::to_owned))
        .unwrap_or_else(|| ".".to_owned());
    let modules = super::option(&words, &["-p", "--module-path"]).map(str::to_owned);
    let options = super::before_operand(&words, &VALUES);
    if let Some(at) = options.iter().position(|it| it.text == "-jar") {
        let Some(jar) = words.get(at + 1) else {
            return tracer.leaf(task.hop, TerminalKind::Elf, None);
        };
        return archive(tracer, task, jar);
    }
    let module = options
        .iter()
        .position(|it| matches!(it.text.as_str(), "-m" | "--module"))
        .and_then(|at| words.get(at + 1));
    if let Some(module) = module {
        entries(tracer, task, &modules.unwrap_or_default());
        return tracer.launch(task, TerminalKind::Module, (&module.text, None), "a module of Java");
    }
    let Some((_, class)) = super::operand(&words, &VALUES) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    if class.text().is_none() {
        let message = class.why().map_or_else(String::new, |it| it.message.clone());
        return tracer.give_up(
            task,
            class.why().map_or(Reason::ModuleNotFound, |it| it.reason),
            message,
        );
    }
    entries(tracer, task, &class_path);
    if let Some(modules) = modules {
        entries(tracer, task, &modules);
    }
    tracer.launch(
        task,
        TerminalKind::Class,
        (&class.text, None),
        "the main class on the class path",
    );
}

fn archive(tracer: &mut Tracer<'_>, task: &Task, jar: &Value) {
    let Some(name) = jar.text() else {
        let message = jar.why().map_or_else(String::new, |it| it.message.clone());
        return tracer.give_up(
            task,
            jar.why().map_or(Reason::JarNotFound, |it| it.reason),
            message,
        );
    };
    match tracer.file_for(task, name) {
        Some(file) => {
            tracer.launch(task, TerminalKind::Jar, (name, Some(file)), "the archive after -jar");
        }
        None => tracer.give_up(
            task,
            Reason::JarNotFound,
            format!("the archive {name} is not in the image"),
        ),
    }
}

/// Notes the entries of a class path; one that is missing is told of.
fn entries(tracer: &mut Tracer<'_>, task: &Task, path: &str) {
    for entry in path.split(':').filter(|it| !it.is_empty()) {
        let (directory, all) = match entry.strip_suffix("/*").or_else(|| entry.strip_suffix('*')) {
            Some(directory) => (directory, true),
            None => (entry, false),
        };
        let Some(real) =
            task.process.directory.join(directory).and_then(|it| tracer.fs.resolve(&it).ok())
        else {
            tracer.complain(
                task,
                Reason::JarNotFound,
                format!("{entry} of the class path is not in the image"),
            );
            continue;
        };
        if all {
            let jars =
                tracer.fs.children(&real).into_iter().filter(|it| it.as_bytes().ends_with(b".jar"));
            for jar in jars.cloned().collect::<Vec<_>>() {
                tracer.reads(task.hop, &jar);
            }
        } else if tracer.fs.file_at(&real).is_some() {
            tracer.reads(task.hop, &real);
        } else if Some(&real) != task.process.directory.path() {
            tracer.reaches(task.hop, &real);
        }
    }
}

/// The arguments, those of `JDK_JAVA_OPTIONS` before them and those of files in their place;
/// or the name of a file that is not there.
fn expanded(tracer: &Tracer<'_>, task: &Task) -> Result<Vec<Value>, String> {
    let given = task.variable("JDK_JAVA_OPTIONS").map(split).unwrap_or_default();
    let mut words: Vec<Value> = given.into_iter().map(Value::sure).collect();
    let mut files = 0;
    for word in task.arguments() {
        let name =
            word.text().and_then(|it| it.strip_prefix('@')).filter(|it| !it.starts_with('@'));
        let text =
            name.and_then(|it| task.process.directory.join(it)).and_then(|it| tracer.text_of(&it));
        match text.filter(|_| files < FILES) {
            Some(text) => {
                files += 1;
                let lines: Vec<&str> =
                    text.lines().map(|it| it.split('#').next().unwrap_or_default()).collect();
                words.extend(split(&lines.join("\n")).into_iter().map(Value::sure));
            }
            None => match name {
                Some(name) if files < FILES => return Err(name.to_owned()),
                _ => words.push(word.clone()),
            },
        }
    }
    Ok(words)
}

/// Notes agents, which any of the variables may name too.
fn agents(tracer: &mut Tracer<'_>, task: &Task, words: &[Value]) {
    let variables =
        ["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"].into_iter().filter_map(|it| task.variable(it));
    let given: Vec<String> =
        variables.flat_map(split).chain(words.iter().map(|it| it.text.to_string())).collect();
    for agent in given
        .iter()
        .filter_map(|it| it.strip_prefix("-javaagent:").or_else(|| it.strip_prefix("-agentpath:")))
    {
        let name = agent.split('=').next().unwrap_or_default();
        match tracer.file_for(task, name) {
            Some(file) => tracer.reads(task.hop, &file),
            None => tracer.complain(
                task,
                Reason::JarNotFound,
                format!("the agent {name} is not in the image"),
            ),
        }
    }
}

/// Notes the libraries that the launcher loads by their place.
fn runtime(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let Some(home) =
        found.file.parent().filter(|it| base_name(it) == "bin").and_then(|it| it.parent())
    else {
        return;
    };
    for library in [
        "lib/libjli.so",
        "lib/server/libjvm.so",
        "lib/libjava.so",
        "lib/libnio.so",
        "lib/libnet.so",
        "lib/libzip.so",
        "lib/modules",
    ] {
        let nested = home.join("jre").and_then(|it| it.join(library));
        for path in [home.join(library), nested].into_iter().flatten() {
            tracer.reads(task.hop, &path);
        }
    }
    home.join("lib").into_iter().for_each(|it| tracer.reaches(task.hop, &it));
}

#[cfg(test)]
mod tests {
    use super::super::option;
    use super::*;

    #[test]
    fn options_with_values_are_not_taken_for_the_class() {
        let words: Vec<Value> = split("-Xmx1g -cp a.jar:b --add-opens x/y=ALL Main arg")
            .into_iter()
            .map(Value::sure)
            .collect();
        assert_eq!(super::super::operand(&words, &VALUES).unwrap().1.text, "Main");
        assert_eq!(option(&words, &["-cp"]), Some("a.jar:b"));
    }
}
