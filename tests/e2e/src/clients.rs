//! Real registries and other people's clients of registries, where no Docker engine is needed.

use crate::engine::{environment, or_skip, script};
use crate::{program, work_dir};
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::process::Command;
use std::sync::OnceLock;

/// A registry, one that lists referrers, and crane, oras and cosign.
#[derive(Debug)]
pub struct Clients {
    environment: Vec<(String, String)>,
    /// Host and port of the registry.
    pub registry: String,
    /// Host and port of one that has the Referrers API.
    pub lister: String,
    // The registry is stopped when the last lock on this file is gone.
    _in_use: File,
}

/// The registry; none, with a reason on standard error, where it cannot be had. That is an error in CI.
pub fn clients() -> Result<Option<&'static Clients>> {
    static CLIENTS: OnceLock<Result<Clients, String>> = OnceLock::new();
    or_skip(CLIENTS.get_or_init(|| start().map_err(|error| format!("{error:#}"))), "registry")
}

fn start() -> Result<Clients> {
    let dir = work_dir();
    fs::create_dir_all(&dir)?;
    let in_use = File::create(dir.join("in-use"))?;
    in_use.lock_shared()?;
    let environment = environment(&script("docker.sh", &["registry"], &dir, &[])?)?;
    let host = |wanted: &str| {
        let found = environment.iter().find(|(name, _)| name == wanted);
        found.map(|(_, host)| host.clone()).with_context(|| format!("no {wanted}"))
    };
    let (registry, lister) = (host("REGISTRY")?, host("LISTER")?);
    Ok(Clients { registry, lister, environment, _in_use: in_use })
}

impl Clients {
    /// One of the clients, with the password of the tests' keys.
    pub fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(name);
        command.args(arguments).envs(self.environment.iter().cloned());
        command.env("COSIGN_PASSWORD", "sesame");
        command
    }

    /// Our own program.
    pub fn ours(&self, arguments: &[&str]) -> Result<Command> {
        Ok(self.program(&program::path()?.to_string_lossy(), arguments))
    }
}
