//! Other people's judgement of SPDX documents: the schema, the library, the NTIA's minimum elements.

use crate::command::{self, output};
use crate::document::Document;
use crate::work_dir;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Checks a document against the SPDX 2.3 JSON schema.
pub fn schema(document: &Document) -> Result<()> {
    const VALIDATE: &str = "import json, jsonschema, sys\n\
        jsonschema.validate(*[json.load(open(path)) for path in sys.argv[1:]])";
    let schema = spdx_schema()?;
    with_file(document, |path| {
        output(
            Command::new(work_dir().join("venv/bin/python"))
                .args(["-c", VALIDATE])
                .args([path, &schema]),
        )?;
        Ok(())
    })
}

/// The schema lies in the crate serde-spdx.
fn spdx_schema() -> Result<PathBuf> {
    let arguments = ["metadata", "--format-version=1", "--locked"];
    let metadata: Value =
        serde_json::from_str(&output(Command::new(env!("CARGO")).args(arguments))?)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let package = packages.iter().find(|it| it["name"] == "serde-spdx").context("no serde-spdx")?;
    let manifest = Path::new(package["manifest_path"].as_str().context("no path")?);
    Ok(manifest.with_file_name("schemas/spdx_2_3.json"))
}

/// Checks a document with SPDX's own Python library.
pub fn spdx_tools(document: &Document) -> Result<()> {
    with_file(document, |path| {
        output(Command::new(work_dir().join("venv/bin/pyspdxtools")).arg("-i").arg(path))?;
        Ok(())
    })
}

/// Checks that a document has the NTIA's minimum elements.
pub fn ntia(document: &Document) -> Result<()> {
    with_file(document, |path| {
        let mut checker = Command::new(work_dir().join("venv/bin/sbomcheck"));
        let printed = command::run(checker.args(["--comply", "ntia"]).arg(path))?;
        ensure!(printed.success, "{}{}", printed.out, printed.err);
        Ok(())
    })
}

fn with_file(document: &Document, check: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("sbom.spdx.json");
    fs::write(&path, serde_json::to_vec(&document.0)?)?;
    check(&path)
}
