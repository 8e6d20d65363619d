//! The 512 bytes before each member. The fields are decoded by the `tar` crate.

use super::Malformed;

/// Bytes of a header; content is padded to a multiple of it.
pub(super) const BLOCK: u64 = BLOCK_LENGTH as u64;
/// The same, as the length of an array.
pub(super) const BLOCK_LENGTH: usize = 512;

/// A header whose checksum is right.
pub(super) struct Header(tar::Header);

impl Header {
    pub(super) fn new(block: &[u8; BLOCK_LENGTH], offset: u64) -> Result<Self, Malformed> {
        let header = tar::Header::from_byte_slice(block).clone();
        // The checksum counts its own field as blanks; old writers added up signed bytes.
        let (field, blanks) = (block.get(148..156).unwrap_or_default(), 8 * i64::from(b' '));
        let unsigned = |it: &[u8]| it.iter().map(|byte| i64::from(*byte)).sum::<i64>();
        let signed = |it: &[u8]| it.iter().map(|byte| i64::from(byte.cast_signed())).sum::<i64>();
        match header.cksum().map(i64::from) {
            Ok(sum) if sum == unsigned(block) - unsigned(field) + blanks => Ok(Self(header)),
            Ok(sum) if sum == signed(block) - signed(field) + blanks => Ok(Self(header)),
            _ => Err(Malformed { what: "a header with a wrong checksum", offset }),
        }
    }

    pub(super) fn kind(&self) -> u8 {
        self.0.entry_type().as_byte()
    }

    /// The bytes that follow the header.
    pub(super) fn size(&self, offset: u64) -> Result<u64, Malformed> {
        if empty(&self.0.as_old().size) {
            return Ok(0);
        }
        let size = self.0.entry_size().ok().filter(|size| i64::try_from(*size).is_ok());
        size.ok_or(Malformed { what: "a size that is no number", offset })
    }

    pub(super) fn mode(&self) -> u32 {
        self.0.mode().unwrap_or(0)
    }

    pub(super) fn name(&self) -> Vec<u8> {
        let name = text(&self.0.as_old().name);
        let prefix = match (self.0.as_ustar(), self.0.as_gnu()) {
            (Some(ustar), _) if self.0.as_bytes().ends_with(b"tar\0") => {
                text(ustar.prefix.get(..131).unwrap_or_default())
            }
            (Some(ustar), _) => text(&ustar.prefix),
            // Go before 1.8 wrote the prefix of ustar into GNU headers, where times belong.
            (None, Some(gnu)) if !(number(&gnu.atime) && number(&gnu.ctime)) => {
                let prefix = self.0.as_bytes().get(345..500).map(text).unwrap_or_default();
                if prefix.is_ascii() { prefix } else { Vec::new() }
            }
            _ => Vec::new(),
        };
        if prefix.is_empty() { name } else { [prefix, name].join(&b'/') }
    }

    pub(super) fn link(&self) -> Vec<u8> {
        text(&self.0.as_old().linkname)
    }

    pub(super) fn as_gnu(&self) -> Option<&tar::GnuHeader> {
        self.0.as_gnu()
    }
}

/// A text field ends at its first NUL.
pub(super) fn text(field: &[u8]) -> Vec<u8> {
    field.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()
}

fn empty(field: &[u8]) -> bool {
    field.iter().all(|byte| matches!(byte, 0 | b' '))
}

/// Whether a field holds a number, octal or binary, or nothing.
fn number(field: &[u8]) -> bool {
    let octal = |byte: &u8| matches!(byte, b'0'..=b'7' | b' ' | 0);
    field.first().is_some_and(|byte| *byte == 0 || byte & 0x80 != 0) || field.iter().all(octal)
}
