//! Which installed package needs which, by the answers of those who decide it: apt, rpm, Python's `packaging`, Node.js
//! and RubyGems.

use crate::command::{output, run};
use crate::work_dir;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of packages, or names and versions as `NAME@VERSION`: what needs, and what is needed.
pub type Edges = BTreeSet<(String, String)>;

/// What apt says of the packages in dpkg's database, by name. Of a virtual package it is asked who provides it.
pub fn deb(root: &Path) -> Result<Edges> {
    let admin = root.join("var/lib/dpkg");
    let list = output(Command::new("dpkg-query").arg("--admindir").arg(&admin).args([
        "-W",
        "-f",
        "${Package}\n",
    ]))?;
    let installed: BTreeSet<&str> = list.lines().collect();
    let apt = |command: &str, names: &[&str]| {
        let mut apt = Command::new("apt-cache");
        apt.arg("-o").arg(format!("Dir::State::status={}", admin.join("status").display()));
        for setting in
            ["Dir::State::lists=/nonexistent", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="]
        {
            apt.args(["-o", setting]);
        }
        output(apt.arg(command).args(names))
    };
    let names: Vec<&str> = installed.iter().copied().collect();
    let stated = apt("depends", &names)?;
    let (mut needs, mut from) = (Vec::new(), "");
    for line in stated.lines() {
        if !line.starts_with([' ', '|']) {
            from = line;
        }
        let line = line.trim_start_matches([' ', '|']);
        let needed = ["Depends: ", "PreDepends: "].iter().find_map(|it| line.strip_prefix(it));
        let needed = needed.and_then(|it| it.split(':').next());
        needs.extend(needed.map(|it| (from, it.trim_matches(['<', '>']))));
    }
    let names: BTreeSet<&str> = needs.iter().map(|(_, needed)| *needed).collect();
    let told = apt("showpkg", &names.into_iter().collect::<Vec<_>>())?;
    let mut providers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for told in told.split("Package: ") {
        let Some((_, by)) = told.split_once("Reverse Provides:") else { continue };
        let by = by.lines().filter_map(|it| it.split(' ').next());
        let name = told.lines().next().unwrap_or_default();
        providers.insert(name, by.filter(|it| installed.contains(it)).collect());
    }
    let mut edges = Edges::new();
    for (from, needed) in needs {
        let itself = [needed].into_iter().filter(|it| installed.contains(it));
        let met: Vec<&str> =
            itself.chain(providers.get(needed).into_iter().flatten().copied()).collect();
        // What provides what it needs itself has no need of others.
        if !met.contains(&from) {
            edges.extend(met.into_iter().map(|to| (from.to_owned(), to.to_owned())));
        }
    }
    Ok(edges)
}

/// What rpm says of the packages in its database of SQLite, by name. It is given a copy, since it writes beside it.
pub fn rpm(root: &Path) -> Result<Edges> {
    let copy = tempfile::tempdir()?;
    fs::copy(root.join("usr/lib/sysimage/rpm/rpmdb.sqlite"), copy.path().join("rpmdb.sqlite"))?;
    let rpm = || {
        let mut rpm = Command::new("rpm");
        rpm.arg("--dbpath").arg(copy.path()).arg("-q");
        rpm
    };
    let list = output(rpm().args(["-a", "--qf", "[%{=NAME}\t%{REQUIRENAME}\n]"]))?;
    let mut providers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut edges = Edges::new();
    for (from, needed) in list.lines().filter_map(|it| it.split_once('\t')) {
        if !providers.contains_key(needed) {
            let told = run(rpm().args(["--whatprovides", "--qf", "%{NAME}\n", needed]))?;
            let names = if told.success {
                told.out.lines().map(str::to_owned).collect()
            } else {
                BTreeSet::new()
            };
            providers.insert(needed, names);
        }
        let met = &providers[needed];
        if !met.contains(from) {
            edges.extend(met.iter().map(|to| (from.to_owned(), to.clone())));
        }
    }
    Ok(edges)
}

/// What the PyPI package `packaging` says of the distributions in some directories, for an interpreter of Linux.
pub fn pypi(directories: &[PathBuf], python: &str) -> Result<Edges> {
    const SAY: &str = r"
import importlib.metadata as m, json, sys
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canon
from packaging.markers import default_environment
env = default_environment() | {'python_version': sys.argv[1], 'python_full_version': sys.argv[1] + '.2'}
all = {canon(it.metadata['Name']): it for it in m.distributions(path=sys.argv[2:])}
edges, todo, seen = set(), [(name, '') for name in all], set()
while todo:
    name, extra = todo.pop()
    if (name, extra) in seen: continue
    seen.add((name, extra))
    for text in all[name].requires or []:
        req = Requirement(text)
        if req.marker and not req.marker.evaluate(env | {'extra': extra}): continue
        to = canon(req.name)
        if to not in all or not req.specifier.contains(all[to].version, prereleases=True): continue
        if to != name: edges.add((name, to))
        todo += [(to, canon(it)) for it in req.extras]
print(json.dumps(sorted([f'{a}@{all[a].version}', f'{b}@{all[b].version}'] for a, b in edges)))
";
    let mut python_of_ours = Command::new(work_dir().join("venv/bin/python"));
    read(&output(python_of_ours.args(["-c", SAY, python]).args(directories))?)
}

/// What `require.resolve.paths` of Node.js leads to from every package in `node_modules` folders.
pub fn npm(root: &Path) -> Result<Edges> {
    const SAY: &str = r"
const fs = require('fs'), { join, dirname } = require('path'), { createRequire } = require('module');
const packages = [], read = file => JSON.parse(fs.readFileSync(file));
const walk = dir => { for (const it of fs.readdirSync(dir, { withFileTypes: true })) {
  const path = join(dir, it.name);
  if (it.isDirectory()) walk(path);
  else if (it.name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(dir)) packages.push(path);
} };
walk(process.argv[1]);
const edges = new Set(), named = it => it.name + '@' + it.version;
for (const file of packages) {
  const it = read(file), all = { ...it.dependencies, ...it.optionalDependencies, ...it.peerDependencies };
  if (!it.name || !it.version) continue;
  for (const name of Object.keys(all)) {
    const paths = createRequire(file).resolve.paths(name) ?? [];
    const found = paths.map(at => join(at, name, 'package.json')).find(at => at.startsWith(process.argv[1]) && fs.existsSync(at));
    if (found && named(read(found)) !== named(it)) edges.add(JSON.stringify([named(it), named(read(found))]));
  }
}
console.log('[' + [...edges].join() + ']');
";
    read(&output(Command::new("node").args(["-e", SAY]).arg(root))?)
}

/// What RubyGems says of the gems in its directory in a tree, by the Ruby in the tree.
pub fn gem(root: &Path) -> Result<Edges> {
    const SAY: &str = r"
require 'json'
edges = Gem::Specification.flat_map do |it|
  it.runtime_dependencies.filter_map do |need|
    met = Gem::Specification.find_all_by_name(need.name, need.requirement).first
    [it, met].map { |one| one.name + '@' + one.version.to_s } if met
  end
end
puts JSON.generate(edges)
";
    read(&output(Command::new("chroot").arg(root).args(["/usr/bin/ruby", "-e", SAY]))?)
}

fn read(list: &str) -> Result<Edges> {
    let list: Value = serde_json::from_str(list)?;
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let pairs = list.as_array().context("not a list")?.iter();
    Ok(pairs.map(|it| (text(&it[0]), text(&it[1]))).collect())
}
