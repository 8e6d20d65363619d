//! Building Dockerfiles with our image as the frontend, and without it.

use crate::attestation::attestation_manifest;
use crate::command::Printed;
use crate::engine::Engine;
use crate::registry::{Image, text};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A Dockerfile with the files of its context.
#[derive(Debug)]
pub struct Project {
    directory: tempfile::TempDir,
}

/// Who builds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frontend {
    /// The engine's own frontend.
    BuiltIn,
    /// Our image.
    Ours,
}

impl Project {
    /// A Dockerfile beside a few files.
    pub fn new(dockerfile: &str) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        for (name, content) in [("Dockerfile", dockerfile), ("a.txt", "a\n"), ("b/c.txt", "c\n")] {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().context("no folder")?)?;
            fs::write(path, content)?;
        }
        Ok(Self { directory })
    }

    /// A path in the context.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// Builds; `base` is a named context: a Debian root.
    pub fn build(&self, engine: &Engine, by: Frontend, arguments: &[&str]) -> Result<Printed> {
        let base = crate::work_dir().join("roots/debian.oci");
        let base = format!("base=oci-layout://{}", base.display());
        let syntax = format!("BUILDKIT_SYNTAX={}", engine.generator);
        let mut all = vec!["buildx", "build", "--progress=plain", "--build-context", base.as_str()];
        if by == Frontend::Ours {
            all.extend(["--build-arg", &syntax]);
        }
        all.extend(arguments);
        let directory = self.directory.path().display().to_string();
        all.push(&directory);
        engine.build(&all)
    }

    /// Builds and pushes, which must go well.
    pub fn push(
        &self,
        engine: &Engine,
        (by, tag): (Frontend, &str),
        arguments: &[&str],
    ) -> Result<(Image, Printed)> {
        let image = Image::new(&engine.registry, "frontend", tag);
        let reference = image.reference();
        let arguments = [&["--push", "-t", &reference], arguments].concat();
        let printed = self.build(engine, by, &arguments)?;
        ensure!(printed.success, "{tag} does not build:\n{}", printed.err);
        Ok((image, printed))
    }
}

/// What is attached to an image of one platform: type, subjects' digests and predicate, in order.
pub fn attached(image: &Image, platform: &str) -> Result<Vec<(String, Vec<Value>, Value)>> {
    let manifest = attestation_manifest(image, platform)?;
    let layers = manifest["layers"].as_array().context("no layers")?;
    let statement = |layer: &Value| {
        let statement: Value = serde_json::from_slice(&image.blob(&text(&layer["digest"])?)?)?;
        let kind = text(&layer["annotations"]["in-toto.io/predicate-type"])?;
        ensure!(statement["predicateType"] == kind, "{kind} is not what the statement says");
        let subjects = statement["subject"].as_array().cloned().unwrap_or_default();
        Ok((kind, subjects, statement["predicate"].clone()))
    };
    layers.iter().map(statement).collect()
}

/// The digests of an image's manifests by platform, attestations apart.
pub fn manifests(image: &Image) -> Result<Vec<(String, String)>> {
    let index = image.index()?;
    let Some(all) = index["manifests"].as_array() else { return Ok(Vec::new()) };
    let of_platform = all.iter().filter(|it| it["platform"]["os"] != "unknown");
    let named = of_platform.map(|it| {
        let platform = &it["platform"];
        let name = format!("{}/{}", text(&platform["os"])?, text(&platform["architecture"])?);
        Ok((name, text(&it["digest"])?))
    });
    named.collect()
}

/// The files below a directory with their content, by path.
pub fn files(directory: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let (mut found, mut pending) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else if entry.file_type()?.is_file() {
                let name = entry.path().strip_prefix(directory)?.display().to_string();
                found.push((name, fs::read(entry.path())?));
            }
        }
    }
    found.sort();
    Ok(found)
}
