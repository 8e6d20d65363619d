//! Flags of commands that bind attestations to what they find.

use std::path::PathBuf;

use super::Trust;

/// Which attestations are bound, and whose
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Binding {
    /// Bind the attestations in this directory to the image and the components that they are about by SHA-256: Sigstore
    /// bundles and in-toto statements, also several in a file, one a line
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) attestations: Option<PathBuf>,
    /// Bind what others have attached to the image in its registry, and what its build did
    #[arg(long)]
    pub(crate) attached_attestations: bool,
    /// Bind only what is signed by the holder of this public key [default: all, marked as unverified]
    #[arg(long, value_name = "FILE|env://NAME", conflicts_with = "attestation_identity")]
    pub(crate) attestation_key: Option<String>,
    /// Bind only what is signed by whom a certificate names so: an address or URI
    #[arg(long, value_name = "NAME", requires = "attestation_issuer")]
    pub(crate) attestation_identity: Option<String>,
    /// Who knew the signer by that name
    #[arg(long, value_name = "URL", requires = "attestation_identity")]
    pub(crate) attestation_issuer: Option<String>,
    /// Logs, authorities and clocks that count, as Sigstore writes them [default: those of the public instance]
    #[arg(long, value_name = "FILE")]
    pub(crate) attestation_root: Option<PathBuf>,
}

impl Binding {
    /// Whom to trust.
    pub(crate) fn trust(&self) -> Trust {
        Trust {
            key: self.attestation_key.clone(),
            certificate_identity: self.attestation_identity.clone(),
            certificate_oidc_issuer: self.attestation_issuer.clone(),
            trusted_root: self.attestation_root.clone(),
            require_log: false,
            witness: Vec::new(),
        }
    }
}
