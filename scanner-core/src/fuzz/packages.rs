//! Bodies for what packages of operating systems state of each other.

use super::LIMIT;
use crate::formats::boolean_dependency::{self, Step};
use crate::formats::{chisel_manifest, deb_relations, pear_registry};

pub(super) fn boolean_dependency(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(steps) = boolean_dependency::parse(&text) else { return };
    let mut operands = 0_usize;
    for step in steps {
        let joined = match step {
            Step::Name { name, operator, version } => {
                assert!(!name.is_empty() && operator.is_empty() == version.is_empty());
                0
            }
            Step::IfElse | Step::UnlessElse => 3,
            _ => 2,
        };
        assert!(joined <= operands, "joins what is not there");
        operands = operands + 1 - joined;
    }
    assert_eq!(operands, 1);
}

pub(super) fn chisel_manifest(bytes: &[u8]) {
    if let Ok(text) = chisel_manifest::unpack(bytes, LIMIT) {
        assert!(text.len() as u64 <= LIMIT);
    }
    let text = String::from_utf8_lossy(bytes);
    let (packages, problems) = chisel_manifest::parse(&text);
    assert!(packages.len() + problems.len() <= text.lines().count());
}

pub(super) fn deb_relations(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let names = deb_relations::parse(&text).flatten();
    assert!(names.count() <= text.len());
}

pub(super) fn pear_registry(bytes: &[u8]) {
    if let Ok(record) = pear_registry::parse(bytes) {
        let files = record.files.iter().map(String::len).sum::<usize>();
        // Lossy decoding makes at most three bytes of one.
        assert!(files + record.name.len() + record.version.len() <= bytes.len() * 3);
    }
}
