//! `index show`: a whole index.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use scanner_core::emit::{columns, printable};
use scanner_core::formats::bom_index::{Header, Index, Select};
use serde_json::json;

use super::file::{bounds, is_index};
use super::found::{Columns, Found, HEAD};
use crate::cli::{Form, Show};
use crate::failure::Usage;
use crate::host_file::HostFile;
use crate::output::write_stdout;

/// Checks and prints.
pub(super) fn run(words: &Show) -> anyhow::Result<ExitCode> {
    let path = &words.file;
    let file = HostFile::open(path)
        .map_err(|error| Usage(format!("cannot read {}: {error}", path.display())))?;
    if !is_index(&file) {
        return Err(Usage(format!("{} is no BOM-Index", path.display())).into());
    }
    let broken = || format!("{} is broken", path.display());
    let index = Index::open(&file, bounds()).with_context(broken)?;
    let rows = index.rows(&Select::All).with_context(broken)?;
    let layers = index.layers().with_context(broken)?;
    let names = Columns { layers, entrypoints: index.entrypoints().with_context(broken)? };
    let found: Vec<_> = rows.iter().map(|it| Found::new(path, &index.header, it, &names)).collect();
    let text = match words.output {
        Form::Json => {
            let whole = json!({
                "version": index.header.version,
                "image": index.header.image,
                "created": moment(index.header.created),
                "layers": names.layers,
                "entrypoints": names.entrypoints,
                "usageKnown": index.header.has_entrypoints,
                "components": found,
            });
            format!("{whole}\n")
        }
        Form::Table => format!("{}\n{}", about(&index.header, &names), rows_of(&found)),
    };
    write_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// What the index says as a whole, a line each.
fn about(header: &Header, names: &Columns) -> String {
    let mut text = format!(
        "BOM-Index version {}\nimage       {}\ncreated     {}\ncomponents  {}\n",
        header.version,
        printable(&header.image),
        moment(header.created),
        header.components,
    );
    for (index, layer) in names.layers.iter().enumerate() {
        let _ = writeln!(text, "layer {index:<5} {}", printable(layer));
    }
    for entrypoint in &names.entrypoints {
        let _ = writeln!(text, "entrypoint  {}", printable(entrypoint));
    }
    text
}

/// The components without the image, which is the same for all.
fn rows_of(found: &[Found<'_>]) -> String {
    let [_, head @ ..] = HEAD;
    let cells = |it: &Found<'_>| {
        let [_, cells @ ..] = it.cells();
        cells
    };
    columns(head, &found.iter().map(cells).collect::<Vec<_>>())
}

/// Microseconds since 1970 as people read them.
fn moment(microseconds: i64) -> String {
    jiff::Timestamp::from_microsecond(microseconds)
        .map_or_else(|_| format!("{microseconds} µs"), |it| it.to_string())
}
