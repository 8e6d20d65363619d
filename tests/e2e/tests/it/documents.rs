//! Other people's tools take the documents.

use anyhow::{Context, Result};
use e2e::checkers;
use e2e::document::Document;
use e2e::engine::{Engine, engine};
use e2e::example::{Build, EXAMPLES, built};

/// Checks every document of every example, and one with files.
fn each(engine: &Engine, check: impl Fn(&Document) -> Result<()>) -> Result<()> {
    for example in EXAMPLES {
        for (target, statement) in &built(engine, example)?.statements {
            check(&statement.document).with_context(|| format!("{target} of {example}"))?;
        }
    }
    let with_files =
        Build::of("debian-python-node", "files").parameter("FILES", "all").push(engine)?;
    check(&with_files.statement("sbom")?.document).context("with files")
}

#[test]
fn documents_fit_the_schema_of_spdx() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    each(engine, checkers::schema)
}

#[test]
fn documents_are_valid_for_spdx_tools() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    each(engine, checkers::spdx_tools)
}

#[test]
fn documents_have_the_minimum_elements_of_the_ntia() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    each(engine, checkers::ntia)
}
