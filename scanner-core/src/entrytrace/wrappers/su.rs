//! `su` and `runuser`, which take their options before and after the user.

use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::HopKind;

/// Options that take the next word.
const VALUES: [&str; 11] = [
    "-c",
    "--command",
    "-s",
    "--shell",
    "-g",
    "--group",
    "-G",
    "--supp-group",
    "-w",
    "--whitelist-environment",
    "-T",
];

pub(super) fn su(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let mut process = task.process.clone();
    let (mut text, mut user, mut rest) = (None, None, Vec::new());
    let mut direct = false;
    let mut words = task.arguments().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-c" | "--command" => text = words.next().cloned(),
            "-u" | "--user" => {
                user = words.next().cloned();
                direct = true;
            }
            "--" => rest.extend(words.by_ref().cloned()),
            "-" => {}
            option if VALUES.contains(&option) => drop(words.next()),
            option if option.starts_with("--command=") => {
                text = Some(word.with(option.trim_start_matches("--command=")));
            }
            option if option.starts_with('-') => {}
            _ if user.is_none() => user = Some(word.clone()),
            _ => {
                rest.push(word.clone());
                rest.extend(words.by_ref().cloned());
            }
        }
    }
    process.user = user.unwrap_or_else(|| Value::sure("root"));
    if let Some(text) = text {
        return tracer.unwrap_text(task, &text, process);
    }
    if rest.is_empty() {
        return false;
    }
    // Without `-u` what follows are arguments of the user's shell.
    if !direct {
        rest.insert(0, Value::sure("/bin/sh"));
    }
    let name = task.words.first().map(|it| it.text.clone()).unwrap_or_default();
    tracer.go_on(task, HopKind::Wrapper, (rest, format!("what {name} was told to run")), process);
    true
}
