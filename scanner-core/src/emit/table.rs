//! A table for people.

use std::io;

use super::columns::{columns, printable};
use super::{Emitter, Stamp};
use crate::model::{Component, Origin, Sbom};

/// The format `table`.
pub struct Table;

impl Emitter for Table {
    fn format(&self) -> &'static str {
        "table"
    }

    fn emit(&self, sbom: &Sbom, _stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        let rows: Vec<[String; 3]> = sbom.components.iter().map(row).collect();
        out.write_all(columns(["NAME", "VERSION", "TYPE"], &rows).as_bytes())?;
        for notice in &sbom.notices {
            writeln!(out, "! {}", printable(&notice.to_string()))?;
        }
        Ok(())
    }
}

fn row(component: &Component) -> [String; 3] {
    let kind = component.identity.ecosystem();
    let kind = match component.identity.origin() {
        Origin::Installed => kind.to_owned(),
        origin => format!("{kind} ({})", origin.as_str()),
    };
    [component.name.clone(), component.version.clone(), kind]
}
