//! `php` with a script, and `php-fpm`: with the extensions that their configuration loads.

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;
use crate::path::ImagePath;

/// Options that take the next word.
const VALUES: [&str; 9] = ["-c", "-d", "-S", "-t", "-z", "-B", "-R", "-E", "-F"];

pub(super) fn is_name(name: &str) -> bool {
    let version = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == '.');
    let rest = name
        .strip_prefix("php")
        .map(|it| it.strip_prefix("-fpm").or_else(|| it.strip_prefix("-cgi")).unwrap_or(it));
    rest.is_some_and(version)
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    let kind = if base_name(&found.called).contains("fpm") { "fpm" } else { "cli" };
    extensions(tracer, task, kind);
    let words = task.arguments();
    let inline = super::before_operand(words, &VALUES)
        .iter()
        .any(|it| matches!(it.text.as_str(), "-r" | "-S" | "-i" | "-m" | "-v" | "-a"));
    let script = super::operand(words, &VALUES).filter(|_| kind == "cli" && !inline);
    let Some((_, script)) = script else { return tracer.leaf(task.hop, TerminalKind::Elf, None) };
    let Some(file) = tracer.script_of(task, script) else { return };
    if let Some(vendor) = file.parent().and_then(|it| it.join("vendor")) {
        tracer.reaches(task.hop, &vendor);
    }
    tracer.launch(
        task,
        TerminalKind::Script,
        (&script.text, Some(file)),
        "the script that php runs",
    );
}

/// Notes the extensions that the configuration of one of PHP's kinds loads: `cli`, `fpm`, `apache2`.
pub(super) fn extensions(tracer: &mut Tracer<'_>, task: &Task, kind: &str) {
    let mut directories: Vec<ImagePath> =
        ImagePath::normalize("/usr/local/etc/php/conf.d").into_iter().collect();
    if let Some(versions) = ImagePath::normalize("/etc/php") {
        let each = tracer
            .fs
            .children(&versions)
            .into_iter()
            .filter_map(|it| it.join(format!("{kind}/conf.d")));
        directories.extend(each);
    }
    directories.extend(ImagePath::normalize("/etc/php.d"));
    for directory in directories.iter().filter_map(|it| tracer.fs.resolve(it).ok()) {
        for file in tracer.fs.children(&directory) {
            let Some(text) = tracer.text_of(file) else { continue };
            tracer.reads(task.hop, file);
            for name in text.lines().filter_map(extension) {
                library(tracer, task, name);
            }
        }
    }
}

/// The extension that a line of `php.ini` loads.
fn extension(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    let value = value.split(';').next()?.trim().trim_matches('"');
    matches!(key.trim(), "extension" | "zend_extension").then_some(value)
}

fn library(tracer: &mut Tracer<'_>, task: &Task, name: &str) {
    let file = if name.ends_with(".so") { name.to_owned() } else { format!("{name}.so") };
    for place in ["/usr/local/lib/php/extensions", "/usr/lib/php", "/usr/lib64/php/modules"] {
        let Some(place) = ImagePath::normalize(place) else { continue };
        let below = tracer.fs.children(&place).into_iter().filter_map(|it| it.join(&file));
        let all: Vec<ImagePath> = below.chain(place.join(&file)).collect();
        for it in &all {
            tracer.reads(task.hop, it);
        }
    }
}
