//! Nothing is scanned again without need, also where only a cache in a directory knows of the scan.

use anyhow::{Context, Result};
use e2e::command;
use e2e::engine::{Engine, engine};
use e2e::frontend::Frontend::{BuiltIn, Ours};
use e2e::frontend::Project;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const SCAN: &str = "[sbom linux/amd64] scan";
const BASE: &str = "[sbom] scan of the base image";

/// Held by whoever relies on what the engine knows of earlier builds.
static CACHE: Mutex<()> = Mutex::new(());

fn project(instructions: &str) -> Result<Project> {
    Project::new(&format!("FROM base\nRUN echo cached >/cached\n{instructions}\n"))
}

#[test]
fn nothing_is_scanned_again_without_need() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let _held = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    project("LABEL a=b")?.push(engine, (Ours, "cached"), &[])?;
    let (_, again) = project("LABEL a=b")?.push(engine, (Ours, "cached"), &[])?;
    assert!(again.is_cached(SCAN)?, "{}", again.err);
    let (_, label) = project("LABEL a=c")?.push(engine, (Ours, "cached"), &[])?;
    assert!(label.is_cached(SCAN)?, "{}", label.err);
    let (_, other) = project("RUN echo other >/other")?.push(engine, (Ours, "cached"), &[])?;
    assert!(!other.is_cached(SCAN)? && other.is_cached(BASE)?, "{}", other.err);
    let (_, anew) = project("LABEL a=b")?.push(engine, (Ours, "cached"), &["--no-cache"])?;
    assert!(!anew.is_cached(SCAN)?, "{}", anew.err);
    Ok(())
}

#[test]
fn a_cache_in_a_directory_knows_of_every_scan() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let _held = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let directory = tempfile::tempdir()?;
    let directory = directory.path().display();
    let (from, to) =
        (format!("type=local,src={directory}"), format!("type=local,dest={directory}"));
    // What earlier builds took from such a cache is known to the engine in other ways.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let base = Project::new(&format!("FROM scratch\nCOPY <<END /base\n{now}\nEND\n"))?;
    let (base, _) = base.push(engine, (BuiltIn, "remote-cache-base"), &[])?;
    let from_base =
        |what: &str| Project::new(&format!("FROM {}\nCOPY {what} /\n", base.reference()));
    let (project, other) = (from_base("a.txt")?, from_base("b")?);
    let build = |project: &Project, more: &[&str]| {
        Ok::<_, anyhow::Error>(project.push(engine, (Ours, "remote-cache"), more)?.1)
    };
    let (from, to) = (format!("--cache-from={from}"), format!("--cache-to={to},mode=max"));
    build(&project, &[&to])?;
    forget_scans(engine)?;
    let alone = build(&project, &[])?;
    assert!(!alone.is_cached(SCAN)?, "the engine has not forgotten: {}", alone.err);
    forget_scans(engine)?;
    let another = build(&other, &[&from])?;
    assert!(another.is_cached(BASE)? && !another.is_cached(SCAN)?, "{from}: {}", another.err);
    let helped = build(&project, &[&from])?;
    assert!(helped.is_cached(SCAN)?, "{from}: {}", helped.err);
    Ok(())
}

/// Has the engine forget what steps of ours have made.
fn forget_scans(engine: &Engine) -> Result<()> {
    let known = command::output(&mut engine.docker(&["buildx", "du", "--verbose"]))?;
    for record in known.split("\n\n").filter(|it| it.contains("/sbom-indexer build-step")) {
        let id = record.lines().find_map(|it| it.strip_prefix("ID:")).context("no ID")?.trim();
        let filter = format!("id={id}");
        command::output(&mut engine.docker(&["buildx", "prune", "-f", "--filter", &filter]))?;
    }
    Ok(())
}
