//! Compressed bytes.
//! Specification: RFC 1950.

use std::io::Write as _;

/// Bytes as a zlib stream.
pub fn zlib(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}
