//! A document as protocol buffers: the messages of `proto/cyclonedx.proto`.

use std::io;

use prost::encoding::{WireType, encode_varint, encoded_len_varint};

use super::document::Source;
use super::form::{Field, Form};
use super::name::write_named;
use super::numbers::Word;
use crate::emit::held::Held;

/// Writes a document. Its name, which stands before most of its content, is of all the rest.
pub(super) fn write(source: &Source<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let (mut wire, mut held) = (Message::default(), Held::default());
    wire.text(("specVersion", 1), source.spec.as_str());
    wire.number(("version", 2), 1);
    held.add(wire.take());
    source.write(&mut wire, &mut held);
    held.add(wire.take());
    write_named(held, out, |name| {
        wire.text(("serialNumber", 3), name);
        wire.take()
    })
}

/// Room for a piece of a list.
const ROOM: usize = 64 * 1024;

/// The fields of a message so far.
#[derive(Default)]
struct Message {
    bytes: Vec<u8>,
    /// Room for texts that are made.
    made: String,
}

impl Message {
    #[inline]
    fn key(&mut self, (_, number): Field, wire_type: WireType) {
        self.varint(u64::from(number) << 3 | wire_type as u64);
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

impl Form for Message {
    /// These numbers have 31 bits.
    const LARGEST: u64 = i32::MAX as u64;

    fn beside() -> Self {
        Self::default()
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn text_or_empty(&mut self, field: Field, text: &str) {
        self.key(field, WireType::LengthDelimited);
        self.varint(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn made(&mut self, field: Field, make: impl FnOnce(&mut String)) {
        let mut text = std::mem::take(&mut self.made);
        text.clear();
        make(&mut text);
        self.text(field, &text);
        self.made = text;
    }

    fn number(&mut self, field: Field, number: u64) {
        self.key(field, WireType::Varint);
        self.varint(number);
    }

    /// 0 is the same as none.
    fn word(&mut self, field: Field, word: Word) {
        if word.number > 0 {
            self.number(field, word.number);
        }
    }

    fn certain(&mut self, field: Field) {
        self.key(field, WireType::ThirtyTwoBit);
        self.bytes.extend_from_slice(&1_f32.to_le_bytes());
    }

    fn moment(&mut self, field: Field, (seconds, _): (i64, &str)) {
        self.message(field, |wire| {
            if seconds != 0 {
                wire.number(("seconds", 1), seconds.cast_unsigned());
            }
        });
    }

    fn references<'a>(&mut self, field: Field, to: impl IntoIterator<Item = &'a str>) {
        self.messages(field, to, |wire, it| wire.text(("ref", 1), it));
    }

    fn texts<'a>(&mut self, field: Field, texts: impl IntoIterator<Item = &'a str>) {
        texts.into_iter().for_each(|it| self.text_or_empty(field, it));
    }

    /// The length comes before a message and is known after it: room is left for a short one.
    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        self.key(field, WireType::LengthDelimited);
        self.bytes.push(0);
        let start = self.bytes.len();
        write(self);
        let length = self.bytes.len() - start;
        let more = encoded_len_varint(length as u64) - 1;
        if more > 0 {
            self.bytes.resize(start + length + more, 0);
            self.bytes.copy_within(start..start + length, start + more);
        }
        if let Some(mut room) = self.bytes.get_mut(start - 1..start + more) {
            encode_varint(length as u64, &mut room);
        }
    }

    fn messages<T>(
        &mut self,
        field: Field,
        of: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        of.into_iter().for_each(|it| self.message(field, |wire| write(wire, it)));
    }

    fn list<'a, T: Sync>(
        &mut self,
        field: Field,
        of: &'a [T],
        write: impl Fn(&mut Self, &'a T) + Sync,
        held: &mut Held,
    ) {
        held.add(self.take());
        held.add_list(of, |_, part| {
            let mut wire = Self { bytes: Vec::with_capacity(ROOM), ..Self::default() };
            wire.messages(field, part, &write);
            (wire.bytes, ())
        });
    }
}
