//! A document as protocol buffers: the messages of `proto/cyclonedx.proto`.

use std::io;

use proto::writer::Writer;

use super::document::Source;
use super::form::{Field, Form};
use super::name::write_named;
use super::numbers::Word;
use crate::emit::held::Held;

/// Writes a document. Its name, which stands before most of its content, is of all the rest.
pub(super) fn write(source: &Source<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let make = || {
        let (mut wire, mut held) = (Message::default(), Held::default());
        wire.text(("specVersion", 1), source.spec.as_str());
        wire.number(("version", 2), 1);
        held.add(wire.take());
        source.write(&mut wire, &mut held);
        held.add(wire.take());
        held
    };
    write_named(make, out, |name| {
        let mut wire = Message::default();
        wire.text(("serialNumber", 3), name);
        wire.take()
    })
}

/// Room for a piece of a list.
const ROOM: usize = 64 * 1024;

/// The field of a dependency that names the component.
const REF: u32 = 1;

/// The fields of a message so far.
#[derive(Default)]
struct Message(Writer);

impl Form for Message {
    /// These numbers have 31 bits.
    const LARGEST: u64 = i32::MAX as u64;

    fn beside() -> Self {
        Self::default()
    }

    fn take(&mut self) -> Vec<u8> {
        self.0.take()
    }

    fn text_or_empty(&mut self, (_, field): Field, text: &str) {
        self.0.text(field, text);
    }

    fn joined(&mut self, (_, field): Field, pieces: &[&str]) {
        self.0.joined(field, pieces);
    }

    fn number(&mut self, (_, field): Field, number: u64) {
        self.0.number(field, number);
    }

    /// 0 is the same as none.
    fn word(&mut self, field: Field, word: Word) {
        if word.number > 0 {
            self.number(field, word.number);
        }
    }

    fn certain(&mut self, (_, field): Field) {
        self.0.float(field, 1.0);
    }

    fn moment(&mut self, field: Field, (seconds, _): (i64, &str)) {
        self.message(field, |wire| {
            if seconds != 0 {
                wire.number(("seconds", 1), seconds.cast_unsigned());
            }
        });
    }

    fn references<'a>(&mut self, (_, field): Field, to: impl IntoIterator<Item = &'a str>) {
        to.into_iter().for_each(|it| self.0.message_of_text(field, REF, it));
    }

    fn texts<'a>(&mut self, field: Field, texts: impl IntoIterator<Item = &'a str>) {
        texts.into_iter().for_each(|it| self.text_or_empty(field, it));
    }

    fn message(&mut self, (_, field): Field, write: impl FnOnce(&mut Self)) {
        let begun = self.0.begin(field);
        write(self);
        self.0.end(begun);
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
            let mut wire = Self(Writer::with_capacity(ROOM));
            wire.messages(field, part, &write);
            (wire.take(), ())
        });
    }
}
