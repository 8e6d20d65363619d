//! The words of `extract`.

use std::path::PathBuf;

use super::Registries;

/// Writes what is attached to an image of a registry into files
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer extract ghcr.io/owner/app:1                           everything, into this directory
  sbom-indexer extract ghcr.io/owner/app:1 --type spdx --platform linux/amd64 --output sboms
  sbom-indexer extract ghcr.io/owner/app:1 --digest sha256:… --output - | jq .

Nothing is verified but digests: `verify attestation --predicate` writes what can be believed.
Exit codes: 0 done, 1 failed, 2 bad usage, or a file is there already, 3 no access to the registry, 4 no such image or
nothing like that is attached, 10 the registry may answer later.")]
pub(crate) struct Extract {
    /// The image or index
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: String,
    /// Only what has this digest, or is in the manifest that has it
    #[arg(long, value_name = "DIGEST")]
    pub(crate) digest: Option<String>,
    /// Only what is of this type: an artifact, media or predicate type, `bundle`, or a format as spdx or cyclonedx-pb
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<String>,
    /// Only what is attached to the image for this platform, OS/ARCHITECTURE[/VARIANT]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<String>,
    /// The directory to write into, or - for standard output if it is one thing
    #[arg(short, long, value_name = "DIRECTORY|-", default_value = ".")]
    pub(crate) output: PathBuf,
    /// Overwrite files
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) registries: Registries,
}
