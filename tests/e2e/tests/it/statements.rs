//! The statements that BuildKit attaches.

use anyhow::{Context, Result};
use e2e::command::output;
use e2e::engine::engine;
use e2e::example::{Build, EXAMPLES, built};
use serde_json::Value;

#[test]
fn every_statement_is_about_the_image() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    for example in EXAMPLES {
        let built = built(engine, example)?;
        let digest = built.image.platform_digest()?.replace("sha256:", "");
        for (target, statement) in &built.statements {
            assert!(!statement.subjects.is_empty(), "{target} of {example}");
            for subject in &statement.subjects {
                assert_eq!(
                    subject["digest"]["sha256"],
                    digest.as_str(),
                    "{target} of {example}: {subject}"
                );
            }
        }
    }
    Ok(())
}

#[test]
fn imagetools_shows_the_document_that_the_registry_holds() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let built = built(engine, "multi-stage")?;
    let reference = built.image.reference();
    let inspect = ["buildx", "imagetools", "inspect", &reference, "--format", "{{json .SBOM}}"];
    let shown: Value = serde_json::from_str(&output(&mut engine.docker(&inspect))?)?;
    assert_eq!(shown["SPDX"], built.statement("sbom")?.document.0);
    assert_eq!(shown["AdditionalSPDXs"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[test]
fn no_files_are_listed_unless_asked_for() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    assert_eq!(
        built(engine, "debian-python-node")?.statement("sbom")?.document.list("files").len(),
        0
    );
    Ok(())
}

#[test]
fn the_layer_of_every_evidence_file_is_a_layer_of_the_image() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let built =
        Build::of("debian-python-node", "evidence").parameter("FILES", "evidence").push(engine)?;
    let image_layers = built.image.layers()?;
    let file_layers = built.statement("sbom")?.document.file_layers()?;
    assert!(!file_layers.is_empty());
    for layer in file_layers {
        assert!(image_layers.contains(&layer), "{layer} is not among {image_layers:?}");
    }
    Ok(())
}

#[test]
fn two_builds_without_a_cache_give_the_same_document() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let build = |tag| {
        Build::of("debian-python-node", tag)
            .parameter("FILES", "evidence")
            .flag("--no-cache")
            .push(engine)
    };
    let (one, other) = (build("first")?, build("second")?);
    let document = |built: &e2e::example::Built| {
        Ok::<_, anyhow::Error>(built.statement("sbom")?.document.clone())
    };
    let without_layers = |mut document: e2e::document::Document| {
        // BuildKit's own comments name the layers, whose tars hold the time of the build.
        for file in document.0["files"].as_array_mut().context("no files")? {
            file.as_object_mut().context("not an object")?.remove("comment");
        }
        serde_json::to_string(&document.0).context("not JSON")
    };
    assert_eq!(without_layers(document(&one)?)?, without_layers(document(&other)?)?);
    Ok(())
}
