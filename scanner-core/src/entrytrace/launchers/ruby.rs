//! `ruby`, `bundle exec`, and the servers that are gems: `rails`, `puma` and the like.

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::{HopKind, TerminalKind};
use crate::path::ImagePath;

/// Options of `ruby` that take the next word.
const VALUES: [&str; 5] = ["-I", "-r", "-C", "-E", "-x"];

pub(super) fn is_name(name: &str) -> bool {
    let version = name
        .strip_prefix("ruby")
        .is_some_and(|it| it.chars().all(|it| it.is_ascii_digit() || it == '.'));
    version || matches!(name, "bundle" | "bundler" | "jruby" | "truffleruby")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, found: &Found) {
    if base_name(&found.called).starts_with("bundle") {
        return bundle(tracer, task, task.arguments());
    }
    let words = task.arguments();
    let inline = super::before_operand(words, &VALUES).iter().any(|it| it.text == "-e");
    gems(tracer, task);
    let Some((at, script)) = super::operand(words, &VALUES).filter(|_| !inline) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    let by_path = words.iter().any(|it| it.text == "-S");
    let on_path = by_path.then(|| {
        let path = task.process.environment.get("PATH");
        tracer.find_program(&script.text, path, &task.process.directory).map(|it| it.file)
    });
    let Some(file) = on_path.flatten().or_else(|| tracer.script_of(task, script)) else { return };
    if base_name(&file).starts_with("bundle") {
        tracer.reads(task.hop, &file);
        return bundle(tracer, task, words.get(at + 1..).unwrap_or_default());
    }
    tracer.launch(
        task,
        TerminalKind::Script,
        (&script.text, Some(file)),
        "the script that ruby runs",
    );
}

/// `bundle exec COMMAND`.
fn bundle(tracer: &mut Tracer<'_>, task: &Task, words: &[Value]) {
    gems(tracer, task);
    for name in ["Gemfile", "Gemfile.lock"] {
        if let Some(it) = task.process.directory.join(name) {
            tracer.reads(task.hop, &it);
        }
    }
    let exec = words.iter().position(|it| matches!(it.text.as_str(), "exec" | "e"));
    let rest = exec.and_then(|at| words.get(at + 1..)).unwrap_or_default();
    let Some((at, _)) = super::operand(rest, &["--gemfile"]) else {
        return tracer.leaf(task.hop, TerminalKind::Script, Some("bundle".to_owned()));
    };
    let words = rest.get(at..).unwrap_or_default().to_vec();
    tracer.go_on(
        task,
        HopKind::Wrapper,
        (words, "what bundle was told to run".to_owned()),
        task.process.clone(),
    );
}

/// Notes where gems are.
fn gems(tracer: &mut Tracer<'_>, task: &Task) {
    let variables =
        ["GEM_HOME", "BUNDLE_PATH", "GEM_PATH"].into_iter().filter_map(|it| task.variable(it));
    let named: Vec<String> = variables.flat_map(|it| it.split(':').map(str::to_owned)).collect();
    let local = task.process.directory.join("vendor/bundle");
    let usual = [
        "/usr/local/bundle",
        "/usr/local/lib/ruby/gems",
        "/usr/lib/ruby/gems",
        "/var/lib/gems",
        "/usr/share/rubygems-integration",
        "/usr/share/gems",
    ];
    let places =
        named.iter().map(String::as_str).chain(usual).filter_map(ImagePath::normalize).chain(local);
    places.collect::<Vec<_>>().iter().for_each(|it| tracer.reaches(task.hop, it));
}
