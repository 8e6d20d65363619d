//! The recipes of `examples/` do what they say.

use anyhow::{Context, Result, ensure};
use e2e::engine::{Engine, engine};
use e2e::frontend::attached;
use e2e::recipe::{Workplace, lines, text, yaml};
use e2e::registry::Image;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

const SPDX: &str = "https://spdx.dev/Document";
const CYCLONEDX: &str = "https://cyclonedx.org/bom";

/// What is attached to an image of this machine's platform, by type.
fn types(image: &Image) -> Result<Vec<String>> {
    let all = attached(image, &image.platform_digest()?)?;
    Ok(all.into_iter().map(|it| it.0).collect())
}

/// What a file of `--metadata-file` says of ours.
fn summary(metadata: &str) -> Result<Value> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let said = metadata.get("frontend.sbom-indexer").and_then(Value::as_str);
    Ok(serde_json::from_str(said.context("no summary")?)?)
}

/// Variables of GitLab for an image.
fn gitlab(engine: &Engine, name: &str) -> (Image, Vec<(&'static str, String)>) {
    let image = Image::new(&engine.registry, name, "0123");
    let repository = format!("{}/{name}", engine.registry);
    let variables = vec![
        ("CI_REGISTRY", engine.registry.clone()),
        ("CI_REGISTRY_IMAGE", repository),
        ("CI_REGISTRY_USER", "user".to_owned()),
        ("CI_REGISTRY_PASSWORD", "password".to_owned()),
        ("CI_COMMIT_SHA", "0123".to_owned()),
    ];
    (image, variables)
}

fn borrowed<'a>(variables: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    variables.iter().map(|(name, it)| (*name, it.as_str())).collect()
}

#[test]
fn the_dockerfile_and_its_bake_file_attach_sboms_in_every_way() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let debian = e2e::work_dir().join("roots/debian.oci");
    for (target, expected) in [("default", true), ("any", true), ("generator", false)] {
        let image = Image::new(&engine.registry, "recipes/bake", target);
        let place = Workplace::new(engine)?.with(&[("TAG", &image.reference())]);
        for file in ["Dockerfile", "docker-bake.hcl", "greet.sh"] {
            let text = text(engine, &format!("frontend/{file}"))?;
            // That frontend cannot be pulled here; without it the engine's own builds.
            let pulled = "  args = {\n    BUILDKIT_SYNTAX = \"docker/dockerfile:1\"\n  }\n";
            ensure!(file != "docker-bake.hcl" || text.contains(pulled), "{text}");
            let text = text.replace(pulled, "");
            let other = target != "default" && file == "Dockerfile";
            let text = if other { text.replace("# syntax=", "# ") } else { text };
            let text = text.replace("debian:12-slim", "debian");
            fs::write(place.path(file), text)?;
        }
        let base = format!("{target}.contexts.debian=oci-layout://{}", debian.display());
        let arguments = ["buildx", "bake", "--push", "--set", &base, target];
        place.run(Command::new("docker").args(arguments))?;
        let types = types(&image)?;
        ensure!(types.iter().any(|it| it == SPDX), "{target}: {types:?}");
        ensure!(types.iter().any(|it| it == CYCLONEDX) == expected, "{target}: {types:?}");
    }
    Ok(())
}

#[test]
fn the_pipeline_of_gitlab_builds_with_a_cache_and_a_summary() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let (image, variables) = gitlab(engine, "recipes/gitlab");
    let place = Workplace::new(engine)?.with(&borrowed(&variables));
    let [pipeline] = &yaml(engine, "ci/gitlab-ci.yml")?[..] else { anyhow::bail!("one document") };
    let script = [&pipeline["image"]["before_script"], &pipeline["image"]["script"]].map(lines);
    place.shell(&script.concat())?;
    let found = types(&image)?;
    assert_eq!(found[..2], [SPDX, CYCLONEDX]);
    for artifact in lines(&pipeline["image"]["artifacts"]["paths"]) {
        let said = summary(&fs::read_to_string(place.path(&artifact))?)?;
        assert_eq!(said["platforms"]["linux/amd64"]["components"], 0, "{said}");
    }
    let cache = Image::new(&engine.registry, "recipes/gitlab", "cache").index()?;
    ensure!(cache.is_object(), "{cache}");
    Ok(())
}

#[test]
fn the_pipeline_of_gitlab_attaches_after_the_push_and_so_does_the_script() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let (image, variables) = gitlab(engine, "recipes/gitlab-attach");
    let place = Workplace::new(engine)?.with(&borrowed(&variables));
    let [pipeline] = &yaml(engine, "ci/attach.gitlab-ci.yml")?[..] else {
        anyhow::bail!("one document")
    };
    for job in lines(&pipeline["stages"]).iter().map(|it| if it == "build" { "image" } else { it })
    {
        let job = &pipeline[job];
        let script = [&job["before_script"], &job["script"]].map(lines);
        let printed = place.shell(&script.concat())?;
        // One container has the name that the recipe gives it.
        let _ = place.shell(&["docker rm sbom-indexer".to_owned()]);
        if job["stage"] == "attach" {
            ensure!(printed.out.contains("byte for byte"), "{}{}", printed.out, printed.err);
        }
    }
    let script = e2e::repository("examples/ci/attach.sh").display().to_string();
    let reference = image.reference();
    let lines = [format!("PATH=$PWD:$PATH {script} {reference} .")];
    let printed = place.shell(&lines)?;
    ensure!(printed.out.contains("byte for byte"), "{}{}", printed.out, printed.err);
    Ok(())
}

/// What GitHub would put in the place of its expressions.
fn filled(engine: &Engine, text: &str) -> String {
    let known = [
        ("ghcr.io", engine.registry.as_str()),
        ("${{ github.repository }}", "recipes/github"),
        ("${{ github.sha }}", "0123"),
    ];
    known.iter().fold(text.to_owned(), |text, (name, it)| text.replace(name, it))
}

/// What `docker/build-push-action` makes of its inputs.
fn build(engine: &Engine, inputs: &Value) -> Result<Vec<String>> {
    let mut arguments = vec!["buildx".to_owned(), "build".to_owned()];
    for (name, value) in inputs.as_object().context("no inputs")? {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let text = filled(engine, text.trim());
        match name.as_str() {
            "push" => arguments.push("--push".to_owned()),
            "tags" => arguments.extend(text.lines().map(|it| format!("--tag={it}"))),
            "build-args" => arguments.extend(text.lines().map(|it| format!("--build-arg={it}"))),
            "sbom" | "platforms" => arguments.push(format!("--{name}={text}")),
            // The cache of GitHub is nowhere else.
            "cache-from" | "cache-to" if text.starts_with("type=gha") => {}
            other => anyhow::bail!("build-push-action: {other}"),
        }
    }
    arguments.extend(["--metadata-file=metadata.json".to_owned(), ".".to_owned()]);
    Ok(arguments)
}

#[test]
fn the_workflow_of_github_builds_and_tells_what_was_found() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let [workflow] = &yaml(engine, "ci/github-actions.yml")?[..] else {
        anyhow::bail!("one document")
    };
    let steps = workflow["jobs"]["image"]["steps"].as_array().context("no steps")?;
    let of = |action: &str| {
        let is_it = |it: &&Value| it["uses"].as_str().is_some_and(|it| it.starts_with(action));
        steps.iter().find(is_it).with_context(|| format!("no {action}"))
    };
    let place = Workplace::new(engine)?;
    let arguments = build(engine, &of("docker/build-push-action@")?["with"])?;
    place.run(Command::new("docker").args(arguments))?;
    let image = Image::new(&engine.registry, "recipes/github", "0123");
    assert_eq!(types(&image)?[..2], [SPDX, CYCLONEDX]);
    let step = steps.iter().find(|it| it["run"].is_string()).context("no step that runs")?;
    assert_eq!(step["env"]["METADATA"], "${{ steps.build.outputs.metadata }}");
    let metadata = fs::read_to_string(place.path("metadata.json"))?;
    let place = place.with(&[("METADATA", &metadata)]);
    let printed = place.shell(&[step["run"].as_str().context("no text")?.to_owned()])?;
    assert_eq!(serde_json::from_str::<Value>(&printed.out)?, summary(&metadata)?);
    Ok(())
}

#[test]
fn the_commands_of_other_recipes_are_ones_that_the_program_knows() -> Result<()> {
    let Some(engine) = engine()? else { return Ok(()) };
    let place = Workplace::new(engine)?.with(&[("IMAGE", "registry.example/a")]);
    // Who signs without a key asks a service who it is, which no other machine has.
    let help = format!("#!/bin/sh\nexec {} \"$@\" --help\n", place.path("program").display());
    fs::rename(place.path("sbom-indexer"), place.path("program"))?;
    fs::write(place.path("sbom-indexer"), help)?;
    fs::set_permissions(place.path("sbom-indexer"), fs::Permissions::from_mode(0o755))?;
    let [workflow] = &yaml(engine, "ci/attach.github-actions.yml")?[..] else {
        anyhow::bail!("one document")
    };
    let steps = workflow["jobs"]["image"]["steps"].as_array().context("no steps")?;
    let runs = steps.iter().filter(|it| it["env"]["IMAGE"].is_string());
    let runs: Vec<&str> = runs.filter_map(|it| it["run"].as_str()).collect();
    assert_eq!(runs.len(), 1);
    place.shell(
        &runs.iter().map(|it| it.replace("${{ github.workflow_ref }}", "w")).collect::<Vec<_>>(),
    )?;
    let tasks = yaml(engine, "ci/attach.tekton.yml")?;
    let tasks: Vec<&Value> = tasks.iter().filter(|it| it["kind"] == "Task").collect();
    assert_eq!(tasks.len(), 2);
    for step in tasks.iter().filter_map(|it| it["spec"]["steps"].as_array()).flatten() {
        assert_eq!(step["command"][0], "/sbom-indexer");
        place.run(Command::new(place.path("sbom-indexer")).args(lines(&step["args"])))?;
    }
    Ok(())
}
