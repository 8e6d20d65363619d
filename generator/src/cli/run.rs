//! How an image is run, where the user says it.

use scanner_core::limits::Limits;
use scanner_core::model::{RunConfig, RunOrigin};
use scanner_core::scan::Tracing;

/// What the user says of running the image, in place of its configuration.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Run {
    /// Trace this ENTRYPOINT: a list of JSON, or a text for a shell. CMD is then empty unless it is given too
    #[arg(long, value_name = "JSON", value_parser = words)]
    entrypoint: Option<Words>,
    /// Trace this CMD: a list of JSON, or a text for a shell
    #[arg(long, value_name = "JSON", value_parser = words)]
    cmd: Option<Words>,
    /// Set a variable of the environment while tracing
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,
    /// Scripts, functions and programs in one another that are followed
    #[arg(
        long,
        value_name = "LEVELS",
        default_value_t = Limits::default().shell_depth,
        env = "SCANNER__ENTRYTRACE__SHELLMAXDEPTH"
    )]
    shell_max_depth: usize,
    /// Whether the scripts of directories that run-parts runs are followed
    #[arg(
        long,
        value_name = "BOOL",
        default_value_t = true,
        action = clap::ArgAction::Set,
        env = "SCANNER__ENTRYTRACE__FOLLOWRUNPARTS",
        overrides_with = "no_run_parts"
    )]
    follow_run_parts: bool,
    /// Do not follow them: the same as --follow-run-parts=false
    #[arg(long)]
    no_run_parts: bool,
}

/// The words of an instruction.
#[derive(Clone, Debug)]
struct Words(Vec<String>);

impl Run {
    /// What is to be traced, given what the image's configuration says.
    pub(crate) fn tracing(&self, configured: Option<&RunConfig>) -> Tracing {
        let given = self.entrypoint.is_some() || self.cmd.is_some() || !self.env.is_empty();
        let run_parts = self.follow_run_parts && !self.no_run_parts;
        if !given && run_parts {
            return Tracing::Configured;
        }
        let mut run = configured.cloned().unwrap_or_default();
        if let Some(Words(words)) = &self.entrypoint {
            run.entrypoint.clone_from(words);
            run.cmd.clear();
        }
        if let Some(Words(words)) = &self.cmd {
            run.cmd.clone_from(words);
        }
        for (name, value) in &self.env {
            run.env.retain(|(it, _)| it != name);
            run.env.push((name.clone(), value.clone()));
        }
        if given {
            run.origin = RunOrigin::Given;
        }
        if run_parts { Tracing::Given(run) } else { Tracing::WithoutRunParts(run) }
    }

    /// The bounds, with the depth that the user wants.
    pub(crate) fn limits(&self) -> Limits {
        Limits { shell_depth: self.shell_max_depth, ..Limits::default() }
    }
}

/// Reads an instruction as a Dockerfile has it: in exec form, or in shell form.
fn words(text: &str) -> Result<Words, String> {
    run_words(text).map(Words)
}

/// The words of an instruction in exec or shell form.
pub(crate) fn run_words(text: &str) -> Result<Vec<String>, String> {
    if !text.trim_start().starts_with('[') {
        return Ok(["/bin/sh", "-c", text].map(str::to_owned).into());
    }
    serde_json::from_str(text).map_err(|error| format!("it is no list of JSON strings: {error}"))
}

/// Reads `NAME=VALUE`.
pub(crate) fn variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or_else(|| "it is NAME=VALUE".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_taken_in_both_forms() {
        assert_eq!(run_words("[\"a\", \"b c\"]").unwrap(), ["a", "b c"]);
        assert_eq!(run_words("a $B").unwrap(), ["/bin/sh", "-c", "a $B"]);
        assert!(run_words("[1]").is_err() && variable("=x").is_err());
    }

    #[test]
    fn a_given_entrypoint_takes_the_command_away_as_in_docker() {
        let image = RunConfig { cmd: vec!["c".to_owned()], ..RunConfig::default() };
        let entrypoint = Some(Words(vec!["e".to_owned()]));
        let run = Run { entrypoint, follow_run_parts: true, ..Run::default() };
        let Tracing::Given(given) = run.tracing(Some(&image)) else { panic!("nothing is given") };
        assert_eq!((given.entrypoint, given.cmd), (vec!["e".to_owned()], Vec::new()));
    }
}
