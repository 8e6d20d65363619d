//! Fields as they stand in a message.
//! Specification: Protocol Buffers, "Encoding".

use prost::encoding::{WireType, encode_varint, encoded_len_varint};

/// The fields of a message so far.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

/// Where a message within a message begins.
#[derive(Clone, Copy, Debug)]
pub struct Begun(usize);

impl Writer {
    /// Nothing yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    /// Takes what was written so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Adds a text.
    pub fn text(&mut self, field: u32, text: &str) {
        self.key(field, WireType::LengthDelimited);
        self.varint(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Adds a number.
    pub fn number(&mut self, field: u32, number: u64) {
        self.key(field, WireType::Varint);
        self.varint(number);
    }

    /// Adds a number with a fraction.
    pub fn float(&mut self, field: u32, number: f32) {
        self.key(field, WireType::ThirtyTwoBit);
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    /// Begins a message within this one. Its length comes before it and is known after it: room is left for a short one.
    pub fn begin(&mut self, field: u32) -> Begun {
        self.key(field, WireType::LengthDelimited);
        self.bytes.push(0);
        Begun(self.bytes.len())
    }

    /// Ends what was begun last.
    pub fn end(&mut self, Begun(start): Begun) {
        let length = self.bytes.len().saturating_sub(start);
        let more = encoded_len_varint(length as u64) - 1;
        if more > 0 {
            self.bytes.resize(start + length + more, 0);
            self.bytes.copy_within(start..start + length, start + more);
        }
        if let Some(mut room) = self.bytes.get_mut(start - 1..start + more) {
            encode_varint(length as u64, &mut room);
        }
    }

    #[inline]
    fn key(&mut self, field: u32, wire_type: WireType) {
        self.varint(u64::from(field) << 3 | wire_type as u64);
    }

    /// Most numbers take one byte.
    #[inline]
    fn varint(&mut self, number: u64) {
        match u8::try_from(number) {
            Ok(byte @ ..0x80) => self.bytes.push(byte),
            _ => encode_varint(number, &mut self.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_any_length_are_read_as_they_were_written() {
        for length in [0, 1, 125, 126, 127, 128, 16_383, 16_384, 70_000] {
            let mut writer = Writer::default();
            let outer = writer.begin(1);
            let inner = writer.begin(2);
            writer.text(3, &"x".repeat(length));
            writer.end(inner);
            writer.number(300, 1 << 40);
            writer.end(outer);
            let bytes = writer.take();
            let mut rest = bytes.as_slice();
            let mut within = |tag: u32| {
                let (key, wire_type) = prost::encoding::decode_key(&mut rest).unwrap();
                assert_eq!((key, wire_type), (tag, WireType::LengthDelimited), "{length}");
                usize::try_from(prost::encoding::decode_varint(&mut rest).unwrap()).unwrap()
            };
            let (outer, inner, text) = (within(1), within(2), within(3));
            assert_eq!(text, length);
            assert!(outer > inner && inner > text && rest.len() > length);
        }
    }
}
