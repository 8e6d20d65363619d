//! A stand-in of a timestamp authority: it signs digests with a clock that stands.
//! Specifications: RFC 3161; RFC 5652 (CMS); RFC 5280 for its certificate.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::certificate::{Certified, authority, of_signer, public};
use crate::der::{
    ECDSA_WITH_SHA256, EXTENDED_KEY_USAGE, INTEGER, NUMBER_0, OCTETS, OID, SEQUENCE, SET, TIME,
    critical, name, sequence, tlv,
};
use crate::http::{Request, Response};

const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
/// Any policy will do.
const POLICY: &[u8] = &[0x2a, 3, 4];

/// Who vouches for it.
const AUTHORITY: &str = "authority of clocks";
/// Which of the certificates of that is its own.
const NUMBER: u8 = 2;

/// A clock, and the authority that vouches for it.
pub struct Timestamps {
    key: SigningKey,
    authority: SigningKey,
    /// `YYYYMMDDHHMMSSZ`.
    time: String,
}

impl Timestamps {
    /// One whose clock says this moment: `YYYYMMDDHHMMSSZ`.
    pub fn at(time: &str) -> Self {
        let key = |byte| SigningKey::from_slice(&[byte; 32]).unwrap();
        Self { key: key(11), authority: key(14), time: time.to_owned() }
    }

    /// What trusts it in a trusted root: a member of `timestampAuthorities`.
    pub fn authority(&self) -> Value {
        let chain = [self.certificate(), authority(AUTHORITY, &self.authority)];
        json!({
            "subject": { "organization": "stand-in", "commonName": "clock" },
            "uri": "https://clock.example",
            "certChain": { "certificates": chain.map(|it| json!({ "rawBytes": BASE64.encode(it) })) },
            "validFor": { "start": "2020-01-01T00:00:00Z" },
        })
    }

    /// Answers a request for a timestamp.
    pub fn answer(&self, request: &Request) -> Response {
        let fields = items(&items(&request.body)[0].1);
        let imprint = tlv(SEQUENCE, &fields[1].1);
        let nonce = fields.iter().skip(2).find(|(tag, _)| *tag == INTEGER);
        let nonce = nonce.map(|(_, it)| tlv(INTEGER, it)).unwrap_or_default();
        let info = sequence(&[
            tlv(INTEGER, &[1]),
            tlv(OID, POLICY),
            imprint,
            tlv(INTEGER, &[1]),
            tlv(TIME, self.time.as_bytes()),
            nonce,
        ]);
        let content = tlv(NUMBER_0, &self.signed_data(&info));
        let token = sequence(&[tlv(OID, SIGNED_DATA), content]);
        let granted = sequence(&[tlv(INTEGER, &[0])]);
        let kind = "application/timestamp-reply";
        Response::status(200).header("Content-Type", kind).body(sequence(&[granted, token]))
    }

    fn signed_data(&self, info: &[u8]) -> Vec<u8> {
        let attribute = |kind, value: Vec<u8>| sequence(&[tlv(OID, kind), tlv(SET, &value)]);
        let attributes = [
            attribute(CONTENT_TYPE, tlv(OID, TST_INFO)),
            attribute(MESSAGE_DIGEST, tlv(OCTETS, &Sha256::digest(info))),
        ]
        .concat();
        let signer = sequence(&[
            tlv(INTEGER, &[1]),
            sequence(&[name(AUTHORITY), tlv(INTEGER, &[NUMBER])]),
            sequence(&[tlv(OID, SHA256)]),
            tlv(NUMBER_0, &attributes),
            sequence(&[tlv(OID, ECDSA_WITH_SHA256)]),
            tlv(OCTETS, &self.sign(&tlv(SET, &attributes))),
        ]);
        sequence(&[
            tlv(INTEGER, &[3]),
            tlv(SET, &sequence(&[tlv(OID, SHA256)])),
            sequence(&[tlv(OID, TST_INFO), tlv(NUMBER_0, &tlv(OCTETS, info))]),
            tlv(SET, &signer),
        ])
    }

    /// Its certificate, for timestamps alone.
    fn certificate(&self) -> Vec<u8> {
        let key = public(&self.key);
        let mut extensions = of_signer(&key, &public(&self.authority)).to_vec();
        extensions.push(critical(EXTENDED_KEY_USAGE, &sequence(&[tlv(OID, TIME_STAMPING)])));
        let certified = Certified {
            number: NUMBER,
            issuer: AUTHORITY,
            subject: name("clock"),
            valid: ["200101000000Z", "491231235959Z"],
            key: &key,
            extensions: &extensions,
        };
        certified.signed(&self.authority)
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(bytes);
        signature.to_der().as_bytes().to_vec()
    }
}

/// The values that follow one another in DER, each under 128 bytes, as those of requests are.
fn items(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    while let [tag, length, rest @ ..] = bytes {
        let (value, rest) = rest.split_at(usize::from(*length));
        found.push((*tag, value.to_vec()));
        bytes = rest;
    }
    found
}
