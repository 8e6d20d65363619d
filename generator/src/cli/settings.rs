//! Settings of a file: what flags and variables of the environment say, written down once.
//!
//! `limits: {perRegistryConcurrency: 4}` in the file is `SCANNER__LIMITS__PERREGISTRYCONCURRENCY=4` in the environment.
//! The environment counts before the file, and a flag before both.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Arg, Command};
use serde_json::Value;

use crate::failure::Usage;
use crate::input;

/// Every key. Each is the variable of some flag.
const KEYS: [&str; 10] = [
    "cache.directory",
    "cache.size",
    "entryTrace.followRunParts",
    "entryTrace.shellMaxDepth",
    "limits.maxParallel",
    "limits.perRegistryConcurrency",
    "policyHints.trustBuildTimeSboms",
    "registries.plainHttp",
    "spill.directory",
    "spill.limit",
];

/// The section of the file that is ours; other programs have theirs beside it.
const SECTION: &str = "scanner";

/// Bytes of a file. Real ones have some hundreds.
const LIMIT: u64 = 1 << 20;

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    path: PathBuf,
    /// By variable.
    values: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the file that the arguments name with `--config`, else the first usual one that is there.
    pub(crate) fn of(arguments: &[OsString]) -> anyhow::Result<Self> {
        let usual = || usual_places().into_iter().find(|it| it.exists());
        let Some(path) = named(arguments).or_else(usual) else { return Ok(Self::default()) };
        let bytes = input::read(&path, LIMIT)?;
        let wrong = |why: String| Usage(format!("{}: {why}", path.display()));
        let text = str::from_utf8(&bytes).map_err(|error| wrong(error.to_string()))?;
        let values = read(text).map_err(wrong)?;
        Ok(Self { path, values })
    }

    /// Makes what the file says the defaults of flags.
    pub(crate) fn apply(&self, mut command: Command) -> Result<Command, Usage> {
        if self.values.is_empty() {
            return Ok(command);
        }
        let arguments: Vec<Arg> = command.get_arguments().cloned().collect();
        for argument in arguments {
            let variable = argument.get_env().and_then(|it| it.to_str());
            let Some(value) = variable.and_then(|it| self.values.get(it)) else { continue };
            let value = value.clone();
            self.check(&command, &argument, &value)?;
            command = command.mut_arg(argument.get_id().clone(), |it| it.default_value(value));
        }
        let below: Vec<String> =
            command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
        for name in below {
            let Some(inner) = command.find_subcommand(&name).cloned() else { continue };
            let inner = self.apply(inner)?;
            command = command.mut_subcommand(name, |_| inner);
        }
        Ok(command)
    }

    /// Tells whether a flag would take the value.
    fn check(&self, command: &Command, argument: &Arg, value: &str) -> Result<(), Usage> {
        let Some(long) = argument.get_long() else { return Ok(()) };
        let words = [command.get_name().to_owned(), format!("--{long}={value}")];
        match command.clone().try_get_matches_from(words) {
            Err(error)
                if matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) =>
            {
                let key = argument.get_env().and_then(|it| key_of(it.to_str()?)).unwrap_or(long);
                let path = self.path.display();
                Err(Usage(format!("{path}: {SECTION}.{key}: {value} is no value of --{long}")))
            }
            _ => Ok(()),
        }
    }

    /// What is in force: every key with its value and where that comes from.
    pub(crate) fn in_force(&self, command: &Command) -> String {
        let mut lines = String::new();
        for key in KEYS {
            let variable = variable_of(key);
            let of_environment = std::env::var(&variable).ok();
            let (value, origin) = match (of_environment, self.values.get(&variable)) {
                (Some(value), _) => (value, variable),
                (None, Some(value)) => (value.clone(), self.path.display().to_string()),
                (None, None) => (default_of(command, &variable), "default".to_owned()),
            };
            let _ = writeln!(lines, "{key:<30} {value:<12} {origin}");
        }
        lines
    }
}

/// The value of `--config`.
fn named(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_str().unwrap_or_default();
        if text == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(path.into());
        }
    }
    None
}

fn usual_places() -> Vec<PathBuf> {
    let variable =
        |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let own = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
    let directories = own.into_iter().chain([PathBuf::from("/etc")]);
    directories.map(|it| it.join("sbom-indexer/config.yaml")).collect()
}

/// Reads a file: what each key says, by variable.
fn read(text: &str) -> Result<BTreeMap<String, String>, String> {
    let file: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let mut values = BTreeMap::new();
    let Some(section) = file.get(SECTION) else { return Ok(values) };
    flatten(section, &mut Vec::new(), &mut values)?;
    Ok(values)
}

fn flatten(
    value: &Value,
    path: &mut Vec<String>,
    values: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    if let Value::Object(members) = value {
        for (name, value) in members {
            path.push(name.clone());
            flatten(value, path, values)?;
            path.pop();
        }
        return Ok(());
    }
    let key = path.join(".");
    if !KEYS.contains(&key.as_str()) {
        let known = KEYS.join(", ");
        return Err(format!("no setting is called {SECTION}.{key}; there are {known}"));
    }
    let text = scalar(value).ok_or_else(|| format!("{SECTION}.{key} has no value"))?;
    values.insert(variable_of(&key), text);
    Ok(())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(items) => {
            Some(items.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Null | Value::Object(_) => None,
    }
}

fn variable_of(key: &str) -> String {
    format!("{}__{}", SECTION, key.replace('.', "__")).to_uppercase()
}

fn key_of(variable: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|it| variable_of(it) == variable)
}

/// The default of the first flag that has a variable.
fn default_of(command: &Command, variable: &str) -> String {
    let is_it = |it: &&Arg| it.get_env().is_some_and(|it| it == variable);
    if let Some(argument) = command.get_arguments().find(is_it) {
        let values = argument.get_default_values().iter().map(|it| it.to_string_lossy());
        return values.collect::<Vec<_>>().join(",");
    }
    let mut below = command.get_subcommands().map(|it| default_of(it, variable));
    below.find(|it| !it.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn variables(command: &Command) -> BTreeSet<String> {
        let own = command.get_arguments().filter_map(|it| it.get_env()?.to_str());
        let own = own.filter(|it| it.starts_with("SCANNER__")).map(str::to_owned);
        own.chain(command.get_subcommands().flat_map(variables)).collect()
    }

    #[test]
    fn every_key_is_the_variable_of_a_flag_and_every_variable_has_a_key() {
        let keys: BTreeSet<String> = KEYS.into_iter().map(variable_of).collect();
        assert_eq!(variables(&Cli::command()), keys);
    }
}
