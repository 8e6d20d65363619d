//! Flags of commands that sign. No flag takes a secret: files and variables of the environment hold them.

use std::path::PathBuf;

/// Who signs
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Sign {
    /// Sign what is attached: key=FILE or key=env://NAME (its password in `COSIGN_PASSWORD`), keyless as the identity of
    /// this job, or signer=URL by the Signer service
    #[arg(long, value_name = "HOW", value_parser = how)]
    pub(crate) sign: Option<How>,
    /// End with exit code 1 if the signer refuses; without it everything is attached then, marked as unverified
    #[arg(long, requires = "sign")]
    pub(crate) require_signature: bool,
    /// With a key: log signatures in this Rekor v2 log
    #[arg(long, value_name = "URL", requires = "sign")]
    pub(crate) log: Option<String>,
    /// With a key: have signatures timestamped by this authority (RFC 3161)
    #[arg(long, value_name = "URL", requires = "sign")]
    pub(crate) timestamps: Option<String>,
    /// Keyless: the identity token [default: that of this job]
    #[arg(long, value_name = "FILE|env://NAME", requires = "sign")]
    pub(crate) identity_token: Option<String>,
    /// Keyless: the services to use, as Sigstore writes them [default: those of the public instance]
    #[arg(long, value_name = "FILE", requires = "sign")]
    pub(crate) signing_config: Option<PathBuf>,
    /// With a Signer: log signatures by this Attestor
    #[arg(long, value_name = "URL", requires = "sign")]
    pub(crate) attestor: Option<String>,
    /// With a Signer: the operational token
    #[arg(long, value_name = "FILE|env://NAME", requires = "sign")]
    pub(crate) signer_token: Option<String>,
    /// With a Signer: the key that the token is bound to, ECDSA P-256
    #[arg(long, value_name = "FILE|env://NAME", requires = "sign")]
    pub(crate) signer_key: Option<String>,
    /// With a Signer: proof of entitlement [default: the client certificate]
    #[arg(long, value_name = "FILE|env://NAME", requires = "sign")]
    pub(crate) entitlement: Option<String>,
    /// With a Signer: the certificate of the client and its key, in PEM
    #[arg(long, value_name = "FILE|env://NAME", requires = "sign")]
    pub(crate) client_certificate: Option<String>,
}

/// How something is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// By a private key that is there.
    Key(String),
    /// By a certificate for the identity of a token.
    Keyless,
    /// By the Signer service at this address.
    Signer(String),
}

fn how(text: &str) -> Result<How, String> {
    match text.split_once('=') {
        Some(("key", place)) if !place.is_empty() => Ok(How::Key(place.to_owned())),
        Some(("signer", url)) if url.starts_with("http") => Ok(How::Signer(url.to_owned())),
        None if text == "keyless" => Ok(How::Keyless),
        // What was given is not repeated: it may be the key itself.
        _ => Err("it is key=FILE, key=env://NAME, keyless or signer=URL".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_sign_are_read() {
        assert_eq!(how("key=a=b"), Ok(How::Key("a=b".to_owned())));
        assert_eq!(how("keyless"), Ok(How::Keyless));
        assert_eq!(how("signer=https://s"), Ok(How::Signer("https://s".to_owned())));
        for wrong in ["key", "key=", "signer=s", "kms=x", ""] {
            assert!(how(wrong).is_err(), "{wrong}");
        }
    }
}
