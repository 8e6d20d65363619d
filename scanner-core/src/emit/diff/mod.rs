//! What changed between two images, as documents.

mod json;
mod markdown;
mod table;

use std::io;

use super::Stamp;
use crate::diff::{Change, Diff, Direction, Kind};
use crate::model::Component;

/// Writes a diff in one format.
pub trait DiffEmitter: Sync {
    /// The name on the command line.
    fn format(&self) -> &'static str;

    /// Writes the document.
    fn emit(&self, diff: &Diff<'_>, stamp: &Stamp, out: &mut dyn io::Write) -> io::Result<()>;
}

/// Every format of diffs, by name.
pub const DIFF_EMITTERS: &[&dyn DiffEmitter] =
    &[&super::html::Html, &json::Json, &markdown::Markdown, &table::Table];

/// How many changes there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    added: usize,
    removed: usize,
    upgraded: usize,
    downgraded: usize,
    unordered: usize,
    metadata_changed: usize,
}

impl Summary {
    pub(super) fn of<'c>(changes: impl Iterator<Item = &'c Change<'c>>) -> Self {
        let mut summary = Self::default();
        for change in changes {
            *match change.kind {
                Kind::Added => &mut summary.added,
                Kind::Removed => &mut summary.removed,
                Kind::VersionChanged(Direction::Upgraded) => &mut summary.upgraded,
                Kind::VersionChanged(Direction::Downgraded) => &mut summary.downgraded,
                Kind::VersionChanged(Direction::Unordered) => &mut summary.unordered,
                Kind::MetadataChanged => &mut summary.metadata_changed,
            } += 1;
        }
        summary
    }

    /// The counts with their words; those of which there are none are left out.
    pub(super) fn words(self) -> Vec<String> {
        let counts = [
            (self.added, "added"),
            (self.removed, "removed"),
            (self.upgraded, "upgraded"),
            (self.downgraded, "downgraded"),
            (self.unordered, "changed otherwise"),
            (self.metadata_changed, "with other metadata"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        counts.map(|(count, word)| format!("{count} {word}")).collect()
    }
}

/// What happened, in one word.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::VersionChanged(Direction::Unordered) => "changed",
        Kind::VersionChanged(direction) => direction.as_str(),
        Kind::MetadataChanged => "metadata",
    }
}

/// What is shown as the version: a file that nothing identifies has its digest.
pub(super) fn version(component: &Component) -> &str {
    match component.identity.file_digest() {
        Some(digest) => digest.get(..12).unwrap_or(digest),
        None => &component.version,
    }
}

/// What the reader must know of how the two were compared.
pub(super) fn remarks(diff: &Diff<'_>) -> Vec<&'static str> {
    let has_layers = |sbom: &crate::model::Sbom| sbom.image.is_some();
    let mut remarks = Vec::new();
    match (has_layers(diff.old), has_layers(diff.new)) {
        (true, true) => {}
        (false, false) => remarks.push("Neither side tells its layers."),
        (false, true) => remarks.push("The old side does not tell its layers."),
        (true, false) => remarks.push("The new side does not tell its layers."),
    }
    if diff.metadata == crate::diff::Metadata::Left {
        remarks.push("The two sides are not told in the same way: metadata are not compared.");
    }
    remarks
}
