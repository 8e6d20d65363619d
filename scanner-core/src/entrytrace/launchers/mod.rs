//! Runtimes and servers, and what they were told to run: one file each, all of them in one list.

mod apache;
mod bun;
mod deno;
mod dotnet;
mod erlang;
mod java;
mod nginx;
mod node;
mod package_manager;
mod perl;
mod php;
mod postgres;
mod python;
mod python_server;
mod ruby;

use super::files::Found;
use super::task::Task;
use super::tracer::Tracer;
use super::value::Value;
use crate::path::ImagePath;

/// Follows a runtime to what it was told to run.
pub(super) type Launcher = fn(&mut Tracer<'_>, &Task, &Found);

/// Whether a launcher follows programs of a name.
type Name = fn(&str) -> bool;

/// Every launcher, with what tells its names.
const LAUNCHERS: &[(Name, Launcher)] = &[
    (apache::is_name, apache::launch),
    (bun::is_name, bun::launch),
    (deno::is_name, deno::launch),
    (dotnet::is_name, dotnet::launch),
    (erlang::is_name, erlang::launch),
    (java::is_name, java::launch),
    (nginx::is_name, nginx::launch),
    (node::is_name, node::launch),
    (package_manager::is_name, package_manager::launch),
    (perl::is_name, perl::launch),
    (php::is_name, php::launch),
    (postgres::is_name, postgres::launch),
    (python::is_name, python::launch),
    (ruby::is_name, ruby::launch),
];

pub(super) use dotnet::host as dotnet_host;

/// The launcher of one of these names.
pub(super) fn find(names: &[&str]) -> Option<Launcher> {
    LAUNCHERS
        .iter()
        .find(|(is_name, _)| names.iter().any(|it| is_name(it)))
        .map(|(_, launcher)| *launcher)
}

/// The first argument that is no option, and where it stands; `values` are options that take the next word.
fn operand<'t>(words: &'t [Value], values: &[&str]) -> Option<(usize, &'t Value)> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            "--" => return words.get(at + 1).map(|it| (at + 1, it)),
            option if values.contains(&option) => at += 2,
            option if option.starts_with('-') && option.len() > 1 => at += 1,
            _ => return Some((at, word)),
        }
    }
    None
}

/// The arguments before the first that is no option: what stands behind it is for the application.
fn before_operand<'t>(words: &'t [Value], values: &[&str]) -> &'t [Value] {
    let end = operand(words, values).map_or(words.len(), |(at, _)| at);
    words.get(..end).unwrap_or_default()
}

/// The value of an option, whether it is attached by `=`, without it, or the next word.
fn option<'t>(words: &'t [Value], names: &[&str]) -> Option<&'t str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let name = names.iter().find(|it| word.text.starts_with(**it))?;
        match word.text.strip_prefix(name)? {
            "" => words.get(at + 1).map(|it| it.text.as_str()),
            rest if name.starts_with("--") => rest.strip_prefix('='),
            rest => Some(rest.strip_prefix('=').unwrap_or(rest)),
        }
    })
}

impl Tracer<'_> {
    /// The regular file that a name means for a process.
    fn file_for(&self, task: &Task, name: &str) -> Option<ImagePath> {
        let path = self.fs.resolve(&task.process.directory.join(name)?).ok()?;
        self.fs.file_at(&path).is_some().then_some(path)
    }

    /// The regular file below a directory.
    fn file_in(&self, directory: &ImagePath, name: &str) -> Option<ImagePath> {
        let path = self.fs.resolve(&directory.join(name)?).ok()?;
        self.fs.file_at(&path).is_some().then_some(path)
    }

    /// A script that an interpreter was told to run: the end of the chain, or what is missing.
    fn script_of(&mut self, task: &Task, name: &Value) -> Option<ImagePath> {
        let Some(text) = name.text() else {
            let why = name.why().cloned();
            let (reason, message) = why
                .map_or((crate::model::Reason::ModuleNotFound, String::new()), |it| {
                    (it.reason, it.message.clone())
                });
            self.give_up(task, reason, message);
            return None;
        };
        let file = self.file_for(task, text);
        if file.is_none() {
            let message = format!("{text} is not in the image");
            self.give_up(task, crate::model::Reason::ModuleNotFound, message);
        }
        file
    }
}
