//! A document as JSON.

use std::io;

use super::document::Source;
use super::form::{Field, Form};
use super::name::write_named;
use super::numbers::Word;
use crate::emit::held::Held;
use crate::emit::json::Json;

/// Writes a document. Its name, which stands before most of its content, is of all the rest.
pub(super) fn write(source: &Source<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let make = || {
        let (mut json, mut held) = (Json::default(), Held::default());
        let spec = source.spec.as_str();
        json.open(b'{');
        json.key("$schema").made(|text| {
            text.extend(["http://cyclonedx.org/schema/bom-", spec, ".schema.json"]);
        });
        json.key("bomFormat").text("CycloneDX");
        json.key("specVersion").text(spec);
        held.add(json.take());
        json.key("version").bare(1);
        source.write(&mut json, &mut held);
        json.close(b'}');
        held.add(json.take());
        held
    };
    write_named(make, out, |name| {
        let mut json = Json::after(b'"');
        json.key("serialNumber").word(name);
        json.take()
    })?;
    out.write_all(b"\n")
}

impl Form for Json {
    const LARGEST: u64 = u64::MAX;

    fn beside() -> Self {
        Self::after(b'}')
    }

    fn take(&mut self) -> Vec<u8> {
        Self::take(self)
    }

    fn text_or_empty(&mut self, (name, _): Field, text: &str) {
        self.key(name).text(text);
    }

    fn joined(&mut self, (name, _): Field, pieces: &[&str]) {
        self.key(name).made(|text| text.extend(pieces.iter().copied()));
    }

    fn number(&mut self, (name, _): Field, number: u64) {
        self.key(name).bare(number);
    }

    fn word(&mut self, (name, _): Field, word: Word) {
        self.key(name).word(word.text);
    }

    fn certain(&mut self, (name, _): Field) {
        self.key(name).bare(1);
    }

    fn moment(&mut self, (name, _): Field, (_, text): (i64, &str)) {
        self.key(name).word(text);
    }

    fn references<'a>(&mut self, field: Field, to: impl IntoIterator<Item = &'a str>) {
        self.texts(field, to);
    }

    fn texts<'a>(&mut self, (name, _): Field, texts: impl IntoIterator<Item = &'a str>) {
        let mut texts = texts.into_iter().peekable();
        if texts.peek().is_some() {
            self.key(name).list(|json| texts.for_each(|it| json.text(it)));
        }
    }

    fn message(&mut self, (name, _): Field, write: impl FnOnce(&mut Self)) {
        self.key(name).object(write);
    }

    fn messages<T>(
        &mut self,
        (name, _): Field,
        of: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        let mut of = of.into_iter().peekable();
        if of.peek().is_some() {
            self.key(name).list(|json| of.for_each(|it| json.object(|json| write(json, it))));
        }
    }

    fn list<'a, T: Sync>(
        &mut self,
        (name, _): Field,
        of: &'a [T],
        write: impl Fn(&mut Self, &'a T) + Sync,
        held: &mut Held,
    ) {
        self.key(name).open(b'[');
        self.pieces(of, write, held);
        self.close(b']');
    }
}
