//! Running programs, and saying what they said when they fail.

use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

/// What a program printed.
#[derive(Debug)]
pub struct Printed {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether the program ended well.
    pub success: bool,
}

impl Printed {
    /// Whether a build's log, as `--progress=plain` writes it, says that our program ran in a step: it ends with counts.
    /// A result that BuildKit fetches from a registry is `DONE` too, not `CACHED`.
    pub fn ran(&self, step: &str) -> Result<bool> {
        let mut lines = self.err.lines();
        let line =
            lines.find(|it| it.ends_with(step)).with_context(|| format!("no step {step}"))?;
        let number = line.split(' ').next().unwrap_or_default();
        Ok(lines.any(|it| it.split(' ').next() == Some(number) && it.contains("] done  ")))
    }
}

/// Runs a command to its end, whatever its exit code.
pub fn run(command: &mut Command) -> Result<Printed> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {command:?}"))?;
    Ok(Printed {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        success: output.status.success(),
    })
}

/// The standard output of a command that must end well.
pub fn output(command: &mut Command) -> Result<String> {
    let printed = run(command)?;
    if !printed.success {
        bail!("{command:?} failed:\n{}{}", printed.out, printed.err);
    }
    Ok(printed.out)
}
