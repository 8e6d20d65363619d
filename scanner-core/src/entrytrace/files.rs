//! The files of the image that commands lead to, and those that a script changes.

use ecow::EcoString;

use super::directory::Directory;
use super::scope::Scope;
use super::tracer::Tracer;
use super::value::Value;
use super::world::World;
use crate::formats::shell::{Command, Redirect};
use crate::path::ImagePath;

/// Where programs are looked for if nothing sets PATH, as container runtimes have it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Programs that make files of their operands.
const MAKERS: [&str; 9] = ["mkdir", "touch", "cp", "mv", "ln", "install", "tee", "initdb", "chown"];

/// A name that is looked for: by PATH and the working directory.
pub(super) type Wanted = (EcoString, EcoString, Option<ImagePath>);

/// A file that a command leads to.
#[derive(Clone)]
pub(super) struct Found {
    /// Links resolved.
    pub(super) file: ImagePath,
    /// As it was found.
    pub(super) called: ImagePath,
}

impl Tracer<'_> {
    /// The file that a command leads to: at its path, or in a directory of PATH.
    pub(super) fn find_program(
        &self,
        name: &str,
        path: Option<&Value>,
        directory: &Directory,
    ) -> Option<Found> {
        if name.contains('/') {
            return self.file_of(directory.join(name)?);
        }
        let path = path.map_or(Some(PATH), Value::text)?;
        let wanted = (EcoString::from(name), EcoString::from(path), directory.path().cloned());
        let known = self.programs.borrow().get(&wanted).cloned();
        known.unwrap_or_else(|| {
            let mut found = places(path, directory, name).filter_map(|it| self.file_of(it));
            let found = found.find(|it| self.is_executable(&it.file));
            self.programs.borrow_mut().insert(wanted, found.clone());
            found
        })
    }

    fn file_of(&self, called: ImagePath) -> Option<Found> {
        let file = self.fs.resolve(&called).ok()?;
        self.fs.file_at(&file)?;
        Some(Found { file, called })
    }

    pub(super) fn is_executable(&self, file: &ImagePath) -> bool {
        self.fs.file_at(file).is_some_and(|it| it.executable)
    }

    /// The file that `.` reads: at its path, in a directory of PATH, or in the working directory.
    pub(super) fn find_source(&self, world: &World, name: &str) -> Option<Found> {
        let directory = &world.shell.directory;
        if name.contains('/') {
            return self.file_of(directory.join(name)?);
        }
        let path = world.shell.path().map_or(Some(PATH), Value::text)?;
        let mut places = places(path, directory, name).chain(directory.join(name));
        places.find_map(|it| self.file_of(it))
    }

    /// Remembers which files a command's output goes to.
    pub(super) fn note_written(&mut self, world: &mut World, command: &Command, scope: Scope<'_>) {
        for it in command.redirects.iter().filter(|it| it.operator != "<<<") {
            let Some(target) = &it.target else { continue };
            let value = self.single(world, target, scope);
            let path = value.text().and_then(|it| world.shell.directory.join(it));
            let Some(path) =
                path.filter(|_| it.operator.contains('>') && !it.operator.contains('&'))
            else {
                continue;
            };
            if !world.shell.changed.contains(&path) && !path.as_bytes().starts_with(b"/dev/") {
                world.shell().change(path);
            }
        }
    }

    /// What a command is given to read, if that is known: a text in its place.
    pub(super) fn given(
        &mut self,
        world: &mut World,
        redirect: &Redirect,
        scope: Scope<'_>,
    ) -> Option<Value> {
        let written = redirect.target.as_ref().filter(|_| redirect.operator == "<<<")?;
        let text = self.single(world, written, scope);
        Some(text.with(format!("{}\n", text.text)))
    }

    /// Remembers which files a program makes.
    pub(super) fn note_made(world: &mut World, words: &[Value]) {
        let Some((name, arguments)) = words.split_first() else { return };
        if !MAKERS.contains(&&*name.text) {
            return;
        }
        for argument in arguments.iter().filter(|it| it.text.starts_with('/')) {
            let path = argument.text().and_then(ImagePath::normalize);
            if let Some(path) =
                path.filter(|it| *it != ImagePath::root() && !world.shell.changed.contains(it))
            {
                world.shell().change(path);
            }
        }
    }
}

/// Where a name may stand, by the directories of PATH.
fn places<'p>(
    path: &'p str,
    directory: &'p Directory,
    name: &'p str,
) -> impl Iterator<Item = ImagePath> + 'p {
    path.split(':').filter_map(move |it| directory.join(it)?.join(name))
}
