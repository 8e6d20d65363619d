//! Bodies for the formats of lockfiles and manifests.

use std::collections::BTreeMap;

use crate::formats::{
    Pin, cargo_lock, composer_lock, gemfile_lock, go_mod, gradle_lockfile, maven_dependencies,
    package_lock, package_resolved, packages_config, packages_lock, pdm_lock, pipfile_lock,
    pnpm_lock, poetry_lock, pylock, requirements_txt, toml_rows, uv_lock, yaml, yarn_lock,
};

pub(super) fn cargo_lock(bytes: &[u8]) {
    pins(bytes, |text| cargo_lock::parse(text).unwrap_or_default());
}

pub(super) fn composer_lock(bytes: &[u8]) {
    pins(bytes, |text| composer_lock::parse(text).unwrap_or_default());
}

pub(super) fn gemfile_lock(bytes: &[u8]) {
    pins(bytes, |text| gemfile_lock::parse(text).into_iter().map(|it| it.pin).collect());
}

pub(super) fn go_mod(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let found = go_mod::parse(&text);
    let lines = text.lines().count();
    assert!(found.required.len() + found.replaced.len() <= lines);
    assert!(found.required.iter().all(|it| it.line as usize <= lines));
    assert!(go_mod::sums(&text).len() <= lines);
}

pub(super) fn gradle_lockfile(bytes: &[u8]) {
    pins(bytes, gradle_lockfile::parse);
}

pub(super) fn maven_dependencies(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(project) = maven_dependencies::parse(&text, 1000) {
        assert!(project.dependencies.len() + project.managed.len() <= 1000);
    }
}

pub(super) fn package_lock(bytes: &[u8]) {
    pins(bytes, |text| package_lock::parse(text).unwrap_or_default());
}

pub(super) fn package_resolved(bytes: &[u8]) {
    pins(bytes, |text| package_resolved::parse(text).unwrap_or_default());
}

pub(super) fn packages_config(bytes: &[u8]) {
    pins(bytes, |text| packages_config::parse(text, 1000).unwrap_or_default());
}

pub(super) fn packages_lock(bytes: &[u8]) {
    pins(bytes, |text| packages_lock::parse(text).unwrap_or_default());
}

pub(super) fn pdm_lock(bytes: &[u8]) {
    pins(bytes, |text| pdm_lock::parse(text).unwrap_or_default());
}

pub(super) fn pipfile_lock(bytes: &[u8]) {
    pins(bytes, |text| pipfile_lock::parse(text).unwrap_or_default());
}

pub(super) fn pnpm_lock(bytes: &[u8]) {
    pins(bytes, |text| pnpm_lock::parse(text).unwrap_or_default());
}

pub(super) fn poetry_lock(bytes: &[u8]) {
    pins(bytes, |text| poetry_lock::parse(text).unwrap_or_default());
}

pub(super) fn pylock(bytes: &[u8]) {
    pins(bytes, |text| pylock::parse(text).unwrap_or_default());
}

pub(super) fn requirements_txt(bytes: &[u8]) {
    pins(bytes, requirements_txt::parse);
}

pub(super) fn toml_rows(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(rows) = toml_rows::rows::<toml::Table>(&text) {
        assert!(rows.iter().all(|(line, _)| *line as usize <= text.lines().count()));
    }
}

pub(super) fn uv_lock(bytes: &[u8]) {
    pins(bytes, |text| uv_lock::parse(text).unwrap_or_default());
}

pub(super) fn yaml(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(documents) = yaml::documents::<BTreeMap<String, String>>(&text) {
        let entries = documents.iter().flatten();
        assert!(entries.map(|(key, value)| key.len() + value.len()).sum::<usize>() <= text.len());
    }
}

pub(super) fn yarn_lock(bytes: &[u8]) {
    pins(bytes, |text| yarn_lock::parse(text).unwrap_or_default());
}

/// Nothing that a lockfile pins is longer than what the lockfile says.
fn pins(bytes: &[u8], parse: fn(&str) -> Vec<Pin>) {
    let text = String::from_utf8_lossy(bytes);
    let pins = parse(&text);
    assert!(pins.iter().map(|it| it.name.len() + it.version.len()).sum::<usize>() <= text.len());
    let lines = text.lines().count();
    assert!(pins.iter().filter_map(|it| it.line).all(|it| it > 0 && it as usize <= lines));
}
