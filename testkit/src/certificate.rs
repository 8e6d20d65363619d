//! Certificates of authorities and of those they vouch for, signed with ECDSA.
//! Specification: RFC 5280 §4.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use sha2::{Digest as _, Sha256};

use crate::der::{
    BITS, ECDSA_WITH_SHA256, INTEGER, NUMBER_0, NUMBER_3, OCTETS, OID, UTC_TIME, critical,
    extension, name, sequence, tlv,
};

const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const SUBJECT_KEY: &[u8] = &[0x55, 0x1d, 0x0e];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 0x23];

/// What an authority certifies.
pub(crate) struct Certified<'a> {
    pub(crate) number: u8,
    /// The common name of the authority.
    pub(crate) issuer: &'a str,
    /// A distinguished name.
    pub(crate) subject: Vec<u8>,
    /// From when to when, each `YYMMDDHHMMSSZ`.
    pub(crate) valid: [&'a str; 2],
    /// The public key of whom it is about.
    pub(crate) key: &'a [u8],
    pub(crate) extensions: &'a [Vec<u8>],
}

impl Certified<'_> {
    /// The part that is signed.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        sequence(&[
            tlv(NUMBER_0, &tlv(INTEGER, &[2])),
            tlv(INTEGER, &[self.number]),
            algorithm(),
            name(self.issuer),
            sequence(&self.valid.map(|it| tlv(UTC_TIME, it.as_bytes()))),
            self.subject.clone(),
            self.key.to_vec(),
            tlv(NUMBER_3, &sequence(self.extensions)),
        ])
    }

    /// The certificate.
    pub(crate) fn signed(&self, by: &SigningKey) -> Vec<u8> {
        let certified = self.bytes();
        let signature: Signature = by.sign(&certified);
        let signature = [&[0], signature.to_der().as_bytes()].concat();
        sequence(&[certified, algorithm(), tlv(BITS, &signature)])
    }
}

/// The certificate of an authority about itself.
pub(crate) fn authority(common: &str, key: &SigningKey) -> Vec<u8> {
    let public = public(key);
    let extensions = [
        // That it signs certificates.
        critical(KEY_USAGE, &tlv(BITS, &[2, 0x04])),
        critical(BASIC_CONSTRAINTS, &sequence(&[vec![1, 1, 0xff]])),
        subject_key(&public),
    ];
    let certified = Certified {
        number: 1,
        issuer: common,
        subject: name(common),
        valid: ["200101000000Z", "491231235959Z"],
        key: &public,
        extensions: &extensions,
    };
    certified.signed(key)
}

/// The extensions of whom an authority vouches for: that they sign, and whose keys are theirs and the authority's.
pub(crate) fn of_signer(key: &[u8], authority: &[u8]) -> [Vec<u8>; 3] {
    let vouching = sequence(&[tlv(0x80, &key_id(authority))]);
    let signs = critical(KEY_USAGE, &tlv(BITS, &[7, 0x80]));
    [signs, subject_key(key), extension(AUTHORITY_KEY, &vouching)]
}

/// A public key as certificates have it.
pub(crate) fn public(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_public_key_der().unwrap().into_vec()
}

fn subject_key(key: &[u8]) -> Vec<u8> {
    extension(SUBJECT_KEY, &tlv(OCTETS, &key_id(key)))
}

/// By what certificates name a key (RFC 7093 §2).
fn key_id(key: &[u8]) -> Vec<u8> {
    Sha256::digest(key)[..20].to_vec()
}

fn algorithm() -> Vec<u8> {
    sequence(&[tlv(OID, ECDSA_WITH_SHA256)])
}
