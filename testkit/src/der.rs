//! Values of DER, as certificates and timestamps have them.
//! Specification: X.690.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const TEXT: u8 = 0x0c;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// Explicit or constructed, with the number 0 or 3.
pub(crate) const NUMBER_0: u8 = 0xa0;
pub(crate) const NUMBER_3: u8 = 0xa3;

pub(crate) const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// One value.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|it| *it == 0).collect();
    let head = match value.len() {
        short @ 0..=127 => vec![tag, u8::try_from(short).unwrap()],
        _ => [vec![tag, 0x80 | u8::try_from(length.len()).unwrap()], length].concat(),
    };
    [head, value.to_vec()].concat()
}

/// Values in a sequence.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// A distinguished name that is a common name alone.
pub(crate) fn name(common: &str) -> Vec<u8> {
    let part = sequence(&[tlv(OID, COMMON_NAME), tlv(TEXT, common.as_bytes())]);
    sequence(&[tlv(SET, &part)])
}

/// A critical extension of a certificate (RFC 5280 §4.1).
pub(crate) fn critical(kind: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[tlv(OID, kind), vec![1, 1, 0xff], tlv(OCTETS, value)])
}

/// An extension of a certificate that need not be understood.
pub(crate) fn extension(kind: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[tlv(OID, kind), tlv(OCTETS, value)])
}
