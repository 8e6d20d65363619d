//! Other people's judgement of SPDX documents: the schema, the library, the NTIA's minimum elements.

use crate::command::{self, output};
use crate::document::Document;
use crate::work_dir;
use anyhow::{Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Checks a document against the SPDX 2.3 JSON schema.
pub fn schema(document: &Document) -> Result<()> {
    const VALIDATE: &str = "import json, jsonschema, sys\n\
        jsonschema.validate(*[json.load(open(path)) for path in sys.argv[1:]])";
    let schema = work_dir().join("spdx-2.3.schema.json");
    with_file(document, |path| {
        output(
            Command::new(work_dir().join("venv/bin/python"))
                .args(["-c", VALIDATE])
                .arg(path)
                .arg(schema),
        )?;
        Ok(())
    })
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
