//! Flags and files as whom to trust.

use attest::trust::TrustedRoot;
use attest::verify::{Policy, Trusted};
use attest::{Witness, key, trust};

use crate::cli::Trust;
use crate::failure::Usage;
use crate::input;

/// What a bundle must be.
pub(crate) fn policy(flags: &Trust, predicate_type: Option<String>) -> anyhow::Result<Policy> {
    let signer = match (&flags.key, &flags.certificate_identity, &flags.certificate_oidc_issuer) {
        (Some(place), _, _) => Trusted::Key(key::public_from_pem(&input::text(place)?)?),
        (None, Some(name), Some(issuer)) => {
            Trusted::Identity { name: name.clone(), issuer: issuer.clone() }
        }
        _ => return Err(Usage("give --key or --certificate-identity".to_owned()).into()),
    };
    let witnesses = flags.witness.iter().map(|it| Witness::read(it));
    let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
    let logged = flags.require_log || !witnesses.is_empty();
    Ok(Policy { signer, logged, witnesses, predicate_type })
}

/// The logs, authorities and clocks that count.
pub(crate) fn root(flags: &Trust) -> anyhow::Result<TrustedRoot> {
    match &flags.trusted_root {
        Some(path) => Ok(trust::root(&input::text_file(path)?)?),
        None => Ok(trust::built_in()?),
    }
}
