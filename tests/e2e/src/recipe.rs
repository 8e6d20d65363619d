//! The recipes of `examples/`, run as they are written, with our image by the name that it has here.

use crate::command::{self, Printed};
use crate::engine::Engine;
use crate::{program, repository};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What our image is called where anybody can have it.
const PUBLIC: &str = "stellaops/sbom-indexer";

/// Lines that set up a machine which has no engine or registry yet.
const SETUP: &[&str] = &["docker login", "docker context", "docker buildx create"];

/// A directory in which recipes are run, which has an image to build.
#[derive(Debug)]
pub struct Workplace<'e> {
    engine: &'e Engine,
    directory: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// A recipe as text.
pub fn text(engine: &Engine, path: &str) -> Result<String> {
    let text =
        fs::read_to_string(repository("examples").join(path)).with_context(|| path.to_owned())?;
    Ok(text.replace(PUBLIC, &engine.generator))
}

/// The documents of a recipe in YAML.
pub fn yaml(engine: &Engine, path: &str) -> Result<Vec<Value>> {
    let text = text(engine, path)?;
    let documents = text.split("\n---\n");
    documents.map(|it| serde_saphyr::from_str(it).with_context(|| path.to_owned())).collect()
}

/// The texts of a list; none where there is no list.
pub fn lines(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

impl<'e> Workplace<'e> {
    /// One with a Dockerfile, keys that sign, and the program itself.
    pub fn new(engine: &'e Engine) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let at = directory.path();
        fs::write(at.join("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n")?;
        fs::copy(program::path()?, at.join("sbom-indexer"))?;
        let mut keys = engine.program("cosign", &["generate-key-pair"]);
        command::output(keys.env("COSIGN_PASSWORD", "sesame").current_dir(at))?;
        let home = at.display().to_string();
        let variables = [
            ("COSIGN_PASSWORD", "sesame".to_owned()),
            ("SIGNING_KEY", fs::read_to_string(at.join("cosign.key"))?),
            ("SIGNING_PUB", fs::read_to_string(at.join("cosign.pub"))?),
            ("HOME", home.clone()),
            ("XDG_CACHE_HOME", home.clone()),
            ("RUNNER_TEMP", home),
        ];
        let variables = variables.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
        Ok(Self { engine, directory, variables })
    }

    /// The same with more variables.
    #[must_use]
    pub fn with(mut self, variables: &[(&str, &str)]) -> Self {
        let owned = variables.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned()));
        self.variables.extend(owned);
        self
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs a program there.
    pub fn run(&self, command: &mut Command) -> Result<Printed> {
        let command = self.engine.with_environment(command).current_dir(self.directory.path());
        let printed = command::run(command.envs(self.variables.iter().cloned()))?;
        ensure!(printed.success, "{command:?} failed:\n{}{}", printed.out, printed.err);
        Ok(printed)
    }

    /// Runs lines of a shell there, but those that set up the machine.
    pub fn shell(&self, lines: &[String]) -> Result<Printed> {
        let sets_up = |it: &str| SETUP.iter().any(|setup| it.starts_with(setup));
        let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|it| !sets_up(it)).collect();
        ensure!(!lines.is_empty(), "nothing to run");
        self.run(Command::new("bash").args(["-eo", "pipefail", "-c", &lines.join("\n")]))
    }
}
