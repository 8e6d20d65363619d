//! Fields as they stand in a message.
//! Specification: Protocol Buffers, "Encoding".

use prost::encoding::{WireType, encode_varint, encoded_len_varint};

/// The fields of a message so far.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    /// How many bytes more than one the length of the last message took, by fields: the next one of a field is likely
    /// as long.
    more: [u8; FIELDS],
}

/// So many fields are told apart; of larger numbers several share a place.
const FIELDS: usize = 32;

/// Where a message within a message begins.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    field: u32,
    start: usize,
    /// How many bytes more than one are left for its length.
    more: usize,
}

impl Writer {
    /// Nothing yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
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

    /// Adds a message of one text.
    pub fn message_of_text(&mut self, field: u32, inner: u32, text: &str) {
        let key = encoded_len_varint(u64::from(inner) << 3);
        let length = key + encoded_len_varint(text.len() as u64) + text.len();
        self.key(field, WireType::LengthDelimited);
        self.varint(length as u64);
        self.text(inner, text);
    }

    /// Adds a text that is made of pieces.
    pub fn joined(&mut self, field: u32, pieces: &[&str]) {
        self.key(field, WireType::LengthDelimited);
        self.varint(pieces.iter().map(|it| it.len() as u64).sum());
        for it in pieces {
            self.bytes.extend_from_slice(it.as_bytes());
        }
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

    /// Begins a message within this one. Its length comes before it and is known after it: room is left for one of
    /// the same size as that of the last message of the field.
    pub fn begin(&mut self, field: u32) -> Begun {
        self.key(field, WireType::LengthDelimited);
        let more = self.more.get(field as usize % FIELDS).copied().map_or(0, usize::from);
        (0..=more).for_each(|_| self.bytes.push(0));
        Begun { field, start: self.bytes.len(), more }
    }

    /// Ends what was begun last.
    pub fn end(&mut self, Begun { field, start, more }: Begun) {
        let (first, end) = (start - 1 - more, self.bytes.len());
        let length = end.saturating_sub(start);
        let needed = encoded_len_varint(length as u64) - 1;
        if needed != more {
            let moved = first + 1 + needed;
            self.bytes.resize(end.max(moved + length), 0);
            self.bytes.copy_within(start..end, moved);
            self.bytes.truncate(moved + length);
            if let Some(it) = self.more.get_mut(field as usize % FIELDS) {
                *it = u8::try_from(needed).unwrap_or_default();
            }
        }
        if let Some(mut room) = self.bytes.get_mut(first..=first + needed) {
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
            // What came before has other lengths.
            for length in [200, 20_000, 3] {
                let other = writer.begin(2);
                writer.joined(3, &["y", &"y".repeat(length)]);
                writer.end(other);
            }
            writer.message_of_text(300, 20, "z");
            let before = writer.bytes.len();
            let outer = writer.begin(1);
            let inner = writer.begin(2);
            writer.text(3, &"x".repeat(length));
            writer.end(inner);
            writer.number(300, 1 << 40);
            writer.end(outer);
            let bytes = writer.take();
            assert_eq!(
                before,
                1 + 2 + 1 + 2 + 201 + 1 + 3 + 1 + 3 + 20_001 + 1 + 1 + 1 + 1 + 4 + 7
            );
            let mut rest = &bytes[before..];
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
