//! `perl` with a script.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::model::TerminalKind;
use crate::path::ImagePath;

/// Options that take the next word.
const VALUES: [&str; 1] = ["-I"];

pub(super) fn is_name(name: &str) -> bool {
    let version = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == '.');
    name.strip_prefix("perl").is_some_and(version)
}

/// Whether one of the options in a word is `e`, which the program itself follows: `-we`.
fn is_inline(word: &str) -> bool {
    // The rest of a word belongs to these.
    let own = |it: &char| !['M', 'm', 'I', 'i', 'x', 'C', 'D', 'F'].contains(it);
    let options = word.strip_prefix('-').filter(|it| !it.starts_with('-'));
    options.is_some_and(|it| it.chars().take_while(own).any(|it| matches!(it, 'e' | 'E')))
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, _: &Found) {
    let words = task.arguments();
    let inline = super::before_operand(words, &VALUES).iter().any(|it| is_inline(&it.text));
    for place in [
        "/usr/local/lib/perl5",
        "/usr/local/share/perl",
        "/usr/local/lib/site_perl",
        "/usr/share/perl5",
        "/usr/lib/perl5",
    ] {
        if let Some(it) = ImagePath::normalize(place) {
            tracer.reaches(task.hop, &it);
        }
    }
    let Some((_, script)) = super::operand(words, &VALUES).filter(|_| !inline) else {
        return tracer.leaf(task.hop, TerminalKind::Elf, None);
    };
    if let Some(file) = tracer.script_of(task, script) {
        tracer.launch(
            task,
            TerminalKind::Script,
            (&script.text, Some(file)),
            "the script that perl runs",
        );
    }
}
