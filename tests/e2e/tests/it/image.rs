//! The generator's own image.

use anyhow::{Context, Result};
use e2e::command::output;
use e2e::engine::engine;
use e2e::registry::{Image, text};
use e2e::repository;
use serde_json::{Value, json};

const LIMIT: u64 = 15_000_000;

#[test]
fn the_image_is_one_small_program_and_its_user_is_not_root() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let image = Image::new(&engine.registry, "sbom-indexer", "e2e");
    let manifest = image.manifest(&image.platform_digest()?)?;
    let layers = manifest["layers"].as_array().context("no layers")?;
    assert_eq!(layers.len(), 1);
    let config: Value =
        serde_json::from_slice(&image.blob(&text(&manifest["config"]["digest"])?)?)?;
    assert_eq!(config["config"]["Entrypoint"], json!(["/sbom-indexer"]));
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(config["config"]["Cmd"], Value::Null);
    let program = std::fs::metadata(e2e::program::path()?)?.len();
    assert!(program < LIMIT, "the program is {program} bytes");
    Ok(())
}

#[test]
fn the_image_runs() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let help = output(&mut engine.docker(&["run", "--rm", &engine.generator, "--help"]))?;
    assert!(help.contains("Usage: sbom-indexer"), "{help}");
    Ok(())
}

#[test]
fn bake_knows_every_example_and_every_platform() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let bake = output(&mut engine.docker(&["buildx", "bake", "--print", "image-all", "examples"]))?;
    let plan: Value = serde_json::from_str(&bake)?;
    assert_eq!(plan["target"]["image-all"]["platforms"], json!(["linux/amd64", "linux/arm64"]));
    for example in e2e::example::EXAMPLES {
        assert_eq!(plan["target"][example]["attest"][0]["type"], "sbom", "{example}");
        assert!(repository("examples").join(example).join("Dockerfile").exists(), "{example}");
    }
    Ok(())
}
