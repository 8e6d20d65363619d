//! SHA-256, the one digest that identifies bytes here.

use std::fmt;
use std::io;

use sha2::Digest as _;

/// A SHA-256 digest. Displays as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// Digests the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

/// The bytes that hexadecimal digits stand for, if there are just enough of them.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits: Vec<[u8; 2]> = bytes.iter().map(|it| pair(*it)).collect();
    String::from_utf8(digits.into_flattened()).unwrap_or_default()
}

/// A few bytes as lower-case hexadecimal digits, without an allocation.
pub struct Hex<const N: usize>([[u8; 2]; N]);

impl<const N: usize> Hex<N> {
    /// Makes the digits.
    #[inline]
    pub fn of(bytes: &[u8; N]) -> Self {
        let mut digits = [[0; 2]; N];
        for (digits, byte) in digits.iter_mut().zip(bytes) {
            *digits = pair(*byte);
        }
        Self(digits)
    }

    /// The digits as bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }

    /// The digits as text.
    #[inline]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// The two digits of a byte.
#[inline]
fn pair(byte: u8) -> [u8; 2] {
    PAIRS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The two digits of every byte.
const PAIRS: &[[u8; 2]; 256] = &{
    let mut pairs = [[0; 2]; 256];
    let mut rest = pairs.as_mut_slice();
    let mut byte: u8 = 0;
    while let [first, others @ ..] = rest {
        *first = [digit(byte >> 4), digit(byte & 15)];
        byte = byte.wrapping_add(1);
        rest = others;
    }
    pairs
};

const fn digit(it: u8) -> u8 {
    if it < 10 { b'0' + it } else { b'a' - 10 + it }
}

/// The digest of what is written to it.
#[derive(Default)]
pub struct Digesting(sha2::Sha256);

impl Digesting {
    /// The digest of all that was written.
    pub fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

impl io::Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Hex::of(&self.0).as_str())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
