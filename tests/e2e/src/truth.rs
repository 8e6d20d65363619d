//! The ground truth: what the package managers themselves say of the roots that went into an image.
//! Packages are written as in [`crate::document::Document::packages`]: a decoded purl without its type.

use crate::command::output;
use crate::registry::text;
use crate::work_dir;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages by purl type.
pub type Packages = BTreeMap<&'static str, BTreeSet<String>>;

/// A root that roots.sh made.
pub fn root(path: &str) -> PathBuf {
    work_dir().join("roots").join(path)
}

/// What dpkg has installed in a root.
pub fn deb(root: &Path) -> Result<BTreeSet<String>> {
    let admin = root.join("var/lib/dpkg");
    let format = "--showformat=${db:Status-Status} ${Package} ${Version}\n";
    let list =
        output(Command::new("dpkg-query").arg("--admindir").arg(admin).arg("--show").arg(format))?;
    Ok(list.lines().filter_map(|it| it.strip_prefix("installed ")).map(debian).collect())
}

/// The packages that were unpacked into the distroless root.
pub fn distroless() -> Result<BTreeSet<String>> {
    let mut packages = BTreeSet::new();
    for package in fs::read_dir(work_dir().join("cache/distroless/debs"))? {
        let format = "--showformat=${Package} ${Version}";
        packages.insert(debian(&output(
            Command::new("dpkg-deb").arg("--show").arg(format).arg(package?.path()),
        )?));
    }
    Ok(packages)
}

/// A line `NAME VERSION` as a package of Debian.
fn debian(line: &str) -> String {
    format!("debian/{}", line.replace(' ', "@"))
}

/// What Python's importlib.metadata finds in directories of its search path.
pub fn pypi(directories: &[PathBuf]) -> Result<BTreeSet<String>> {
    const LIST: &str = "import sys, importlib.metadata as m\n\
        for it in m.distributions(path=sys.argv[1:]): print(it.metadata['Name'].lower().replace('_', '-') + '@' + it.version)";
    let list = output(
        Command::new(work_dir().join("venv/bin/python")).args(["-c", LIST]).args(directories),
    )?;
    Ok(list.lines().map(str::to_owned).collect())
}

/// What npm finds installed for a project.
pub fn npm(project: &Path) -> Result<BTreeSet<String>> {
    let list: Value = serde_json::from_str(&output(
        Command::new("npm").args(["query", "*"]).current_dir(project),
    )?)?;
    let installed = list.as_array().context("not a list")?.iter().filter(|it| it["location"] != "");
    installed.map(|it| Ok(format!("{}@{}", text(&it["name"])?, text(&it["version"])?))).collect()
}

/// What Go finds in the programs of a directory. An unversioned main module, `(devel)`, has its commit, where Go knows it.
pub fn golang(directory: &Path) -> Result<BTreeSet<String>> {
    let list = output(Command::new("go").args(["version", "-m"]).arg(directory))?;
    let mut modules: Vec<String> = Vec::new();
    let mut main = 0;
    for line in list.lines() {
        if let Some((_, version)) = line.split_once(": go") {
            modules.push(format!("stdlib@{version}"));
        }
        match line.trim().split(['\t', '=']).collect::<Vec<_>>().as_slice() {
            ["mod", path, "(devel)", ..] => {
                main = modules.len();
                modules.push((*path).to_owned());
            }
            ["mod" | "dep", path, version, ..] => modules.push(format!("{path}@{version}")),
            ["build", "vcs.revision", commit] => {
                modules[main] = format!("{}@{commit}", modules[main]);
            }
            _ => {}
        }
    }
    Ok(modules.into_iter().collect())
}
