//! DSSE, Sigstore bundles, signers, transparency logs, verification.
