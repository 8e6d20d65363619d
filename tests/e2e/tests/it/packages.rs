//! The packages of an SBOM are exactly those that the image's own package managers know.

use anyhow::{Context, Result};
use e2e::document::Document;
use e2e::engine::engine;
use e2e::example::{EXAMPLES, built};
use e2e::truth::{Packages, deb, distroless, golang, npm, pypi, root};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

#[track_caller]
fn has_exactly(document: &Document, truth: &Packages) -> Result<()> {
    let kinds: BTreeSet<&str> = document.counts().into_keys().collect();
    assert_eq!(kinds, truth.keys().copied().collect());
    for (kind, packages) in truth {
        assert_eq!(
            &document.packages(kind)?,
            packages,
            "packages of type {kind}: found, and installed"
        );
    }
    Ok(())
}

#[test]
fn a_debian_image_has_what_dpkg_pip_npm_and_go_say() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let (debian, modules) = (root("debian"), root("modules/app"));
    let truth = Packages::from([
        ("deb", deb(&debian)?),
        ("pypi", pypi(&[debian.join("usr/lib/python3/dist-packages"), root("wheels/wheels")])?),
        ("npm", npm(&modules)?),
        ("golang", golang(&modules)?),
    ]);
    has_exactly(&built(engine, "debian-python-node")?.statement("sbom")?.document, &truth)
}

#[test]
fn a_distroless_image_has_what_was_unpacked_and_what_go_says() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let truth = Packages::from([("deb", distroless()?), ("golang", golang(&root("go-id"))?)]);
    has_exactly(&built(engine, "distroless-go")?.statement("sbom")?.document, &truth)
}

#[test]
fn an_image_of_one_static_program_has_what_go_says() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let truth = Packages::from([("golang", golang(&root("go-hello"))?)]);
    has_exactly(&built(engine, "scratch-static")?.statement("sbom")?.document, &truth)
}

#[test]
fn a_multi_stage_build_has_an_sbom_for_the_image_the_context_and_each_stage() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let built = built(engine, "multi-stage")?;
    assert_eq!(
        built.statements.keys().collect::<Vec<_>>(),
        ["sbom", "sbom-compile", "sbom-context"]
    );
    let (debian, modules) = (root("debian"), root("modules-multi-stage"));
    let image = Packages::from([("deb", distroless()?), ("npm", npm(&modules.join("app"))?)]);
    let stage = Packages::from([
        ("deb", deb(&debian)?),
        ("pypi", pypi(&[debian.join("usr/lib/python3/dist-packages")])?),
        ("npm", npm(&modules.join("build"))?),
    ]);
    has_exactly(&built.statement("sbom")?.document, &image)?;
    has_exactly(&built.statement("sbom-compile")?.document, &stage)?;
    // A lock file declares packages; nothing is installed in the context.
    let context = &built.statement("sbom-context")?.document;
    has_exactly(context, &Packages::new())?;
    assert_eq!(context.declared("npm")?, locked("multi-stage")?);
    assert_eq!(built.statement("sbom-compile")?.document.declared("npm")?, locked("multi-stage")?);
    assert_eq!(built.statement("sbom")?.document.declared("npm")?.len(), 0);
    Ok(())
}

/// What the lock file of an example pins.
fn locked(example: &str) -> Result<BTreeSet<String>> {
    let path = e2e::repository("examples").join(example).join("package-lock.json");
    let lock: Value = serde_json::from_slice(&fs::read(path)?)?;
    let packages = lock.get("packages").and_then(Value::as_object).context("no packages")?;
    let pins = packages.iter().filter_map(|(path, package)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        Some(format!("{name}@{}", package.get("version")?.as_str()?))
    });
    Ok(pins.collect())
}

#[test]
fn every_example_has_what_its_expectation_names() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    for example in EXAMPLES {
        let path = e2e::repository("examples").join(example).join("expected.json");
        let expected: Value = serde_json::from_slice(&fs::read(path)?)?;
        for (target, purls) in expected.as_object().context("not an object")? {
            let built = built(engine, example)?;
            let found: Vec<&str> = built.statement(target)?.document.purls().collect();
            for purl in purls.as_array().context("not a list")?.iter().filter_map(Value::as_str) {
                assert!(
                    found.iter().any(|it| it.starts_with(purl)),
                    "{example}: no {purl} in {target}: {found:#?}"
                );
            }
        }
    }
    Ok(())
}
