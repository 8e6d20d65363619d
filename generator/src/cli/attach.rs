//! The words of `attach`.

use super::making::Making;
use super::sign::Sign;
use crate::artifacts::ARTIFACTS;

/// Scans an image of a registry and attaches its documents to it
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "\
Examples:
  sbom-indexer attach ghcr.io/owner/app:1 --dry-run                  what would be attached, with digests
  sbom-indexer attach ghcr.io/owner/app:1                            documents of every platform
  sbom-indexer attach ghcr.io/owner/app:1 --sign key=cosign.key      and signed statements of them
  sbom-indexer attach ghcr.io/owner/app:1 --sign keyless --replace   in a CI job, in the place of older ones

Exit codes: 0 attached, 1 failed, or a signature is missing that is required, 2 bad usage or input,
3 the registry or a service refuses access, 4 no such image, 10 the registry or a service is not available: what is
attached by then is whole, and the same command completes it.")]
pub(crate) struct Attach {
    /// The image or index
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: String,
    /// A format to attach; may be repeated: spdx-json (2.3), spdx3-json, cyclonedx-json and cyclonedx-pb (1.6;
    /// with @1.7 after it that), bom-index, entrytrace-json [default: spdx-json, cyclonedx-json, bom-index and entrytrace-json]
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_parser = format)]
    pub(crate) formats: Vec<String>,
    /// A view to attach of CycloneDX; may be repeated [default: inventory, and usage where it is known]
    #[arg(long = "view", value_name = "VIEW", value_parser = super::values::view)]
    pub(crate) views: Vec<scanner_core::model::View>,
    /// Also attach a document for each layer, and what the image's own are composed of, in one artifact
    #[arg(long)]
    pub(crate) layers: bool,
    /// Read first what the build itself states of each image, and attach that where a scan of the layers gives the same
    #[arg(
        long,
        value_name = "BOOL",
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        action = clap::ArgAction::Set,
        env = "SCANNER__POLICYHINTS__TRUSTBUILDTIMESBOMS"
    )]
    pub(crate) trust_build_time_sboms: bool,
    /// Then remove what an earlier attach left of the same kind at the same place, whoever signed it
    #[arg(long)]
    pub(crate) replace: bool,
    /// Then remove all else that an earlier attach left at the same place, and entries that lead nowhere
    #[arg(long)]
    pub(crate) prune: bool,
    /// Tell what would be attached and removed, with digests, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Attach and sign what the build asked for (the frontend's parameter SIGN), and nothing where it asked for nothing
    #[arg(long, requires = "sign")]
    pub(crate) requested: bool,
    #[command(flatten)]
    pub(crate) sign: Sign,
    #[command(flatten)]
    pub(crate) making: Making,
}

/// Reads the name of a format that can be attached.
fn format(text: &str) -> Result<String, String> {
    let mut known: Vec<&str> = ARTIFACTS.iter().map(|it| it.format).collect();
    known.dedup();
    if known.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("no format is called {text}; there are {}", known.join(", ")))
}
