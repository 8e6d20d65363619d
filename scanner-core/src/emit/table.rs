//! A table for people.

use std::io;

use super::{Emitter, Stamp};
use crate::model::{Component, Origin, Sbom};

/// The format `table`.
pub struct Table;

impl Emitter for Table {
    fn format(&self) -> &'static str {
        "table"
    }

    fn emit(&self, sbom: &Sbom, _stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let header = ["NAME", "VERSION", "TYPE"].map(str::to_owned);
        let rows: Vec<[String; 3]> =
            std::iter::once(header).chain(sbom.components.iter().map(row)).collect();
        let width = |column: fn(&[String; 3]) -> &String| {
            rows.iter().map(|it| column(it).chars().count()).max()
        };
        let (name, version) = (width(|it| &it[0]).unwrap_or(0), width(|it| &it[1]).unwrap_or(0));
        for [a, b, c] in &rows {
            writeln!(out, "{a:name$}  {b:version$}  {c}")?;
        }
        for notice in &sbom.notices {
            writeln!(out, "! {}", printable(&notice.to_string()))?;
        }
        Ok(())
    }
}

fn row(component: &Component) -> [String; 3] {
    let identity = &component.identity;
    let kind = identity.purl().and_then(|it| it.strip_prefix("pkg:")).unwrap_or(identity.as_str());
    let kind = kind.split(['/', ':']).next().unwrap_or_default();
    let kind = match identity.origin() {
        Origin::Installed => kind.to_owned(),
        origin => format!("{kind} ({})", origin.as_str()),
    };
    [printable(&component.name), printable(&component.version), kind]
}

/// The text with what would steer a terminal shown as an escape.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|it| if it.is_control() { it.escape_unicode().collect() } else { vec![it] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_scanned_reaches_the_terminal_as_a_command() {
        assert_eq!(printable("x\u{1b}[31mred"), "x\\u{1b}[31mred");
    }
}
