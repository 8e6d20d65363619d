//! Other people's judgement of documents: the schemas, the libraries, the NTIA's minimum elements.

use crate::command::{self, output};
use crate::document::Document;
use crate::{engine, repository, work_dir};
use anyhow::{Context, Result, ensure};
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

/// Checks a CycloneDX document against the JSON schema of its version, strictly, with CycloneDX's own Python library.
pub fn cyclonedx(path: &Path, version: &str) -> Result<()> {
    const VALIDATE: &str = "import sys\n\
        from cyclonedx.schema import SchemaVersion\n\
        from cyclonedx.validation.json import JsonStrictValidator\n\
        version = SchemaVersion.from_version(sys.argv[2])\n\
        error = JsonStrictValidator(version).validate_str(open(sys.argv[1]).read())\n\
        sys.exit(error and str(error)[:2000])";
    python(&["-c", VALIDATE, text(path)?, version])
}

/// Checks an SPDX 3 document against the JSON schema and the SHACL shapes.
/// Where these cannot be had, that is told: package registries do not have them.
pub fn spdx3(path: &Path) -> Result<()> {
    let mut validate = Command::new(work_dir().join("venv/bin/python"));
    validate.arg(repository("tests/e2e/validate_spdx3.py")).args(["--quiet", "--json"]).arg(path);
    let printed = command::run(&mut validate)?;
    if printed.err.contains("urlopen error") && std::env::var_os("SPDX3_MODEL").is_none() {
        engine::warn(
            "SPDX 3 is not validated: spdx.org cannot be reached and SPDX3_MODEL names no copy",
        );
        return Ok(());
    }
    ensure!(printed.success, "{}{}", printed.out, printed.err);
    Ok(())
}

/// Checks that an SPDX 3 document has the NTIA's minimum elements.
pub fn ntia_spdx3(path: &Path) -> Result<()> {
    let mut checker = Command::new(work_dir().join("venv/bin/sbomcheck"));
    let printed =
        command::run(checker.args(["--comply", "ntia", "--sbom-spec", "spdx3"]).arg(path))?;
    ensure!(printed.success, "{}{}", printed.out, printed.err);
    Ok(())
}

/// Reads CycloneDX's protocol buffers with a library that others made, and gives them as CycloneDX's JSON.
pub fn protobuf_as_json(path: &Path) -> Result<serde_json::Value> {
    const READ: &str = "import { readFileSync } from 'node:fs';\n\
        import { encodeBomJson, parseBomBinary } from '@appthreat/cdx-proto';\n\
        console.log(JSON.stringify(encodeBomJson(parseBomBinary(readFileSync(process.argv[1])))));";
    let mut node = Command::new("node");
    node.args(["--input-type=module", "-e", READ]).arg(path).current_dir(work_dir().join("node"));
    Ok(serde_json::from_str(&output(&mut node)?)?)
}

fn python(arguments: &[&str]) -> Result<()> {
    output(Command::new(work_dir().join("venv/bin/python")).args(arguments))?;
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is not text")
}

fn with_file(document: &Document, check: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("sbom.spdx.json");
    fs::write(&path, serde_json::to_vec(&document.0)?)?;
    check(&path)
}
