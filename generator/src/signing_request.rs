//! What the frontend leaves beside an image for an attach to find: that its documents are to be signed, and by whom.
//!
//! A build cannot sign them itself: a signature is about the digest of the image's manifest, which is made when
//! everything that the frontend does is done.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cli::{How, Sign};

/// The type of the predicate.
pub(crate) const PREDICATE_TYPE: &str = "https://stella-ops.org/attestations/signing-request/v1";
/// The name of its file.
pub(crate) const FILE: &str = "signing-request.json";

/// Who is to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signatory {
    /// As after `--sign`, but a key is not named: `key`, `keyless` or `signer=URL`.
    pub(crate) sign: String,
    /// The Attestor that is to log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attestor: Option<String>,
}

/// What is to be signed by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SigningRequest {
    #[serde(flatten)]
    pub(crate) by: Signatory,
    /// The formats of the documents.
    pub(crate) formats: BTreeSet<String>,
    /// The views of those that have views.
    pub(crate) views: BTreeSet<String>,
}

impl Signatory {
    /// Reads who is to sign, as a parameter of a build names it.
    pub(crate) fn read(sign: &str, attestor: Option<String>) -> Result<Self, String> {
        let is_address =
            |it: &str| ["https://", "http://"].iter().any(|scheme| it.starts_with(scheme));
        let signer = sign.strip_prefix("signer=");
        if !(["key", "keyless"].contains(&sign) || signer.is_some_and(is_address)) {
            return Err("it is key, keyless or signer=URL".to_owned());
        }
        if attestor.as_deref().is_some_and(|it| signer.is_none() || !is_address(it)) {
            return Err("an Attestor has an address, and logs for a Signer".to_owned());
        }
        Ok(Self { sign: sign.to_owned(), attestor })
    }

    /// Whether those are the ones who sign. Nobody whom an image names is ever asked: the user says who signs, and the
    /// build that it must be them.
    pub(crate) fn is(&self, flags: &Sign) -> bool {
        let bare = |it: &str| it.trim_end_matches('/').to_owned();
        let sign = match &flags.sign {
            None => return false,
            Some(How::Key(_)) => "key".to_owned(),
            Some(How::Keyless) => "keyless".to_owned(),
            Some(How::Signer(url)) => format!("signer={}", bare(url)),
        };
        let attestor = flags.attestor.as_deref().map(bare);
        let logged = self.attestor.as_ref().is_none_or(|it| attestor == Some(bare(it)));
        bare(&self.sign) == sign && logged
    }

    /// The flags that would do.
    pub(crate) fn flags(&self) -> String {
        let attestor = self.attestor.iter().map(|it| format!(" --attestor {it}"));
        let key = if self.sign == "key" { "=…" } else { "" };
        format!("--sign {}{key}{}", self.sign, attestor.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(sign: How, attestor: Option<&str>) -> Sign {
        Sign { sign: Some(sign), attestor: attestor.map(str::to_owned), ..Sign::default() }
    }

    #[test]
    fn only_who_is_named_signs() {
        let signer = Signatory::read("signer=https://s/", Some("https://a".to_owned())).unwrap();
        let own = |attestor| flags(How::Signer("https://s".to_owned()), attestor);
        assert!(signer.is(&own(Some("https://a/"))));
        assert!(!signer.is(&own(None)) && !signer.is(&own(Some("https://b"))));
        assert!(!signer.is(&flags(How::Signer("https://s2".to_owned()), Some("https://a"))));
        assert!(!signer.is(&flags(How::Keyless, None)) && !signer.is(&Sign::default()));
        assert_eq!(signer.flags(), "--sign signer=https://s/ --attestor https://a");
        let key = Signatory::read("key", None).unwrap();
        assert!(key.is(&flags(How::Key("env://K".to_owned()), None)));
        assert_eq!(key.flags(), "--sign key=…");
    }

    #[test]
    fn a_request_names_no_key_and_no_secret() {
        for wrong in ["", "key=env://K", "signer=", "signer=s", "kms://x"] {
            assert!(Signatory::read(wrong, None).is_err(), "{wrong}");
        }
        assert!(Signatory::read("keyless", Some("https://a".to_owned())).is_err());
        assert!(Signatory::read("signer=https://s", Some("a".to_owned())).is_err());
    }
}
