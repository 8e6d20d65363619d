//! The Docker engine, the registry and the roots, started once for all tests of a run by the scripts of this folder.

use crate::command::{self, Printed};
use crate::{program, repository, work_dir};
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// A Docker engine with buildx, a registry, and in it the generator's image.
#[derive(Debug)]
pub struct Engine {
    environment: Vec<(String, String)>,
    /// Host and port of the registry.
    pub registry: String,
    /// The reference of the generator's image.
    pub generator: String,
    // The engine is stopped when the last lock on this file is gone.
    _in_use: File,
}

/// The engine; none, with a reason on standard error, where it cannot be had. That is an error in CI.
pub fn engine() -> Result<Option<&'static Engine>> {
    static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
    or_skip(ENGINE.get_or_init(|| start().map_err(|error| format!("{error:#}"))), "Docker")
}

/// Makes the roots, where no Docker engine is needed; none, with a reason on standard error, where they cannot be had.
/// That is an error in CI.
pub fn roots() -> Result<Option<&'static ()>> {
    static ROOTS: OnceLock<Result<(), String>> = OnceLock::new();
    or_skip(ROOTS.get_or_init(|| make_roots().map_err(|error| format!("{error:#}"))), "roots")
}

/// Makes the roots that are not there yet.
fn make_roots() -> Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let dir = work_dir();
    fs::create_dir_all(&dir)?;
    script("roots.sh", &[], &dir, &[]).map(drop)
}

/// What was started; none, with a reason on standard error, where it cannot be had. That is an error in CI.
pub(crate) fn or_skip<'a, T>(started: &'a Result<T, String>, what: &str) -> Result<Option<&'a T>> {
    match started {
        Ok(it) => Ok(Some(it)),
        Err(reason) => {
            let in_ci = std::env::var("CI").is_ok_and(|it| it == "true");
            ensure!(!in_ci, "no end-to-end test without {what}: {reason}");
            warn(&format!("skipped, for there is no {what} here: {reason}"));
            Ok(None)
        }
    }
}

#[expect(clippy::print_stderr, reason = "the reason of a skipped test is for whoever runs it")]
pub(crate) fn warn(message: &str) {
    eprintln!("{message}");
}

fn start() -> Result<Engine> {
    let dir = work_dir();
    fs::create_dir_all(&dir)?;
    let in_use = File::create(dir.join("in-use"))?;
    in_use.lock_shared()?;
    let environment = environment(&script("docker.sh", &["borrow"], &dir, &[])?)?;
    make_roots()?;
    script("bases.sh", &[], &dir, &environment)?;
    let registry =
        environment.iter().find(|(name, _)| name == "REGISTRY").context("no REGISTRY")?.1.clone();
    let generator = format!("{registry}/sbom-indexer:e2e");
    let engine = Engine { environment, registry, generator, _in_use: in_use };
    engine.push_generator()?;
    Ok(engine)
}

/// Runs a script of this folder on the work directory; what it says goes to the terminal.
pub(crate) fn script(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    environment: &[(String, String)],
) -> Result<String> {
    let path = repository("tests/e2e").join(name);
    let mut command = Command::new(path);
    command.args(arguments).arg(dir).envs(environment.iter().cloned());
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{name} failed; it says above why");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The variables of the file that docker.sh wrote: lines of `export NAME='VALUE'`.
pub(crate) fn environment(file: &str) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(file)?;
    let variable = |line: &str| {
        let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('\'').to_owned()))
    };
    text.lines().map(|line| variable(line).with_context(|| format!("{file}: {line}"))).collect()
}

impl Engine {
    /// Lets a command use the engine.
    pub fn with_environment<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.envs(self.environment.iter().cloned())
    }

    /// A `docker` command at the root of the repository.
    pub fn docker(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(arguments).envs(self.environment.iter().cloned()).current_dir(repository("."));
        command
    }

    /// Builds with `docker`. An engine at times collects a snapshot while it exports the image that needs it
    /// (<https://github.com/moby/buildkit/issues/6521>): it then exports once more, and the log is that of the steps.
    pub fn build(&self, arguments: &[&str]) -> Result<Printed> {
        let built = command::run(&mut self.docker(arguments))?;
        if built.success || !built.err.contains("failed to prepare extraction snapshot") {
            return Ok(built);
        }
        let exported = command::run(&mut self.docker(arguments))?;
        Ok(Printed { err: if exported.success { built.err } else { exported.err }, ..exported })
    }

    /// Another program with the engine's environment.
    pub fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(name);
        command.args(arguments).envs(self.environment.iter().cloned());
        command
    }

    /// Builds the generator's image with the program of this source in the place of the stage that would compile it.
    fn push_generator(&self) -> Result<()> {
        let context = tempfile::tempdir()?;
        fs::copy(program::path()?, context.path().join("sbom-indexer"))?;
        let build = format!("build={}", context.path().display());
        let arguments =
            ["buildx", "build", "--push", "-t", &self.generator, "--build-context", &build, "."];
        let printed = self.build(&arguments)?;
        ensure!(printed.success, "the generator's image does not build:\n{}", printed.err);
        Ok(())
    }
}
