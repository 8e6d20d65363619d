//! Packages that another one brings along in its own archive (`bundleDependencies`).

use std::collections::BTreeSet;

use super::place::is_installed;
use crate::analyzers::Context;
use crate::formats::package_json::{self, PackageJson};
use crate::path::ImagePath;

/// The `package.json` of every package that came with this one: those that it names, those that they need and find
/// beside them, and what is nested in all of these. The rule is that of npm's arborist (`inBundle`).
pub(super) fn brought(
    directory: &ImagePath,
    package: &PackageJson,
    cx: &Context<'_>,
) -> Vec<ImagePath> {
    let Some(modules) = directory.join("node_modules") else { return Vec::new() };
    let mut pending = package.bundled.clone();
    let mut seen = BTreeSet::new();
    let mut brought = Vec::new();
    while let Some(name) = pending.pop() {
        let Some(folder) = modules.join(&name).filter(|it| it.is_below(&modules)) else { continue };
        let Some(file) = folder.join("package.json").and_then(|it| cx.fs.file_at(&it)) else {
            continue;
        };
        if !seen.insert(folder.clone()) {
            continue;
        }
        let own = file.bytes(cx.fs.limits().metadata_bytes).ok();
        let own = own.and_then(|bytes| package_json::parse(&bytes).ok());
        pending.extend(own.map(|it| it.dependencies).unwrap_or_default());
        let nested = cx.fs.files_below(&folder).map(|it| it.path);
        brought.extend(
            nested.filter(|it| it.file_name() == b"package.json" && is_installed(it)).cloned(),
        );
        if brought.len() > cx.fs.limits().owned_files {
            break;
        }
    }
    brought
}
