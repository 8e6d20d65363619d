//! A table for people.

use std::io;

use super::{Emitter, Stamp};
use crate::model::{Component, Sbom};

/// The format `table`.
pub struct Table;

impl Emitter for Table {
    fn format(&self) -> &'static str {
        "table"
    }

    fn emit(&self, sbom: &Sbom, _stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let rows: Vec<[&str; 3]> = sbom.components.iter().map(row).collect();
        let header = ["NAME", "VERSION", "TYPE"];
        let width = |column: fn(&[&str; 3]) -> usize| {
            rows.iter().chain([&header]).map(column).max().unwrap_or(0)
        };
        let (name, version) = (
            width(|[name, ..]| name.chars().count()),
            width(|[_, version, _]| version.chars().count()),
        );
        for [a, b, c] in [header].iter().chain(&rows) {
            writeln!(out, "{a:name$}  {b:version$}  {c}")?;
        }
        for notice in &sbom.notices {
            writeln!(out, "! {notice}")?;
        }
        Ok(())
    }
}

fn row(component: &Component) -> [&str; 3] {
    let kind = component.identity.as_str();
    let kind = kind.strip_prefix("pkg:").unwrap_or(kind);
    [&component.name, &component.version, kind.split(['/', ':']).next().unwrap_or_default()]
}
