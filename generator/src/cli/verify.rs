//! The words of `verify attestation`, and how commands are told whom to trust.

use std::path::PathBuf;

use clap::Subcommand;
use scanner_core::emit::in_toto;

use super::Making;
use crate::artifacts;

/// Verifies what is said of an image
#[derive(clap::Args)]
pub(crate) struct Verify {
    #[command(subcommand)]
    pub(crate) what: What,
}

#[derive(Subcommand)]
pub(crate) enum What {
    Attestation(Box<VerifyAttestation>),
}

/// Verifies signed statements: signature, certificate, log, time and subject
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sbom-indexer verify attestation registry.example/app:1 --key cosign.pub --type cyclonedx
  sbom-indexer verify attestation sbom.sigstore.json --key cosign.pub --digest sha256:…
  sbom-indexer verify attestation sbom.sigstore.json --certificate-identity ci@example.org \\
      --certificate-oidc-issuer https://token.example.org --require-log
  sbom-indexer verify attestation registry.example/app:1 --key cosign.pub --rescan
  sbom-indexer verify attestation registry.example/app:1 --unsigned --rescan

Nothing is asked of any service but the registry: the trusted root of the public instance is built in, and another one is given by
--trusted-root. Exit codes: 0 verified, 1 not verified, or not what a scan gives, 2 bad usage or input,
3 no access to the registry, 4 no such image, 10 the registry may answer later.")]
pub(crate) struct VerifyAttestation {
    /// An image whose attached bundles count, or the file of a Sigstore bundle
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// What the statement must be about [default: the image and its platforms; of a file, what it says itself]
    #[arg(long, value_name = "DIGEST")]
    pub(crate) digest: Option<String>,
    /// What kind of statement it must be: spdx, cyclonedx, or the URI of a predicate type
    #[arg(long = "type", value_name = "TYPE", value_parser = predicate_type)]
    pub(crate) predicate_type: Option<String>,
    /// Write the predicate of a statement that verifies to this file
    #[arg(long, value_name = "PATH")]
    pub(crate) predicate: Option<PathBuf>,
    /// Write the SBOM of a statement that verifies to this file, as a page that says who signed it
    #[arg(long, value_name = "PATH")]
    pub(crate) report: Option<PathBuf>,
    /// Scan the image again, and believe only documents that are what this gives, byte for byte
    #[arg(long)]
    pub(crate) rescan: bool,
    /// With --rescan: the documents were attached with --layers
    #[arg(long, requires = "rescan")]
    pub(crate) layers: bool,
    /// With --rescan: nobody need have signed; compare what the build itself left in the index, and no bundles
    #[arg(
        long,
        requires = "rescan",
        conflicts_with_all = ["signer", "trusted_root", "require_log", "witness", "layers", "report"]
    )]
    pub(crate) unsigned: bool,
    #[command(
        flatten,
        next_help_heading = "How the image is scanned again; as the documents were made"
    )]
    pub(crate) making: Making,
}

/// Whom to trust
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("signer").args(["key", "certificate_identity"]))]
pub(crate) struct Trust {
    /// The public key of the signer
    #[arg(long, value_name = "FILE|env://NAME")]
    pub(crate) key: Option<String>,
    /// The name in the signer's certificate: an address or URI
    #[arg(long, value_name = "NAME", requires = "certificate_oidc_issuer")]
    pub(crate) certificate_identity: Option<String>,
    /// Who knew the signer by that name
    #[arg(long, value_name = "URL", requires = "certificate_identity")]
    pub(crate) certificate_oidc_issuer: Option<String>,
    /// Logs, authorities and clocks that count, as Sigstore writes them [default: those of the public instance]
    #[arg(long, value_name = "FILE")]
    pub(crate) trusted_root: Option<PathBuf>,
    /// A transparency log must have the signature
    #[arg(long)]
    pub(crate) require_log: bool,
    /// This witness of a log must have cosigned that it has the signature: its public key, NAME+ID+KEY; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) witness: Vec<String>,
}

impl Trust {
    /// Whether anybody is trusted.
    pub(crate) fn is_given(&self) -> bool {
        self.key.is_some() || self.certificate_identity.is_some()
    }
}

/// Reads the name of a kind of statement, as cosign has them too.
fn predicate_type(text: &str) -> Result<String, String> {
    let known = match text {
        "spdx" | "spdxjson" => in_toto::SPDX,
        "spdx3" => artifacts::SPDX3,
        "cyclonedx" => artifacts::CYCLONEDX,
        uri if uri.contains(':') => uri,
        _ => return Err("it is spdx, spdx3, cyclonedx or a URI".to_owned()),
    };
    Ok(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_statements_have_short_names() {
        assert_eq!(predicate_type("cyclonedx").unwrap(), "https://cyclonedx.org/bom");
        assert_eq!(predicate_type("https://example.org/x").unwrap(), "https://example.org/x");
        assert!(predicate_type("sbom").is_err());
    }
}
