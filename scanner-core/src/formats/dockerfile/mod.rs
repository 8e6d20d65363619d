//! Dockerfiles: how the image of the final stage is run.
//! Specification: Dockerfile reference of Docker, "Parser directives", "Environment replacement", "Shell and exec form".

mod instructions;
mod substitute;

use std::collections::BTreeMap;

use instructions::{Instruction, instructions};
use substitute::substitute;

/// Stages of one file. Real ones have ten.
const STAGES: usize = 1_000;

/// What a stage says of running its image. What it does not say is that of the image that it begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: Option<String>,
    /// The image that it begins with, at the end of all stages that it is built on.
    pub base: String,
    /// The words of `ENTRYPOINT`.
    pub entrypoint: Option<Vec<String>>,
    /// The words of `CMD`.
    pub cmd: Option<Vec<String>>,
    /// The environment that the file sets.
    pub env: Vec<(String, String)>,
    /// The working directory; none where the file sets none.
    pub working_dir: Option<String>,
    /// The user; none where the file sets none.
    pub user: Option<String>,
    /// The words before a command in shell form.
    pub shell: Option<Vec<String>>,
    /// Directories that are mounted when it runs.
    pub volumes: Vec<String>,
}

/// The final stage; none if there is no `FROM`.
pub fn final_stage(text: &str) -> Option<Stage> {
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    let mut global = arguments.clone();
    let mut stages: Vec<Stage> = Vec::new();
    for it in instructions(text) {
        if it.keyword == "FROM" && stages.len() < STAGES {
            let stage = begin(&it, &stages, &global);
            arguments.clear();
            stages.push(stage);
            continue;
        }
        match (&*it.keyword, stages.last_mut()) {
            ("ARG", None) => declare(&it, &mut global, &BTreeMap::new()),
            ("ARG", Some(_)) => declare(&it, &mut arguments, &global),
            (_, Some(stage)) => stage.apply(&it, &arguments),
            (_, None) => {}
        }
    }
    stages.pop()
}

/// A stage by its `FROM`: a copy of the stage that it names, or one of an image.
fn begin(it: &Instruction, stages: &[Stage], global: &BTreeMap<String, String>) -> Stage {
    let words: Vec<String> =
        it.rest.split_whitespace().filter(|it| !it.starts_with("--")).map(str::to_owned).collect();
    let base =
        substitute(words.first().map_or("", String::as_str), &|name| global.get(name).cloned());
    let named = words.get(1).is_some_and(|it| it.eq_ignore_ascii_case("as"));
    let name = words.get(2).filter(|_| named).map(|it| it.to_lowercase());
    let known = |it: &&Stage| it.name.as_deref() == Some(&*base.to_lowercase());
    let from = stages.iter().rev().find(known).or_else(|| stages.get(base.parse::<usize>().ok()?));
    match from {
        Some(stage) => Stage { name, ..stage.clone() },
        None => Stage { name, base, ..Stage::default() },
    }
}

/// `ARG NAME[=VALUE] …`; without a value it has that of the arguments before the first stage.
fn declare(
    it: &Instruction,
    arguments: &mut BTreeMap<String, String>,
    global: &BTreeMap<String, String>,
) {
    for word in super::shell::split(&it.rest) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => {
                (name, Some(substitute(value, &|name| arguments.get(name).cloned())))
            }
            None => (&*word, None),
        };
        if let Some(value) = value.or_else(|| global.get(name).cloned()) {
            arguments.insert(name.to_owned(), value);
        }
    }
}

impl Stage {
    fn apply(&mut self, it: &Instruction, arguments: &BTreeMap<String, String>) {
        let env = self.env.clone();
        let look_up = |name: &str| {
            let set = env.iter().rev().find(|(it, _)| it == name).map(|(_, value)| value.clone());
            set.or_else(|| arguments.get(name).cloned())
        };
        match &*it.keyword {
            "ENTRYPOINT" => {
                self.entrypoint = Some(self.words(it));
                // One entrypoint's arguments are none of another.
                self.cmd = None;
            }
            "CMD" => self.cmd = Some(self.words(it)),
            "SHELL" => self.shell = it.json(),
            "USER" => self.user = Some(substitute(&it.rest, &look_up)),
            "WORKDIR" => self.enter(&substitute(&it.rest, &look_up)),
            "VOLUME" => {
                let words = it
                    .json()
                    .unwrap_or_else(|| it.rest.split_whitespace().map(str::to_owned).collect());
                self.volumes.extend(words.iter().map(|it| substitute(it, &look_up)));
            }
            "ENV" => {
                for (name, value) in it.pairs() {
                    let value = substitute(&value, &look_up);
                    self.env.retain(|(it, _)| *it != name);
                    self.env.push((name, value));
                }
            }
            _ => {}
        }
    }

    /// The words of an instruction in exec form, or those that run its text in a shell.
    fn words(&self, it: &Instruction) -> Vec<String> {
        it.json().unwrap_or_else(|| {
            let shell =
                self.shell.clone().unwrap_or_else(|| ["/bin/sh", "-c"].map(str::to_owned).into());
            shell.into_iter().chain([it.rest.clone()]).collect()
        })
    }

    fn enter(&mut self, path: &str) {
        let before = self.working_dir.take().unwrap_or_default();
        self.working_dir =
            Some(if path.starts_with('/') { path.to_owned() } else { format!("{before}/{path}") });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(text: &str) -> Stage {
        final_stage(text).unwrap()
    }

    #[test]
    fn the_final_stage_counts_with_what_it_is_built_on() {
        let text = "# syntax=docker/dockerfile:1\nARG V=12\nFROM debian:$V AS base\nENV A=1 B=\"x y\"\nWORKDIR /srv\n\
                    ENTRYPOINT [\"/e\"]\nCMD [\"old\"]\nFROM golang AS build\nENTRYPOINT no\nFROM base\nARG V\nARG W=w\n\
                    ENV C=$A-${V}-${W:-n}-${X:-d} PATH=/opt:$PATH\nWORKDIR app\nUSER $W\nCMD [\"new\", \"$A\"]\nVOLUME /data\n";
        let stage = stage(text);
        assert_eq!(stage.base, "debian:12");
        assert_eq!(stage.entrypoint.unwrap(), ["/e"]);
        assert_eq!(stage.cmd.unwrap(), ["new", "$A"]);
        assert_eq!(stage.env[2], ("C".to_owned(), "1-12-w-d".to_owned()));
        assert_eq!(
            (stage.working_dir.unwrap(), stage.user.unwrap()),
            ("/srv/app".to_owned(), "w".to_owned())
        );
        assert_eq!(stage.volumes, ["/data"]);
    }

    #[test]
    fn shell_form_is_run_by_the_shell_that_is_set() {
        let stage = stage(
            "FROM x\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nCMD exec app \\\n  # a comment\n  --x\n",
        );
        assert_eq!(stage.cmd.unwrap(), ["/bin/bash", "-o", "pipefail", "-c", "exec app   --x"]);
    }

    #[test]
    fn here_documents_and_other_escapes_are_read() {
        let stage = stage(
            "# escape=`\nFROM x\nRUN <<EOF\nCMD no\nEOF\nCOPY <<\"A\" <<-B /x\nCMD no\nA\nB\nCMD [ `\n\"a\" ]\n",
        );
        assert_eq!(stage.cmd.unwrap(), ["a"]);
    }

    #[test]
    fn an_entrypoint_takes_the_command_before_it_away() {
        assert_eq!(stage("FROM x\nCMD a\nENTRYPOINT [\"b\"]\n").cmd, None);
        assert_eq!(final_stage("ARG x\n"), None);
    }
}
