//! Bodies for the formats of .NET and of Windows.

use super::LIMIT;
use crate::formats::executable::Executable;
use crate::formats::pe::Pe;
use crate::formats::{clr, deps_json, dotnet_bundle, runtime_config, version_resource};

pub(super) fn clr(bytes: &[u8]) {
    let Some(pe) = pe(bytes) else { return };
    if let Ok(Some(assembly)) = clr::read(&bytes, &pe, LIMIT) {
        // Lossy decoding makes at most three bytes of one.
        assert!(assembly.name.len() + assembly.culture.len() <= bytes.len() * 6);
        assert_eq!(assembly.version.split('.').count(), 4);
    }
}

pub(super) fn deps_json(bytes: &[u8]) {
    if let Ok(libraries) = deps_json::parse(bytes) {
        let names = libraries.iter().map(|it| it.name.len() + it.version.len());
        assert!(names.sum::<usize>() <= bytes.len());
    }
}

pub(super) fn dotnet_bundle(bytes: &[u8]) {
    let Ok(Some(executable)) = Executable::read(&bytes, LIMIT) else { return };
    if let Ok(Some(bundle)) = dotnet_bundle::read(&bytes, &executable, LIMIT) {
        assert!(bundle.deps.into_iter().chain(bundle.runtime_config).all(|it| it.size > 0));
    }
}

pub(super) fn runtime_config(bytes: &[u8]) {
    if let Ok(config) = runtime_config::parse(bytes) {
        let names = config.required().chain(config.included()).map(|it| it.name.len());
        assert!(names.sum::<usize>() <= bytes.len());
    }
}

pub(super) fn version_resource(bytes: &[u8]) {
    let Some(pe) = pe(bytes) else { return };
    if let Ok(strings) = version_resource::read(&bytes, &pe, LIMIT) {
        assert!(strings.values().all(|it| !it.is_empty()));
        assert!(strings.values().map(String::len).sum::<usize>() <= bytes.len() * 3);
    }
}

fn pe(bytes: &[u8]) -> Option<Pe> {
    match Executable::read(&bytes, LIMIT) {
        Ok(Some(Executable::Pe(pe))) => Some(pe),
        _ => None,
    }
}
