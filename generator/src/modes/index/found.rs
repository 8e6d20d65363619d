//! A component of an index, as it is printed.

use std::path::Path;

use scanner_core::formats::bom_index::{Header, Row};
use serde::Serialize;

/// One component of one index.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Found<'a> {
    file: String,
    image: &'a str,
    component: &'a str,
    layers: Vec<Layer<'a>>,
    usage: Usage,
    entrypoints: Vec<&'a str>,
}

#[derive(Serialize)]
struct Layer<'a> {
    index: u32,
    digest: &'a str,
}

/// Whether an entrypoint uses it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Usage {
    Entrypoint,
    Unused,
    Unknown,
}

/// The names that the numbers in rows stand for.
pub(super) struct Columns {
    pub(super) layers: Vec<String>,
    pub(super) entrypoints: Vec<String>,
}

/// What the table begins with.
pub(super) const HEAD: [&str; 4] = ["IMAGE", "COMPONENT", "LAYERS", "USAGE"];

impl<'a> Found<'a> {
    pub(super) fn new(path: &Path, header: &'a Header, row: &'a Row, columns: &'a Columns) -> Self {
        let layer = |index: u32| {
            let digest = columns.layers.get(index as usize)?;
            Some(Layer { index, digest })
        };
        let entrypoint = |index: u32| columns.entrypoints.get(index as usize).map(String::as_str);
        let usage = match (header.has_entrypoints, row.entrypoints.is_empty()) {
            (false, _) => Usage::Unknown,
            (true, true) => Usage::Unused,
            (true, false) => Usage::Entrypoint,
        };
        Self {
            file: path.display().to_string(),
            image: &header.image,
            component: &row.identity,
            layers: row.layers.iter().filter_map(layer).collect(),
            usage,
            entrypoints: row.entrypoints.iter().filter_map(entrypoint).collect(),
        }
    }

    /// The cells of a line of the table.
    pub(super) fn cells(&self) -> [String; 4] {
        let layers: Vec<u32> = self.layers.iter().map(|it| it.index).collect();
        let usage = match self.usage {
            Usage::Entrypoint => self.entrypoints.join(" "),
            Usage::Unused => "unused".to_owned(),
            Usage::Unknown => "unknown".to_owned(),
        };
        [self.image.to_owned(), self.component.to_owned(), ranges(&layers), usage]
    }
}

/// Numbers that ascend, those that follow each other as a range: `0-3,5`.
fn ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let run = |run: &[u32]| match run {
        [first, .., last] => format!("{first}-{last}"),
        run => run.iter().map(u32::to_string).collect(),
    };
    runs.map(run).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_that_follow_each_other_are_a_range() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(ranges(&[]), "");
    }
}
