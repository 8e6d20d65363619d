//! Bodies for what vendors and builds leave beside their programs: SBOMs, records, versions of runtimes.

use super::LIMIT;
use crate::formats::executable::Executable;
use crate::formats::sqlite::Sqlite;
use crate::formats::{
    bitnami_components, c_defines, channel_manifest, embedded_sbom, graalvm_sbom,
    interpreter_config, release_file, snap_yaml,
};
use crate::read::ReadAt;

pub(super) fn bitnami_components(bytes: &[u8]) {
    if let Ok(components) = bitnami_components::parse(bytes) {
        assert!(components.len() <= bytes.len());
        assert!(components.values().all(|it| it.version.as_deref() != Some("")));
    }
}

pub(super) fn c_defines(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let defines = c_defines::parse(&text);
    assert!(defines.len() <= text.lines().count());
    assert!(defines.keys().all(|name| !name.is_empty() && !name.contains([' ', '\t'])));
}

pub(super) fn channel_manifest(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let version = channel_manifest::rustc(&text);
    assert!(version.is_none_or(|it| !it.is_empty() && !it.contains(['"', ' '])));
}

pub(super) fn embedded_sbom(bytes: &[u8]) {
    if let Ok(listed) = embedded_sbom::parse(bytes) {
        assert!(listed.len() <= bytes.len());
        assert!(listed.iter().all(|it| it.purl.as_deref() != Some("")));
    }
}

pub(super) fn graalvm_sbom(bytes: &[u8]) {
    let Ok(Some(Executable::Elf(elf))) = Executable::read(&bytes, LIMIT) else { return };
    if let Ok(Some((offset, document))) = graalvm_sbom::read(&bytes, &elf, LIMIT) {
        assert!(offset < bytes.len() as u64 && document.len() as u64 <= LIMIT);
    }
}

pub(super) fn interpreter_config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for key in ["MAJOR", "version"] {
        assert!(interpreter_config::value(&text, key).is_none_or(|it| it.len() < text.len()));
    }
}

pub(super) fn release_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some((name, version)) = release_file::parse(&text) {
        assert!(!name.contains('\n') && !version.is_empty());
    }
}

pub(super) fn snap_yaml(bytes: &[u8]) {
    if let Ok(snap) = snap_yaml::parse(&String::from_utf8_lossy(bytes)) {
        assert!(snap.packages().all(|(name, version)| !name.is_empty() && !version.is_empty()));
    }
}

pub(super) fn sqlite(bytes: &[u8]) {
    rows(&bytes, None);
    // A database and its log, each one half.
    let (file, log) = bytes.split_at(bytes.len() / 2);
    rows(&file, Some(&log));
}

fn rows(file: &dyn ReadAt, log: Option<&dyn ReadAt>) {
    let Ok(Some(database)) = Sqlite::open(file, log) else { return };
    let size = file.size() + log.map_or(0, ReadAt::size);
    database.rows("ValidPaths", &mut |row| {
        for column in 0..9 {
            assert!(row.text(column).is_none_or(|it| it.len() as u64 <= size));
        }
        Ok(())
    });
}
