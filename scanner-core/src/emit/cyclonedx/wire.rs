//! A document as protocol buffers. Fields are in the order of their numbers, so the same content gives the same bytes.
//! The messages are those of `proto/cyclonedx.proto`; they are written without copying a text into an owned one first.

use std::io;

use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

use super::bom::{
    Annotation, Component, Composition, Confidence, Dependency, Evidence, Frame, Hash, Identity,
    LicenseChoice, Metadata, Occurrence, Property, Supplier,
};
use super::build::Source;
use super::name;
use super::numbers::{
    ACKNOWLEDGEMENTS, AGGREGATES, CLASSIFICATIONS, FIELDS, HASHES, PHASES, REFERENCES, TECHNIQUES,
    number,
};
use crate::model::Sha256;

/// So many bytes are handed on at once.
const WORTH: usize = 64 * 1024;

/// Writes a document. Its name, which stands before most of its content, is of all the rest.
pub(super) fn write(source: &Source<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut named = Vec::new();
    content(source, &mut named)?;
    let mut name = Message::default();
    name.text(3, &name::of(&Sha256::of(&named)));
    let (version, rest) = named.split_at_checked(version(source).0.len()).unwrap_or_default();
    [version, &name.0, rest].iter().try_for_each(|it| out.write_all(it))
}

/// Writes all but the name, one component after the other.
pub(super) fn content(source: &Source<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut wire = version(source);
    wire.message(4, |wire| metadata(wire, &source.metadata(), source.stamp.created));
    for it in source.components() {
        wire.message(5, |wire| component(wire, &it));
        wire.hand_on(out)?;
    }
    for it in source.dependencies() {
        wire.message(8, |wire| dependency(wire, &it));
        wire.hand_on(out)?;
    }
    for it in source.compositions() {
        wire.message(9, |wire| composition(wire, &it));
    }
    for it in source.annotations() {
        wire.message(11, |wire| annotation(wire, &it, source.stamp.created));
        wire.hand_on(out)?;
    }
    out.write_all(&wire.0)
}

/// The fields before the name.
fn version(source: &Source<'_>) -> Message {
    let mut wire = Message::default();
    wire.text(1, source.spec.as_str());
    wire.number(2, 1);
    wire
}

/// The fields of a message so far.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    /// Adds a text; an empty one is none.
    fn text(&mut self, tag: u32, text: &str) {
        if !text.is_empty() {
            self.text_or_empty(tag, text);
        }
    }

    fn text_or_empty(&mut self, tag: u32, text: &str) {
        encode_key(tag, WireType::LengthDelimited, &mut self.0);
        encode_varint(text.len() as u64, &mut self.0);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds a number, be it the one that stands for none or not.
    fn number(&mut self, tag: u32, number: u64) {
        encode_key(tag, WireType::Varint, &mut self.0);
        encode_varint(number, &mut self.0);
    }

    /// Adds the number of a word; 0 is the same as none.
    fn word(&mut self, tag: u32, words: &[&str], word: &str) {
        let number = number(words, word);
        if number > 0 {
            self.number(tag, number);
        }
    }

    fn confidence(&mut self, tag: u32, Confidence(confidence): Confidence) {
        encode_key(tag, WireType::ThirtyTwoBit, &mut self.0);
        self.0.extend_from_slice(&confidence.to_le_bytes());
    }

    /// Adds a message. Its length comes before it and is known after it: room is left for a short one.
    fn message(&mut self, tag: u32, write: impl FnOnce(&mut Self)) {
        encode_key(tag, WireType::LengthDelimited, &mut self.0);
        self.0.push(0);
        let start = self.0.len();
        write(self);
        let length = self.0.len() - start;
        let more = encoded_len_varint(length as u64) - 1;
        if more > 0 {
            self.0.resize(start + length + more, 0);
            self.0.copy_within(start..start + length, start + more);
        }
        if let Some(mut room) = self.0.get_mut(start - 1..start + more) {
            encode_varint(length as u64, &mut room);
        }
    }

    /// Hands on what there is, once it is worth it.
    fn hand_on(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if self.0.len() >= WORTH {
            out.write_all(&self.0)?;
            self.0.clear();
        }
        Ok(())
    }
}

fn timestamp(wire: &mut Message, tag: u32, seconds: i64) {
    wire.message(tag, |wire| {
        if seconds != 0 {
            wire.number(1, seconds.cast_unsigned());
        }
    });
}

fn metadata(wire: &mut Message, it: &Metadata<'_>, created: i64) {
    timestamp(wire, 1, created);
    wire.message(2, |wire| {
        for tool in &it.tools.components {
            wire.message(6, |wire| component(wire, tool));
        }
    });
    if let Some(root) = &it.component {
        wire.message(4, |wire| component(wire, root));
    }
    properties(wire, 8, &it.properties);
    for lifecycle in &it.lifecycles {
        wire.message(9, |wire| wire.number(1, number(PHASES, &lifecycle.phase)));
    }
}

fn component(wire: &mut Message, it: &Component<'_>) {
    wire.word(1, CLASSIFICATIONS, &it.kind);
    wire.text(3, &it.bom_ref);
    if let Some(it) = &it.supplier {
        wire.message(4, |wire| supplier(wire, it));
    }
    wire.text(7, &it.group);
    wire.text(8, &it.name);
    wire.text(9, &it.version);
    hashes(wire, 12, &it.hashes);
    for it in &it.licenses {
        wire.message(13, |wire| license(wire, it));
    }
    wire.text(16, &it.purl);
    for it in &it.external_references {
        wire.message(20, |wire| {
            wire.word(1, REFERENCES, &it.kind);
            wire.text(2, &it.url);
            hashes(wire, 4, &it.hashes);
        });
    }
    properties(wire, 22, &it.properties);
    if let Some(it) = &it.evidence {
        wire.message(23, |wire| evidence(wire, it));
    }
}

fn supplier(wire: &mut Message, it: &Supplier<'_>) {
    wire.text(1, &it.name);
    for it in &it.contact {
        wire.message(3, |wire| {
            wire.text(1, &it.name);
            wire.text(2, &it.email);
        });
    }
}

fn hashes(wire: &mut Message, tag: u32, hashes: &[Hash<'_>]) {
    for it in hashes {
        wire.message(tag, |wire| {
            wire.word(1, HASHES, &it.alg);
            wire.text(2, &it.content);
        });
    }
}

fn license(wire: &mut Message, it: &LicenseChoice<'_>) {
    match &it.license {
        Some(it) => wire.message(1, |wire| {
            wire.text(1, &it.id);
            wire.text(2, &it.name);
            wire.word(8, ACKNOWLEDGEMENTS, &it.acknowledgement);
        }),
        None => wire.text(2, &it.expression),
    }
    wire.word(3, ACKNOWLEDGEMENTS, &it.acknowledgement);
}

fn properties(wire: &mut Message, tag: u32, properties: &[Property<'_>]) {
    for it in properties {
        wire.message(tag, |wire| {
            wire.text(1, &it.name);
            wire.text_or_empty(2, &it.value);
        });
    }
}

fn evidence(wire: &mut Message, it: &Evidence<'_>) {
    for it in &it.identity {
        wire.message(3, |wire| identity(wire, it));
    }
    for it in &it.occurrences {
        wire.message(4, |wire| occurrence(wire, it));
    }
    if let Some(it) = &it.callstack {
        wire.message(5, |wire| {
            for it in &it.frames {
                wire.message(1, |wire| frame(wire, it));
            }
        });
    }
}

fn identity(wire: &mut Message, it: &Identity<'_>) {
    wire.word(1, FIELDS, &it.field);
    wire.confidence(2, it.confidence);
    for it in &it.methods {
        wire.message(3, |wire| {
            wire.word(1, TECHNIQUES, &it.technique);
            wire.confidence(2, it.confidence);
            wire.text(3, &it.value);
        });
    }
    for it in &it.tools {
        wire.text_or_empty(4, it);
    }
    wire.text(5, &it.concluded_value);
}

/// The numbers have 31 bits here. A larger one is told in words.
fn occurrence(wire: &mut Message, it: &Occurrence<'_>) {
    wire.text(2, &it.location);
    if let Some(line) = it.line.filter(|it| i32::try_from(*it).is_ok()) {
        wire.number(3, line.into());
    }
    let (small, large) = match it.offset {
        Some(offset) if i32::try_from(offset).is_ok() => (Some(offset), None),
        offset => (None, offset),
    };
    if let Some(offset) = small {
        wire.number(4, offset);
    }
    match large {
        Some(offset) => wire.text(6, &format!("{} offset {offset}", it.additional_context)),
        None => wire.text(6, &it.additional_context),
    }
}

fn frame(wire: &mut Message, it: &Frame<'_>) {
    wire.text(2, &it.module);
    wire.text(3, &it.function);
    if let Some(line) = it.line.filter(|it| i32::try_from(*it).is_ok()) {
        wire.number(5, line.into());
    }
    wire.text(7, &it.full_filename);
}

fn dependency(wire: &mut Message, it: &Dependency<'_>) {
    wire.text(1, &it.from);
    for to in &it.depends_on {
        wire.message(2, |wire| wire.text(1, to));
    }
}

fn composition(wire: &mut Message, it: &Composition<'_>) {
    wire.word(1, AGGREGATES, &it.aggregate);
    for it in &it.assemblies {
        wire.text_or_empty(2, it);
    }
    for it in &it.dependencies {
        wire.text_or_empty(3, it);
    }
}

fn annotation(wire: &mut Message, it: &Annotation<'_>, created: i64) {
    for it in &it.subjects {
        wire.text_or_empty(2, it);
    }
    wire.message(3, |wire| wire.message(3, |wire| component(wire, &it.annotator.component)));
    timestamp(wire, 4, created);
    wire.text(5, &it.text);
}
