//! Programs whose output follows from their arguments and the image: `dirname`, `id -u` and the like.

use ecow::EcoString;

use super::tracer::Tracer;
use super::value::{Known, Value};
use super::world::World;
use crate::path::ImagePath;

/// The programs whose output may be told.
const PURE: [&str; 12] = [
    "basename", "cat", "dirname", "envsubst", "find", "id", "readlink", "realpath", "sort",
    "uname", "which", "whoami",
];

impl Tracer<'_> {
    /// What a program prints, if that can be told.
    pub(super) fn printed(&mut self, world: &World, words: &[Value]) -> Option<Value> {
        let (name, arguments) = words.split_first()?;
        let name = name.text.rsplit('/').next().filter(|it| PURE.contains(it))?;
        let operands: Vec<&Value> =
            arguments.iter().filter(|it| !it.text.starts_with('-') || it.text == "-").collect();
        let options: String = arguments
            .iter()
            .filter(|it| it.text.starts_with('-'))
            .map(|it| it.text.as_str())
            .collect();
        let first = operands.first().copied();
        let line = match name {
            "dirname" => first?.with(directory_of(first?.text()?)),
            "basename" => {
                let base = first?.text()?.trim_end_matches('/').rsplit('/').next()?;
                let suffix = operands.get(1).and_then(|it| it.text()).unwrap_or_default();
                first?.with(base.strip_suffix(suffix).filter(|it| !it.is_empty()).unwrap_or(base))
            }
            "readlink" | "realpath" if name == "realpath" || options.contains(['f', 'e', 'm']) => {
                let path = world.shell.directory.join(first?.text()?)?;
                let real = self
                    .fs
                    .resolve(&path)
                    .or_else(|_| self.fs.resolve_parent(&path).ok_or(()))
                    .ok()?;
                first?.with(real.display())
            }
            "whoami" => world.shell.user.with(self.user_name(&world.shell.user)),
            "id" if first.is_none() => match options.as_str() {
                "-u" => self.user_id(&world.shell.user),
                "-un" | "-u-n" | "-nu" => world.shell.user.with(self.user_name(&world.shell.user)),
                "-g" => self.group_id(&world.shell.user),
                _ => return None,
            },
            "find" => return self.listed(world, arguments),
            "cat" if arguments.is_empty() => {
                return world.input.clone().filter(|it| it.text().is_some());
            }
            "envsubst" if arguments.is_empty() => return substituted(world.input.as_ref()?),
            "sort" => return sorted(world.input.as_ref()?),
            "which" => {
                let found = self.find(world, first?.text()?)?;
                first?.with(found.called.display())
            }
            "cat" if options.is_empty() && operands.len() == 1 => {
                return self.content(world, first?);
            }
            "uname" if matches!(options.as_str(), "" | "-s") => Value::sure("Linux"),
            _ => return None,
        };
        if matches!(line.known, Known::No(_)) {
            return None;
        }
        Some(line.with(format!("{}\n", line.text)))
    }

    /// What `find DIRECTORY -type f` lists.
    fn listed(&mut self, world: &World, arguments: &[Value]) -> Option<Value> {
        let (directory, rest) = arguments.split_first()?;
        let rest: Vec<&str> = rest
            .iter()
            .map(|it| it.text.as_str())
            .filter(|it| !matches!(*it, "-follow" | "-print"))
            .collect();
        let name = match rest.as_slice() {
            ["-type", "f"] => "*",
            ["-type", "f", "-name", name] | ["-name", name, "-type", "f"] => name,
            _ => return None,
        };
        let path = world.shell.directory.join(directory.text()?)?;
        let real = self.fs.resolve(&path).ok().filter(|_| !self.is_changed(world, &path))?;
        let base = directory.text.trim_end_matches('/');
        let mut text = String::new();
        for file in self.fs.files_below(&real).take(self.limits().shell_words) {
            let relative = file.path.as_bytes().get(real.as_bytes().len()..)?;
            if crate::formats::shell::matches(name, &super::launch::base_name(file.path)) {
                text.extend([base, str::from_utf8(relative).ok()?, "\n"]);
            }
        }
        Some(self.bounded(directory.with(text)))
    }

    /// Whether a script has changed what is at a path, or something is mounted there.
    pub(super) fn is_changed(&self, world: &World, path: &ImagePath) -> bool {
        let changed = world.shell.changed.iter().chain(&self.volumes);
        changed.into_iter().any(|it| path == it || path.is_below(it))
    }

    /// The content of a file of the image that nothing has changed.
    fn content(&mut self, world: &World, name: &Value) -> Option<Value> {
        let path = world.shell.directory.join(name.text()?)?;
        let path = self.fs.resolve(&path).ok()?;
        if self.is_changed(world, &path) {
            return None;
        }
        let bytes = self.fs.file_at(&path)?.bytes(self.limits().shell_value_bytes as u64).ok()?;
        Some(name.with(String::from_utf8(bytes).ok()?))
    }
}

/// Lines in order, whatever order the options ask for: what is run counts, not when.
fn sorted(input: &Value) -> Option<Value> {
    let mut lines: Vec<&str> = input.text()?.lines().collect();
    lines.sort_unstable();
    Some(input.with(lines.iter().flat_map(|it| [it, "\n"]).collect::<String>()))
}

/// A text in which nothing is to be substituted.
fn substituted(input: &Value) -> Option<Value> {
    input.text().is_some_and(|it| !it.contains('$')).then(|| input.clone())
}

fn directory_of(text: &str) -> &str {
    let trimmed = text.trim_end_matches('/');
    match trimmed.rsplit_once('/') {
        None if trimmed.is_empty() && !text.is_empty() => "/",
        None => ".",
        Some((parent, _)) => match parent.trim_end_matches('/') {
            "" => "/",
            parent => parent,
        },
    }
}

/// What `printf` makes of its arguments: `%s`, `%b`, `%d`, `%i`, `%q` and `%%` without widths; none if there is more in it.
/// The format is used again as long as there are arguments.
pub(super) fn printf(format: &Value, arguments: &[Value]) -> Option<Value> {
    let mut whole = Value { text: EcoString::new(), known: format.known.clone() };
    let mut arguments = arguments.iter();
    loop {
        let before = arguments.len();
        let mut characters = format.text.chars();
        while let Some(character) = characters.next() {
            match (character, characters.as_str().chars().next()) {
                ('\\', Some(sign)) => whole.text.push(match sign {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '\\' => '\\',
                    _ => return None,
                }),
                ('%', Some('%')) => whole.text.push('%'),
                ('%', Some(conversion)) => match (conversion, arguments.next()) {
                    ('s' | 'b', None) => {}
                    ('d' | 'i', None) => whole.text.push('0'),
                    ('s', Some(it)) => whole.push(it),
                    ('b', Some(it)) if !it.text.contains('\\') => whole.push(it),
                    ('d' | 'i', Some(it)) if is_plain_number(it) => whole.push(it),
                    ('q', Some(it)) if needs_no_quotes(it) => whole.push(it),
                    _ => return None,
                },
                ('\\' | '%', None) => return None,
                _ => {
                    whole.text.push(character);
                    continue;
                }
            }
            characters.next();
        }
        if arguments.len() == 0 || arguments.len() == before {
            return Some(whole);
        }
    }
}

/// Whether a shell reads a text as it is, or it is not known.
fn needs_no_quotes(value: &Value) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || "_./:=@%+-".contains(it);
    value.text().is_none_or(|it| !it.is_empty() && it.chars().all(plain))
}

/// Whether a number is written as it is printed, or is not known.
fn is_plain_number(value: &Value) -> bool {
    value.text().is_none_or(|it| it.parse().is_ok_and(|number: i64| number.to_string() == it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_of_a_path_is_told_as_dirname_tells_it() {
        for (path, directory) in [
            ("/a/b", "/a"),
            ("/a", "/"),
            ("a", "."),
            ("a/", "."),
            ("/", "/"),
            ("a//b/", "a"),
            ("", "."),
        ] {
            assert_eq!(directory_of(path), directory, "{path}");
        }
    }

    #[test]
    fn printf_uses_its_format_again() {
        let told = |format: &str, words: &[&str]| {
            let words: Vec<Value> = words.iter().map(|it| Value::sure(*it)).collect();
            printf(&Value::sure(format), &words).map(|it| it.text)
        };
        for (format, words, printed) in [
            ("%s-%%\\n", &["a", "b"][..], "a-%\nb-%\n"),
            ("x", &["a"], "x"),
            ("%s", &[], ""),
            ("%d:%s ", &["7", "a", "-1"], "7:a -1: "),
            ("%i%b\\\\", &[], "0\\"),
            ("%q ", &["-p", "a="], "-p a= "),
        ] {
            assert_eq!(told(format, words).as_deref(), Some(printed), "{format}");
        }
        for (format, word) in [
            ("%02d", "5"),
            ("%5s", "a"),
            ("%x", "16"),
            ("%q", "a b"),
            ("%d", "010"),
            ("%b", "a\\n"),
            ("\\x41", ""),
            ("%", ""),
        ] {
            assert_eq!(told(format, &[word]), None, "{format}");
        }
    }
}
