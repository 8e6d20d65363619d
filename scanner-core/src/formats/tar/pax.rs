//! The records of a pax extended header: `LENGTH KEY=VALUE\n`, where the length counts the whole record.
//! Values may hold any byte, newlines too.

use std::collections::BTreeMap;

use super::Malformed;

/// The records of one header, each key once.
#[derive(Default)]
pub(super) struct Records(BTreeMap<Vec<u8>, Vec<u8>>);

/// The pairs in which version 0.0 of sparse files lists pieces, one key after the other.
const OFFSET: &[u8] = b"GNU.sparse.offset";
const NUMBYTES: &[u8] = b"GNU.sparse.numbytes";
pub(super) const MAP: &[u8] = b"GNU.sparse.map";

impl Records {
    /// A value; an empty one says that there is none.
    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice).filter(|value| !value.is_empty())
    }

    /// A value to keep.
    pub(super) fn text(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.get(key).map(<[u8]>::to_vec)
    }

    /// A value that must be a number: none where it is missing, and none within where it is no number.
    #[expect(clippy::option_option, reason = "missing and wrong are told apart by the callers")]
    pub(super) fn number(&self, key: &[u8]) -> Option<Option<u64>> {
        self.get(key).map(decimal)
    }
}

/// A number in decimal digits that fits into 63 bits.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    let number: i64 = str::from_utf8(text).ok()?.parse().ok()?;
    u64::try_from(number).ok()
}

/// Reads all records.
pub(super) fn parse(mut bytes: &[u8], offset: u64) -> Result<Records, Malformed> {
    let malformed = Malformed { what: "a malformed extended header", offset };
    let mut records = Records::default();
    let mut pieces: Vec<&[u8]> = Vec::new();
    while !bytes.is_empty() {
        let Some((key, value, rest)) = record(bytes) else { return Err(malformed) };
        bytes = rest;
        let must_be_text = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
        if must_be_text && value.contains(&0) {
            return Err(malformed);
        }
        if key == OFFSET || key == NUMBYTES {
            let expected = if pieces.len().is_multiple_of(2) { OFFSET } else { NUMBYTES };
            if key != expected || value.contains(&b',') {
                return Err(malformed);
            }
            pieces.push(value);
        } else {
            records.0.insert(key.to_vec(), value.to_vec());
        }
    }
    if !pieces.is_empty() {
        records.0.insert(MAP.to_vec(), pieces.join(&b','));
    }
    Ok(records)
}

/// Key and value of the first record, and what follows it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = bytes.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(decimal(bytes.get(..blank)?)?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let pair = record.get(blank.checked_add(1)?..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (pair.get(..equals)?, pair.get(equals.checked_add(1)?..)?);
    (!key.is_empty() && !key.contains(&0)).then_some((key, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_and_not_newlines() {
        let bytes = b"18 SCHILY.x=\n\n\x00a\n\n12 path=a\nb\n12 path=c\nd\n";
        let records = parse(bytes, 0).unwrap();
        assert_eq!(records.get(b"SCHILY.x"), Some(b"\n\n\0a\n".as_slice()));
        assert_eq!(records.get(b"path"), Some(b"c\nd".as_slice()));
    }

    #[test]
    fn records_that_lie_about_their_length_are_malformed() {
        for bytes in
            [&b"3 a"[..], b"0 a=b\n", b"6 a=b", b"99 a=b\n", b"-6 a=b\n", b"6 a:b\n", b"6 =bc\n"]
        {
            assert!(parse(bytes, 0).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
        assert!(parse(b"11 path=a\0\n", 0).is_err());
    }

    #[test]
    fn an_empty_value_takes_a_record_back() {
        assert_eq!(parse(b"8 path=\n", 0).unwrap().get(b"path"), None);
    }
}
