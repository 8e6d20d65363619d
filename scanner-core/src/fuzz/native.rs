//! Bodies for what loaders of programs read.

use crate::formats::executable::Executable;
use crate::formats::{dlopen_note, ld_so_cache, ld_so_conf, pe_imports};

pub(super) fn dlopen_note(bytes: &[u8]) {
    if let Ok(features) = dlopen_note::parse(bytes) {
        assert!(features.iter().all(|it| it.soname.first().is_some_and(|name| !name.is_empty())));
        assert!(features.len() <= bytes.len());
    }
}

pub(super) fn ld_so_cache(bytes: &[u8]) {
    if let Ok(entries) = ld_so_cache::parse(bytes) {
        assert!(entries.iter().all(|it| !it.name.is_empty() && !it.path.contains(&0)));
        // Each entry has 12 bytes or more of its own.
        assert!(entries.len() * 12 <= bytes.len());
    }
}

pub(super) fn ld_so_conf(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = ld_so_conf::lines(&text);
    let absolute = |it: &ld_so_conf::Line<'_>| match it {
        ld_so_conf::Line::Directory(path) => path.starts_with('/'),
        ld_so_conf::Line::Include(pattern) => !pattern.is_empty(),
    };
    assert!(lines.iter().all(absolute));
    assert!(ld_so_conf::preload(&text).all(|it| !it.contains([' ', ':', '#'])));
    let (name, pattern) = bytes.split_at(bytes.len() / 2);
    if ld_so_conf::fits(name, pattern) {
        assert!(ld_so_conf::fits(name, b"*") || name.starts_with(b"."));
    }
}

pub(super) fn pe_imports(bytes: &[u8]) {
    let Ok(Some(Executable::Pe(pe))) = Executable::read(&bytes, super::LIMIT) else { return };
    let imports = pe_imports::read(&bytes, &pe);
    assert!(imports.needed.iter().chain(&imports.delayed).all(|it| !it.is_empty()));
}
