//! The words of `index`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Reads and queries BOM-Index files
#[derive(Subcommand)]
pub(crate) enum Index {
    Show(Show),
    Query(Query),
}

/// Checks a whole index and prints what is in it
#[derive(Args)]
pub(crate) struct Show {
    /// The index
    pub(crate) file: PathBuf,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    pub(crate) output: Form,
}

/// Finds components in one index or in all that a directory holds
#[derive(Args)]
#[command(after_help = "\
Examples:
  sbom-indexer index query bom-index.bin --used                       what the entrypoints use
  sbom-indexer index query indexes --purl 'pkg:npm/lodash@*'          which images hold lodash, in which layers
  sbom-indexer index query indexes --purl pkg:deb/debian/openssl --used -o json
  sbom-indexer index query indexes --layer sha256:4f4fb700ef54…       what that layer brings or keeps

Several conditions must all hold. A purl without a version means every version, one without qualifiers any
qualifiers; * stands for any characters.
Exit codes: 0 done, 1 an index could not be read, 2 bad usage or input.")]
pub(crate) struct Query {
    /// An index, or a directory: every index in it and beneath it
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) conditions: Conditions,
    /// How to print what is found; json is one object a line
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    pub(crate) output: Form,
}

/// What components must be.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Conditions {
    /// Called so
    #[arg(long, value_name = "PURL")]
    pub(crate) purl: Option<String>,
    /// Held by the layer with this digest, or with this number from below, the lowest being 0
    #[arg(long, value_name = "DIGEST|NUMBER")]
    pub(crate) layer: Option<String>,
    /// Used by an entrypoint
    #[arg(long)]
    pub(crate) used: bool,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    Table,
    /// For programs
    Json,
}
