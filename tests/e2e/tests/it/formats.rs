//! Documents of every format that the program writes: valid, and the same in other people's readers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use e2e::engine::engine;
use e2e::{checkers, command, program, work_dir};
use serde_json::Value;

/// Roots that hold packages of an operating system and of languages.
const ROOTS: [&str; 3] = ["debian", "distroless", "modules-multi-stage"];

/// Writes a format of every root and checks it.
fn each(format: &str, view: &str, check: impl Fn(&Path) -> Result<()>) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    for root in ROOTS {
        let path = scratch.path().join(format!("{root}.json"));
        scan(root, format, view, &path)?;
        check(&path).with_context(|| format!("{format} of {root}"))?;
    }
    Ok(())
}

fn scan(root: &str, format: &str, view: &str, path: &Path) -> Result<()> {
    let root: PathBuf = work_dir().join("roots").join(root);
    let mut scan = Command::new(program::path()?);
    scan.arg("scan").arg(format!("dir:{}", root.display())).args(["-q", "--view", view]);
    command::output(scan.arg("-o").arg(format!("{format}={}", path.display())))?;
    Ok(())
}

#[test]
fn cyclonedx_documents_fit_the_schemas_of_both_versions() -> Result<()> {
    if engine()?.is_none() {
        return Ok(());
    }
    for view in ["inventory", "usage"] {
        each("cyclonedx-json", view, |path| checkers::cyclonedx(path, "1.6"))?;
        each("cyclonedx-json@1.7", view, |path| checkers::cyclonedx(path, "1.7"))?;
    }
    Ok(())
}

#[test]
fn another_reader_of_protocol_buffers_reads_what_the_json_says() -> Result<()> {
    if engine()?.is_none() {
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    for root in ROOTS {
        let (json, protobuf) = (scratch.path().join("json"), scratch.path().join("pb"));
        scan(root, "cyclonedx-json", "inventory", &json)?;
        scan(root, "cyclonedx-pb", "inventory", &protobuf)?;
        let ours: Value = serde_json::from_slice(&std::fs::read(&json)?)?;
        let theirs = checkers::protobuf_as_json(&protobuf)?;
        for member in ["specVersion", "version"] {
            ensure!(ours[member] == theirs[member], "{member} of {root}: {}", theirs[member]);
        }
        let name = theirs["serialNumber"].as_str().unwrap_or_default();
        ensure!(name.starts_with("urn:uuid:"), "the name of {root} is {name:?}");
        let (ours, theirs) = (components(&ours)?, components(&theirs)?);
        ensure!(ours.len() == theirs.len(), "{root} has {} components there", theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            for member in MEMBERS {
                ensure!(ours[member] == theirs[member], "{member}: {ours} is there {theirs}");
            }
        }
    }
    Ok(())
}

/// Members of components that both forms write alike.
const MEMBERS: [&str; 8] =
    ["type", "bom-ref", "group", "name", "version", "purl", "properties", "hashes"];

fn components(bom: &Value) -> Result<&Vec<Value>> {
    bom["components"].as_array().context("no components")
}

#[test]
fn spdx_3_documents_fit_schema_and_shapes_and_have_the_minimum_elements() -> Result<()> {
    if engine()?.is_none() {
        return Ok(());
    }
    each("spdx3-json", "inventory", |path| {
        checkers::spdx3(path)?;
        checkers::ntia_spdx3(path)
    })
}
