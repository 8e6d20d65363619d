//! One bitmap of an index.
//! Specification: `RoaringFormatSpec`, "Standard 32-bit Roaring Bitmap".

use roaring::RoaringBitmap;

use super::Malformed;

/// Reads a bitmap of numbers below a bound. No bytes are the empty set.
pub(super) fn read(mut bytes: &[u8], bound: u32, offset: u64) -> Result<RoaringBitmap, Malformed> {
    let malformed = |what| Malformed { what, offset };
    if bytes.is_empty() {
        return Ok(RoaringBitmap::new());
    }
    let bitmap = RoaringBitmap::deserialize_from(&mut bytes)
        .map_err(|_| malformed("a bitmap that is not in Roaring's portable form"))?;
    if !bytes.is_empty() {
        return Err(malformed("bytes behind the end of a bitmap"));
    }
    if bitmap.max().is_some_and(|it| it >= bound) {
        return Err(malformed("a bitmap with a number that is in no table"));
    }
    Ok(bitmap)
}
