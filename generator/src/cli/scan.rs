//! The words of `scan`.

use std::path::PathBuf;

use scanner_core::model::View;
use scanner_core::source::Platform;

use super::making::Making;
use super::values::{Output, output, view};

/// Scans a directory or image and writes documents
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer scan dir:/mnt/rootfs                                  a table of what is inside
  sbom-indexer scan dir:. -o spdx-json=sbom.spdx.json -o table       a document and the table
  sbom-indexer scan dir:. -q -o spdx-json | jq '.packages[].name'    a document for other tools
  sbom-indexer scan docker-archive:app.tar                           what `docker save` wrote
  sbom-indexer scan oci-layout:out:v1 --platform linux/arm64         one image of a layout
  sbom-indexer scan oci-archive:out.tar --all-platforms -o spdx-json=sbom.json    sbom.linux-amd64.json, …
  sbom-indexer scan debian:12                                        an image of a registry
  sbom-indexer scan docker:app:1                                     an image of this machine's Docker

Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 the registry refuses access, 4 no such image or platform,
10 the registry is not available.")]
pub(crate) struct Scan {
    /// What to scan
    #[arg(
        help = "What to scan: dir:PATH or the path of a directory, oci-layout:PATH[:NAME|@DIGEST], \
                  oci-archive:PATH[:NAME|@DIGEST], docker-archive:PATH[:NAME], docker:NAME for an image of this \
                  machine's Docker, registry:REFERENCE or a reference for one of a registry"
    )]
    pub(crate) source: String,
    /// A document to write: bom-index or bom-index-v2, cyclonedx-json or cyclonedx-pb (1.6; with @1.7 after it that),
    /// entrytrace-json, entrytrace-ndjson, html, spdx-json (2.3), spdx3-json or table, to PATH or to standard output;
    /// a PATH that ends in .zst is compressed [default: table on a terminal, else spdx-json]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = output)]
    pub(crate) outputs: Vec<Output>,
    /// Also write a document for each layer, and what the image's own are composed of, into this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) layers: Option<PathBuf>,
    /// Which part of the inventory the documents show: inventory or usage, which is what the entrypoint uses
    #[arg(long, default_value = "inventory", value_parser = view, value_name = "VIEW")]
    pub(crate) view: View,
    /// It is a build context: read also what its lockfiles and manifests declare, marked as declared
    #[arg(long)]
    pub(crate) context: bool,
    /// Scan the image for this platform, OS/ARCHITECTURE[/VARIANT] [default: that of this machine]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,
    /// Scan the images for all platforms; the names of documents then tell the platform
    #[arg(long, conflicts_with = "platform")]
    pub(crate) all_platforms: bool,
    #[command(flatten)]
    pub(crate) making: Making,
    /// End with exit code 1 if there is any notice
    #[arg(long)]
    pub(crate) strict: bool,
}
