//! `env`, with `-S` as first lines of scripts have it, and `xargs`.

use ecow::EcoString;

use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use super::grammar::Arguments;
use crate::formats::shell::split;
use crate::model::HopKind;

/// Options of `xargs` that take the next word.
const XARGS: [&str; 16] = [
    "-a",
    "--arg-file",
    "-d",
    "--delimiter",
    "-E",
    "-I",
    "-L",
    "-l",
    "-n",
    "--max-args",
    "-P",
    "--max-procs",
    "-s",
    "--max-chars",
    "--max-lines",
    "--replace",
];

pub(super) fn env(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let mut process = task.process.clone();
    let mut words = expanded(task.arguments());
    while let Some(first) = words.first().cloned() {
        let option = first.text.as_str();
        let mut taken = 1;
        match option {
            "--" => {
                words.drain(..1);
                break;
            }
            "-i" | "-" | "--ignore-environment" => process.environment.clear(),
            "-u" | "--unset" => {
                taken = 2;
                let name = words.get(1).map(|it| it.text.clone()).unwrap_or_default();
                process.environment.remove(&name);
            }
            "-C" | "--chdir" => {
                taken = 2;
                if let Some(target) = words.get(1) {
                    process.directory = process.directory.to(target);
                }
            }
            _ if option.starts_with("--unset=") => {
                process.environment.remove(option.trim_start_matches("--unset="));
            }
            _ if option.starts_with('-') => {}
            _ => match option.split_once('=') {
                Some((name, value)) => process.environment.set(name, first.with(value)),
                None => break,
            },
        }
        words.drain(..taken.min(words.len()));
    }
    if words.is_empty() {
        return false;
    }
    tracer.go_on(task, HopKind::Wrapper, (words, "what env was told to run".to_owned()), process);
    true
}

/// The arguments, those of `-S` split into words.
fn expanded(words: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = match word.text.as_str() {
            "-S" | "--split-string" => words.next().map(|it| it.text.clone()),
            text => text
                .strip_prefix("-S")
                .or_else(|| text.strip_prefix("--split-string="))
                .or_else(|| text.strip_prefix("-vS"))
                .map(EcoString::from),
        };
        if let Some(text) = text {
            found.extend(split(&text).into_iter().map(Value::sure));
        } else {
            found.push(word.clone());
            found.extend(words.cloned());
            break;
        }
    }
    found
}

pub(super) fn xargs(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let rest = Arguments::read(task.arguments(), &XARGS).rest;
    if rest.is_empty() {
        return false;
    }
    let evidence = "what xargs was told to run; it adds words from its input".to_owned();
    tracer.go_on(task, HopKind::Wrapper, (rest, evidence), task.process.clone());
    true
}
