//! Parameters of the generator, as `--attest` gives them.

use anyhow::Result;
use e2e::engine::engine;
use e2e::example::Build;

#[test]
fn a_wrong_value_fails_the_build_and_is_named() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let printed =
        Build::of("scratch-static", "wrong").parameter("FILES", "some").attempt(engine)?;
    assert!(!printed.success);
    assert!(printed.err.contains("FILES=some"), "{}", printed.err);
    Ok(())
}

#[test]
fn an_unknown_parameter_fails_the_build_and_is_named() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let printed =
        Build::of("scratch-static", "unknown").parameter("FILE", "all").attempt(engine)?;
    assert!(!printed.success);
    assert!(printed.err.contains("unknown parameter FILE"), "{}", printed.err);
    Ok(())
}

#[test]
fn the_log_of_the_build_tells_what_was_done() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let printed = Build::of("scratch-static", "log").flag("--no-cache").attempt(engine)?;
    for word in ["walk", "analyze", "resolve", "components", "bytes", "peak memory"] {
        assert!(printed.err.contains(word), "no {word}: {}", printed.err);
    }
    Ok(())
}
