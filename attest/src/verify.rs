//! Whether a bundle is to be believed: signature, certificate, log, time, subject, and the policy of the user.

use sigstore_crypto::VerificationKey;
use sigstore_trust_root::TrustedRoot;
use sigstore_types::bundle::{SignatureContent, VerificationMaterialContent};
use sigstore_types::{Bundle, DerPublicKey, Sha256Hash};
use sigstore_verify::{
    PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult, Verifier,
};

use crate::{Error, PAYLOAD_TYPE, Statement, Witness};

/// What the signer of a key is called.
const KEY: &str = "key";

/// What a bundle must be.
pub struct Policy {
    /// Who must have signed.
    pub signer: Trusted,
    /// Whether a transparency log must have the signature. What is in the bundle of a log is checked anyhow.
    pub logged: bool,
    /// Who must have cosigned a checkpoint of the log that has it. Cosignatures of others are not looked at.
    pub witnesses: Vec<Witness>,
    /// What the statement must say, if that matters.
    pub predicate_type: Option<String>,
}

/// Whose signature counts.
pub enum Trusted {
    /// That of whoever holds the private half of this key.
    Key(DerPublicKey),
    /// That of whom a certificate names.
    Identity {
        /// The name in the certificate: an address or a URI.
        name: String,
        /// Who knew them by that name.
        issuer: String,
    },
}

/// A statement that can be believed.
#[derive(Debug)]
pub struct Verified {
    /// What is said.
    pub statement: Statement,
    /// Who said it: `key`, or the name in the certificate.
    pub signer: String,
    /// Whether a transparency log has it.
    pub logged: bool,
    /// The moments at which somebody else saw the signature, in seconds since the Unix epoch.
    pub times: Vec<i64>,
}

/// Verifies a bundle about a subject, known by its digest `sha256:HEX`. Nothing is asked of the network.
///
/// # Errors
/// [`Error::Unverified`] when it cannot be believed, [`Error::Policy`] when it can but is not what was wanted.
pub fn verify(
    bundle: &Bundle,
    subject: &str,
    policy: &Policy,
    root: &TrustedRoot,
) -> Result<Verified, Error> {
    let statement = statement(bundle)?;
    let digest = subject.strip_prefix("sha256:").and_then(|hex| Sha256Hash::from_hex(hex).ok());
    let digest = digest.ok_or_else(|| Error::malformed("the digest", subject))?;
    if !statement.is_about(subject) {
        return Err(Error::Policy(format!("its statement is not about {subject}")));
    }
    let witnesses = witnesses(bundle);
    if policy.logged && !witnesses.log {
        return Err(Error::Policy("no transparency log has it".to_owned()));
    }
    let mut verified = match &policy.signer {
        Trusted::Key(key) if !witnesses.any() => {
            signature(bundle, key)?;
            Verified { statement, signer: KEY.to_owned(), logged: false, times: Vec::new() }
        }
        Trusted::Key(key) => {
            let wanted = PublicKeyVerificationPolicy::new(key.clone());
            let wanted = if witnesses.log { wanted } else { wanted.skip_tlog_unsafe() };
            verified(statement, &check(bundle, digest, &wanted, root)?)
        }
        Trusted::Identity { name, issuer } => {
            let wanted = VerificationPolicy::new(name.as_str(), issuer.as_str());
            let wanted = if witnesses.log { wanted } else { wanted.skip_tlog_unsafe() };
            verified(statement, &check(bundle, digest, &wanted, root)?)
        }
    };
    for witness in &policy.witnesses {
        verified.times.push(witness.saw(bundle)?);
    }
    let is = &verified.statement.predicate_type;
    if let Some(wanted) = policy.predicate_type.as_ref().filter(|it| *it != is) {
        return Err(Error::Policy(format!("it says {is}, not {wanted}")));
    }
    Ok(verified)
}

/// Who else has seen a signature.
struct Witnesses {
    log: bool,
    clock: bool,
}

impl Witnesses {
    fn any(&self) -> bool {
        self.log || self.clock
    }
}

fn witnesses(bundle: &Bundle) -> Witnesses {
    let material = &bundle.verification_material;
    Witnesses {
        log: !material.tlog_entries.is_empty(),
        clock: !material.timestamp_verification_data.rfc3161_timestamps.is_empty(),
    }
}

fn check(
    bundle: &Bundle,
    subject: Sha256Hash,
    policy: &impl sigstore_verify::Policy,
    root: &TrustedRoot,
) -> Result<VerificationResult, Error> {
    let verifier = Verifier::new(root).map_err(|error| Error::Trust(error.to_string()))?;
    let checked = verifier.verify(subject, bundle, policy);
    checked.map_err(|error| Error::Unverified(error.to_string()))
}

/// Verifies the signature of a key alone, and no witness of it: `sigstore-verify` takes no bundle without any.
///
/// # Errors
/// [`Error::Unverified`] when it is not the key's, [`Error::Policy`] when a certificate stands for it.
pub fn signature(bundle: &Bundle, key: &DerPublicKey) -> Result<(), Error> {
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err(Error::malformed("the bundle", "it signs no statement"));
    };
    if has_certificate(bundle) {
        return Err(Error::Policy("it is signed with a certificate, not with a key".to_owned()));
    }
    let key = VerificationKey::from_spki(key).map_err(|error| Error::Key(error.to_string()))?;
    key.verify(envelope.pae(), &envelope.signature.sig)
        .map_err(|error| Error::Unverified(error.to_string()))
}

fn verified(statement: Statement, result: &VerificationResult) -> Verified {
    let signer = result.identity().map_or(KEY, |name| name.as_str()).to_owned();
    let times = result.verified_timestamps().iter().map(|it| it.as_second()).collect();
    Verified { statement, signer, logged: result.tlog_verified(), times }
}

/// The statement in a bundle, believed or not.
///
/// # Errors
/// When there is none.
pub fn statement(bundle: &Bundle) -> Result<Statement, Error> {
    Statement::read(payload(bundle)?)
}

/// The bytes of the statement in a bundle, believed or not.
///
/// # Errors
/// When there is none.
pub fn payload(bundle: &Bundle) -> Result<&[u8], Error> {
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err(Error::malformed("the bundle", "it signs no statement"));
    };
    if envelope.payload_type != PAYLOAD_TYPE {
        let found = format!("its payload is {}", envelope.payload_type);
        return Err(Error::malformed("the bundle", found));
    }
    Ok(envelope.payload.as_bytes())
}

/// Whether a certificate, and not a key, stands for the signature of a bundle.
pub fn has_certificate(bundle: &Bundle) -> bool {
    let material = &bundle.verification_material.content;
    !matches!(material, VerificationMaterialContent::PublicKey(_))
}
