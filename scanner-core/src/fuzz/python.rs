//! Formats of Python.

use crate::formats::{direct_url, dist_record, python_requirement};

pub(super) fn python_requirement(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let name = python_requirement::parse(&text).map(|it| it.name);
    assert!(name.is_none_or(|it| it.starts_with(|it: char| it.is_ascii_alphanumeric())));
    assert!(python_requirement::listed(&text).count() <= text.lines().count());
}

pub(super) fn direct_url(bytes: &[u8]) {
    if let Ok(origin) = direct_url::parse(bytes) {
        let download = origin.download().unwrap_or_default();
        assert!(!download.starts_with("file:"));
    }
}

pub(super) fn dist_record(bytes: &[u8]) {
    let paths = dist_record::paths(bytes);
    assert!(paths.iter().all(|path| !path.is_empty()));
    assert!(paths.iter().map(Vec::len).sum::<usize>() <= bytes.len());
}
