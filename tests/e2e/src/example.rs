//! Building the examples with their SBOMs, as a user does.

use crate::attestation::{Statement, statements};
use crate::command::{self, Printed};
use crate::engine::Engine;
use crate::registry::Image;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Every example.
pub const EXAMPLES: &[&str] =
    &["debian-python-node", "distroless-go", "hostile", "multi-stage", "scratch-static"];

/// An image that was built with its SBOM, and the SBOM as the registry has it.
#[derive(Debug)]
pub struct Built {
    /// The image in the registry.
    pub image: Image,
    /// The statements by target.
    pub statements: BTreeMap<String, Statement>,
}

impl Built {
    /// The statement of a target.
    pub fn statement(&self, target: &str) -> Result<&Statement> {
        self.statements
            .get(target)
            .with_context(|| format!("no statement {target}: {:?}", self.statements.keys()))
    }
}

/// An example as it builds with nothing special.
pub fn built(engine: &Engine, example: &str) -> Result<Arc<Built>> {
    Build::of(example, "plain").push(engine)
}

/// A build to come.
#[derive(Debug)]
pub struct Build<'a> {
    example: &'a str,
    tag: String,
    parameters: String,
    flags: Vec<String>,
}

impl<'a> Build<'a> {
    /// The example's build with nothing special. The tag keeps the builds of tests apart.
    pub fn of(example: &'a str, tag: &str) -> Self {
        Self { example, tag: tag.to_owned(), parameters: String::new(), flags: Vec::new() }
    }

    /// A parameter of the generator.
    #[must_use]
    pub fn parameter(mut self, key: &str, value: &str) -> Self {
        self.parameters = format!("{},{key}={value}", self.parameters);
        self
    }

    /// One more flag of `docker buildx build`.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Builds and pushes, and reads the SBOM back; once for all tests that ask for the same tag.
    pub fn push(&self, engine: &Engine) -> Result<Arc<Built>> {
        static BUILT: Mutex<BTreeMap<String, Arc<Built>>> = Mutex::new(BTreeMap::new());
        let image = self.image(engine);
        let mut all = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(built) = all.get(&image.reference()) {
            return Ok(Arc::clone(built));
        }
        let printed = self.attempt(engine)?;
        ensure!(printed.success, "{} does not build:\n{}", self.example, printed.err);
        let statements = statements(&image)?;
        let built = Arc::new(Built { image, statements });
        all.insert(built.image.reference(), Arc::clone(&built));
        Ok(built)
    }

    /// Builds and pushes, and tells how it went.
    pub fn attempt(&self, engine: &Engine) -> Result<Printed> {
        let (tag, attest) = (self.image(engine).reference(), self.attest(engine));
        let mut arguments =
            vec!["buildx", "build", "--progress=plain", "--push", "-t", &tag, &attest];
        let contexts = contexts(engine, self.example)?;
        for context in &contexts {
            arguments.extend(["--build-context", context]);
        }
        arguments.extend(self.flags.iter().map(String::as_str));
        let directory = format!("examples/{}", self.example);
        arguments.push(&directory);
        engine.build(&arguments)
    }

    fn attest(&self, engine: &Engine) -> String {
        format!("--attest=type=sbom,generator={}{}", engine.generator, self.parameters)
    }

    fn image(&self, engine: &Engine) -> Image {
        Image::new(&engine.registry, &format!("examples/{}", self.example), &self.tag)
    }
}

/// The named contexts that docker-bake.hcl gives an example, as `NAME=SOURCE`.
fn contexts(engine: &Engine, example: &str) -> Result<Vec<String>> {
    let roots = crate::work_dir().join("roots");
    let bake = command::output(
        engine.docker(&["buildx", "bake", "--print", example]).env("ROOTS", roots),
    )?;
    let plan: Value = serde_json::from_str(&bake)?;
    let contexts = plan["target"][example]["contexts"].as_object().context("no contexts")?;
    Ok(contexts
        .iter()
        .map(|(name, source)| format!("{name}={}", source.as_str().unwrap_or_default()))
        .collect())
}
