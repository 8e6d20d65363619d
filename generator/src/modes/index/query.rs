//! `index query`: components of one index or of many.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use scanner_core::emit::columns;
use scanner_core::formats::Malformed;
use scanner_core::formats::bom_index::{Index, Row, Select};
use scanner_core::model::PurlPattern;

use super::file::{bounds, is_index, list};
use super::found::{Columns, Found, HEAD};
use crate::cli::{Conditions, Form, Query};
use crate::failure::Usage;
use crate::host_file::HostFile;
use crate::output::{self, write_stdout};

/// Finds and prints. An index that cannot be read does not keep the others from answering.
pub(super) fn run(words: &Query) -> anyhow::Result<ExitCode> {
    let pattern = words.conditions.purl.as_deref().map(PurlPattern::new);
    let mut printed = Printed { form: words.output, lines: Vec::new(), rows: Vec::new() };
    let mut exit = ExitCode::SUCCESS;
    for path in list(&words.path)? {
        let named = path == words.path;
        match one(&path, named, &words.conditions, pattern.as_ref(), &mut printed) {
            Ok(()) => {}
            Err(error) if named => return Err(error),
            Err(error) => {
                output::tell(&format!("sbom-indexer: {}: {error:#}", path.display()));
                exit = ExitCode::FAILURE;
            }
        }
    }
    write_stdout(&printed.finish())?;
    Ok(exit)
}

/// What is printed at the end.
struct Printed {
    form: Form,
    lines: Vec<u8>,
    rows: Vec<[String; 4]>,
}

impl Printed {
    fn add(&mut self, found: &Found<'_>) -> anyhow::Result<()> {
        match self.form {
            Form::Table => self.rows.push(found.cells()),
            Form::Json => {
                serde_json::to_writer(&mut self.lines, found)?;
                self.lines.push(b'\n');
            }
        }
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        match self.form {
            Form::Table => columns(HEAD, &self.rows).into_bytes(),
            Form::Json => self.lines,
        }
    }
}

/// Asks one file. Files of a directory that are no index are passed over.
fn one(
    path: &Path,
    named: bool,
    conditions: &Conditions,
    pattern: Option<&PurlPattern>,
    printed: &mut Printed,
) -> anyhow::Result<()> {
    let file = HostFile::open(path).context("cannot open it")?;
    if !is_index(&file) {
        if named {
            return Err(Usage(format!("{} is no BOM-Index", path.display())).into());
        }
        return Ok(());
    }
    let index = Index::open(&file, bounds())?;
    let layer = match &conditions.layer {
        None => None,
        Some(text) => match layer(&index, text)? {
            Some(layer) => Some(layer),
            None => return Ok(()),
        },
    };
    let rows = rows(&index, pattern, layer, conditions.used)?;
    if rows.is_empty() {
        return Ok(());
    }
    let columns = Columns { layers: index.layers()?, entrypoints: index.entrypoints()? };
    rows.iter().try_for_each(|it| printed.add(&Found::new(path, &index.header, it, &columns)))
}

/// The number of a layer, if the index has it.
fn layer(index: &Index<'_>, text: &str) -> Result<Option<u32>, Malformed> {
    if let Ok(number) = text.parse::<u32>() {
        return Ok((number < index.header.layers).then_some(number));
    }
    let place = index.layers()?.iter().position(|it| it == text);
    Ok(place.and_then(|it| u32::try_from(it).ok()))
}

/// The rows for which all conditions hold.
fn rows(
    index: &Index<'_>,
    pattern: Option<&PurlPattern>,
    layer: Option<u32>,
    used: bool,
) -> Result<Vec<Row>, Malformed> {
    let mut rows = match (pattern, layer) {
        (Some(it), _) => index.rows(&Select::Named(it.prefix(), &|name| it.matches(name)))?,
        (None, Some(layer)) => index.rows(&Select::Layer(layer))?,
        (None, None) => index.rows(&Select::Used)?,
    };
    rows.retain(|it| layer.is_none_or(|layer| it.layers.contains(layer)));
    rows.retain(|it| !used || !it.entrypoints.is_empty());
    Ok(rows)
}
