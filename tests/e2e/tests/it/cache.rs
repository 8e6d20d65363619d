//! Nothing is scanned again without need, also where only a cache in a directory or a registry knows of the scan.

use anyhow::{Result, ensure};
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
    forget_scans(engine)?;
    let (_, alone) = project("LABEL a=b")?.push(engine, (Ours, "cached"), &[])?;
    assert!(alone.ran(SCAN)? && alone.ran(BASE)?, "the engine has not forgotten: {}", alone.err);
    let (_, again) = project("LABEL a=b")?.push(engine, (Ours, "cached"), &[])?;
    assert!(!again.ran(SCAN)?, "{}", again.err);
    let (_, label) = project("LABEL a=c")?.push(engine, (Ours, "cached"), &[])?;
    assert!(!label.ran(SCAN)?, "{}", label.err);
    let (_, other) = project("RUN echo other >/other")?.push(engine, (Ours, "cached"), &[])?;
    assert!(other.ran(SCAN)? && !other.ran(BASE)?, "{}", other.err);
    let (_, anew) = project("LABEL a=b")?.push(engine, (Ours, "cached"), &["--no-cache"])?;
    assert!(anew.ran(SCAN)?, "{}", anew.err);
    Ok(())
}

#[test]
fn a_cache_in_a_directory_knows_of_every_scan() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let directory = directory.path().display();
    let (from, to) =
        (format!("type=local,src={directory}"), format!("type=local,dest={directory}"));
    knows_of_every_scan(engine, &from, &to)
}

#[test]
fn a_cache_in_a_registry_knows_of_every_scan() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let place = format!("type=registry,ref={}/frontend:cache", engine.registry);
    knows_of_every_scan(engine, &place, &place)
}

fn knows_of_every_scan(engine: &Engine, from: &str, to: &str) -> Result<()> {
    let _held = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
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
    let another = build(&other, &[&from])?;
    assert!(!another.ran(BASE)? && another.ran(SCAN)?, "{from}: {}", another.err);
    let helped = build(&project, &[&from])?;
    assert!(!helped.ran(SCAN)? && !helped.ran(BASE)?, "{from}: {}", helped.err);
    Ok(())
}

/// Has the engine forget what steps of ours have made.
fn forget_scans(engine: &Engine) -> Result<()> {
    let known = command::output(&mut engine.docker(&["buildx", "du", "--verbose"]))?;
    let records = known.split("\n\n").filter(|it| it.contains("/sbom-indexer build-step"));
    let ids = records.flat_map(str::lines).filter_map(|it| it.strip_prefix("ID:"));
    let ids: Vec<&str> = ids.map(str::trim).collect();
    ensure!(!ids.is_empty(), "no step of ours is known:\n{known}");
    // The filter is a pattern.
    let filter = format!("id={}", ids.join("|"));
    command::output(&mut engine.docker(&["buildx", "prune", "-f", "--filter", &filter]))?;
    Ok(())
}
