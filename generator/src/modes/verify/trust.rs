//! Flags and files as whom to trust.

use std::path::Path;

use anyhow::Context as _;
use attest::trust::TrustedRoot;
use attest::verify::{Policy, Trusted};
use attest::{key, trust};

use crate::cli::Trust;
use crate::failure::Usage;
use crate::input;

/// Bytes of a key or trusted root that are read at most. The public instance's root has 20,000.
const LARGEST: u64 = 16 << 20;

/// What a bundle must be.
pub(super) fn policy(flags: &Trust, predicate_type: Option<String>) -> anyhow::Result<Policy> {
    let signer = match (&flags.key, &flags.certificate_identity, &flags.certificate_oidc_issuer) {
        (Some(place), _, _) => Trusted::Key(key::public_from_pem(&text(place)?)?),
        (None, Some(name), Some(issuer)) => {
            Trusted::Identity { name: name.clone(), issuer: issuer.clone() }
        }
        _ => return Err(Usage("give --key or --certificate-identity".to_owned()).into()),
    };
    Ok(Policy { signer, logged: flags.require_log, predicate_type })
}

/// The logs, authorities and clocks that count.
pub(super) fn root(flags: &Trust) -> anyhow::Result<TrustedRoot> {
    match &flags.trusted_root {
        Some(path) => Ok(trust::root(&file(path)?)?),
        None => Ok(trust::built_in()?),
    }
}

/// The text of a key: of a file, or of a variable named `env://NAME`.
fn text(place: &str) -> anyhow::Result<String> {
    match place.strip_prefix("env://") {
        Some(name) => {
            std::env::var(name).with_context(|| format!("the variable {name} holds no key"))
        }
        None => file(Path::new(place)),
    }
}

fn file(path: &Path) -> anyhow::Result<String> {
    let bytes = input::read(path, LARGEST).map_err(|error| Usage(format!("{error:#}")))?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|error| Usage(format!("{} is no text: {error}", path.display())))?)
}
