//! The words of `export`.

use std::path::PathBuf;

use super::values::{Output, output};

/// Writes a document in other formats
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer export sbom.spdx.json -o cyclonedx-json           our own documents, without loss
  sbom-indexer export syft.cdx.json -o spdx-json=syft.spdx.json  those of others: components and dependencies
  sbom-indexer export inventory.cdx.pb.zst -o table

Exit codes: 0 done, 1 failed, 2 no document that can be read.")]
pub(crate) struct Export {
    /// The document: CycloneDX 1.4 to 1.7, SPDX 2.2, 2.3 or 3.0.1, or an in-toto statement with one; it may be compressed with zstd
    pub(crate) file: PathBuf,
    /// A document to write, to PATH or to standard output; the formats are those of scan, but for entrytrace-json and -ndjson
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = output, required = true)]
    pub(crate) outputs: Vec<Output>,
    /// Do not tell on standard error what the formats have no place for
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
