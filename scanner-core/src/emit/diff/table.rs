//! A diff as a table for people.

use std::io;

use super::{DiffEmitter, Summary, remarks, version, word};
use crate::diff::{Change, Diff, Usage};
use crate::emit::{Stamp, columns, printable};
use crate::model::Component;

/// The format `table`.
pub(super) struct Table;

impl DiffEmitter for Table {
    fn format(&self) -> &'static str {
        "table"
    }

    fn emit(&self, diff: &Diff<'_>, _stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()> {
        if diff.changes.is_empty() {
            writeln!(out, "no changes")?;
        } else {
            let rows: Vec<_> = diff.changes.iter().map(|it| row(it, diff)).collect();
            let head = ["CHANGE", "TYPE", "NAME", "OLD", "NEW", "LAYER", "USAGE"];
            out.write_all(columns(head, &rows).as_bytes())?;
            writeln!(out, "{}", Summary::of(diff.changes.iter()).words().join(", "))?;
        }
        for remark in remarks(diff) {
            writeln!(out, "! {}", printable(remark))?;
        }
        Ok(())
    }
}

fn row(change: &Change<'_>, diff: &Diff<'_>) -> [String; 7] {
    let of = change.new.or(change.old);
    let shown = |it: Option<&Component>| it.map_or(String::new(), |it| version(it).to_owned());
    [
        word(change.kind).to_owned(),
        of.map_or("", |it| it.identity.ecosystem()).to_owned(),
        of.map_or(String::new(), |it| it.name.clone()),
        shown(change.old),
        shown(change.new),
        layer(change, diff),
        change.usage.map_or("", Usage::as_str).to_owned(),
    ]
}

/// The number of the layer, in the new image if it is there: `3`, else `old 3`.
fn layer(change: &Change<'_>, diff: &Diff<'_>) -> String {
    let pair = change.layer.and_then(|it| diff.layers.get(it));
    match pair.map(|it| (it.old, it.new)) {
        Some((_, Some(new))) => new.to_string(),
        Some((Some(old), None)) => format!("old {old}"),
        Some((None, None)) | None => String::new(),
    }
}
