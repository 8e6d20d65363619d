//! Programs that run the program that they are told to, all of them in one list.

mod env;
mod grammar;
mod services;
mod su;

use super::task::Task;
use super::tracer::Tracer;
use grammar::{Grammar, SIMPLE};

pub(super) use services::s6_overlay;

/// Follows a wrapper. False if it runs nothing that its arguments name: then it stands for itself.
pub(super) type Wrapper = fn(&mut Tracer<'_>, &Task) -> bool;

/// Wrappers whose arguments need more than a [`Grammar`].
const SPECIAL: &[(&[&str], Wrapper)] = &[
    (&["env"], env::env),
    (&["su", "runuser"], su::su),
    (&["supervisord"], services::supervisord),
    (&["run-parts"], services::run_parts),
    (&["runsvdir", "s6-svscan", "runsv"], services::directory),
    (&["init", "s6-overlay-suexec"], s6_overlay),
    (&["xargs"], env::xargs),
    (&["catatonit", "docker-init", "dumb-init", "tini", "tini-static"], |tracer, task| {
        tracer.unwrap(task, &grammar::INIT)
    }),
];

/// The wrapper of one of these names.
pub(super) fn find(names: &[&str]) -> Option<Wrapper> {
    let special = SPECIAL.iter().find(|(known, _)| names.iter().any(|it| known.contains(it)));
    let simple = || {
        let known = SIMPLE.iter().any(|it| names.iter().any(|name| it.names.contains(name)));
        known.then_some(by_grammar as Wrapper)
    };
    special.map(|(_, wrapper)| *wrapper).or_else(simple)
}

/// A wrapper of the table.
fn by_grammar(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let step = tracer.steps.get(task.hop);
    let paths = step.iter().flat_map(|it| [&it.hop.called, &it.hop.file]).flatten();
    let mut names: Vec<String> = paths.map(super::launch::base_name).collect();
    names.extend(
        task.words.first().map(|it| it.text.rsplit('/').next().unwrap_or_default().to_owned()),
    );
    let known = SIMPLE.iter().find(|it| names.iter().any(|name| it.names.contains(&name.as_str())));
    known.is_some_and(|grammar: &Grammar| tracer.unwrap(task, grammar))
}
