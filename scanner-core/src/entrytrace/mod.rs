//! From an image's entrypoint to the programs that end up running, without running anything.
//!
//! A trace is a queue of commands. Each is followed by one step: to its file, and from there to what that file is: a
//! script whose commands are queued in turn, a wrapper that runs another command, a runtime that was told to run
//! something, or a program, where the chain ends.
//!
//! Scripts are evaluated as far as the image decides: a value is sure, likely (it is this as the image is configured)
//! or unknown. A branch that is not sure is followed both ways, each with its condition; ways that come to the same
//! state are one again. Nothing is opened but files of the image, and every kind of work has a bound.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the runtimes themselves tell names by case"
)]

mod arithmetic;
mod arrays;
mod builtins;
mod calls;
mod conditions;
mod control;
mod declare;
mod directory;
mod environment;
mod expand;
mod fields;
mod files;
mod finish;
mod getopts;
mod hops;
mod last;
mod launch;
mod launchers;
mod lookup;
mod loops;
mod options;
mod parameter;
mod paths;
mod patterns;
mod pure;
mod questions;
mod read;
mod reads;
mod regular;
mod scope;
mod shell;
mod shells;
mod simple;
mod subshells;
mod task;
mod test;
mod texts;
mod tracer;
mod users;
mod value;
mod variables;
mod ways;
mod working;
mod world;
mod wrappers;

use std::thread;

use crate::fs::LayeredFs;
use crate::model::{Diagnostic, Hop, HopKind, Outcome, Reason, RunConfig, Trace};
use crate::path::ImagePath;
use directory::Directory;
use environment::Environment;
use hops::empty_hop;
pub use reads::Reads;
use task::{Process, Task};
use tracer::Tracer;
use value::Value;

/// Bytes of stack for scripts whose commands are in one another as deep as the bounds allow.
const STACK: usize = 64 << 20;

/// Traces what an image runs. `run_parts` says whether scripts of `run-parts` directories are followed.
pub fn trace(fs: &LayeredFs<'_>, run: &RunConfig, run_parts: bool) -> Trace {
    if run.entrypoint.is_empty() && run.cmd.is_empty() {
        return untraceable(run, Reason::NoEntrypoint, "neither ENTRYPOINT nor CMD is known");
    }
    let traced = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let running = builder.spawn_scoped(scope, || follow(fs, run, run_parts));
        running.ok().and_then(|it| it.join().ok())
    });
    traced.unwrap_or_else(|| {
        untraceable(
            run,
            Reason::BudgetExhausted,
            "the entrypoint could not be traced; please report it",
        )
    })
}

fn follow(fs: &LayeredFs<'_>, run: &RunConfig, run_parts: bool) -> Trace {
    let mut tracer = Tracer::new(fs, &run.volumes, run_parts);
    let user = Value::sure(if run.user.is_empty() { "root" } else { &run.user });
    let mut environment = Environment::new(tracer.names.clone());
    for (name, value) in &run.env {
        environment.set(name, Value::sure(value.as_str()));
    }
    if environment.get("HOME").is_none() {
        environment.set("HOME", Value::sure(tracer.home(&user)));
    }
    let directory = ImagePath::normalize(&run.working_dir).unwrap_or(ImagePath::root());
    let directory = Directory::At(directory);
    let words: Vec<String> = run.entrypoint.iter().chain(&run.cmd).cloned().collect();
    let first =
        Hop { written: written(run), words: words.clone(), ..empty_hop(None, HopKind::Entrypoint) };
    let hop = tracer.push(first, None, user.text.clone());
    let words = words.into_iter().map(Value::sure).collect();
    let process = Process { environment, directory, user };
    tracer.queue.push_back(Task { hop, words, process, depth: 1 });
    while let Some(task) = tracer.queue.pop_front() {
        tracer.follow(&task);
    }
    finish::finish(tracer, run.clone())
}

/// The instructions as a Dockerfile has them.
fn written(run: &RunConfig) -> String {
    let words = |name: &str, words: &[String]| {
        let words: Vec<String> = words.iter().map(|it| format!("{it:?}")).collect();
        format!("{name} [{}]", words.join(", "))
    };
    match (run.entrypoint.is_empty(), run.cmd.is_empty()) {
        (false, false) => {
            format!("{} {}", words("ENTRYPOINT", &run.entrypoint), words("CMD", &run.cmd))
        }
        (false, true) => words("ENTRYPOINT", &run.entrypoint),
        (true, _) => words("CMD", &run.cmd),
    }
}

/// The trace of an image of which nothing could be followed.
pub fn untraceable(run: &RunConfig, reason: Reason, message: &str) -> Trace {
    let diagnostic = Diagnostic {
        reason,
        place: None,
        subject: "entrypoint".to_owned(),
        message: message.to_owned(),
        depth: 0,
    };
    Trace {
        run: run.clone(),
        outcome: Outcome::Unresolved,
        hops: Vec::new(),
        terminals: Vec::new(),
        diagnostics: vec![diagnostic],
    }
}
