//! JSON that is written field by field, without a value of it in between.
//! Specification: RFC 8259.

use std::fmt::Display;
use std::io::{self, Write as _};

use super::held::Held;

/// Stands in held JSON where the name of the document belongs, which is known when all else is written.
/// JSON has no such byte: in texts it is escaped.
pub(super) const NAME: u8 = 0;

/// Room for a piece of a list.
const ROOM: usize = 72 * 1024;

/// JSON so far.
#[derive(Default)]
pub(super) struct Json {
    bytes: Vec<u8>,
    /// The last byte that was handed on.
    before: Option<u8>,
    /// Room for texts that are made.
    made: String,
}

impl Json {
    /// JSON that goes on after this byte, with room for a piece.
    pub(super) fn after(byte: u8) -> Self {
        Self { bytes: Vec::with_capacity(ROOM), before: Some(byte), made: String::new() }
    }

    /// Writes an object with what is written in it.
    #[inline]
    pub(super) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.open(b'{');
        write(self);
        self.close(b'}');
    }

    /// Writes a list with what is written in it.
    #[inline]
    pub(super) fn list(&mut self, write: impl FnOnce(&mut Self)) {
        self.open(b'[');
        write(self);
        self.close(b']');
    }

    /// Writes the rest of a long list that is open, each item an object, as pieces that are made on all cores.
    pub(super) fn pieces<'a, T: Sync>(
        &mut self,
        of: &'a [T],
        write: impl Fn(&mut Self, &'a T) + Sync,
        held: &mut Held,
    ) {
        held.add(self.take());
        let before = self.before.unwrap_or_default();
        held.add_list(of, |number, part| {
            let mut json = Self::after(if number == 0 { before } else { b'}' });
            for it in part {
                json.object(|json| write(json, it));
            }
            (json.take(), ())
        });
        if !of.is_empty() {
            self.before = Some(b'}');
        }
    }

    /// Begins an object or a list.
    #[inline]
    pub(super) fn open(&mut self, bracket: u8) {
        self.separate();
        self.bytes.push(bracket);
    }

    /// Ends an object or a list.
    #[inline]
    pub(super) fn close(&mut self, bracket: u8) {
        self.bytes.push(bracket);
    }

    /// Writes the key of what is written next. There is nothing to escape in it.
    #[inline]
    pub(super) fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        self
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: &str) {
        if !escapes(text.as_bytes()) {
            return self.word(text);
        }
        self.separate();
        // Texts are always JSON, and writing to a vector does not fail.
        let _ = serde_json::to_writer(&mut self.bytes, text);
    }

    /// Writes a text that is made for it.
    #[inline]
    pub(super) fn made(&mut self, make: impl FnOnce(&mut String)) {
        let mut text = std::mem::take(&mut self.made);
        text.clear();
        make(&mut text);
        self.text(&text);
        self.made = text;
    }

    /// Writes a member with the text that is made for it; none where the text stays empty.
    #[inline]
    pub(super) fn member(&mut self, key: &str, make: impl FnOnce(&mut String)) {
        let mut text = std::mem::take(&mut self.made);
        text.clear();
        make(&mut text);
        if !text.is_empty() {
            self.key(key).text(&text);
        }
        self.made = text;
    }

    /// Writes a text that has nothing to escape.
    #[inline]
    pub(super) fn word(&mut self, word: &str) {
        self.plain(|it| it.extend_from_slice(word.as_bytes()));
    }

    /// Writes a text that has nothing to escape but the name of the document.
    #[inline]
    pub(super) fn plain(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.open(b'"');
        write(&mut self.bytes);
        self.close(b'"');
    }

    /// Writes a number, `true` or `false`.
    pub(super) fn bare(&mut self, value: impl Display) {
        self.separate();
        // Writing to a vector does not fail.
        let _ = write!(self.bytes, "{value}");
    }

    /// How much was written since something was taken.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what was written so far.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.before = self.bytes.last().copied().or(self.before);
        std::mem::take(&mut self.bytes)
    }

    /// Sets a comma after what stands beside what comes.
    #[inline]
    fn separate(&mut self) {
        let last = self.bytes.last().copied().or(self.before);
        if !matches!(last, None | Some(b'{' | b'[' | b':')) {
            self.bytes.push(b',');
        }
    }
}

/// Whether there is something in a text that JSON escapes: a control character, a quotation mark or a backslash.
fn escapes(text: &[u8]) -> bool {
    match text.last_chunk() {
        Some(last) => text.as_chunks().0.iter().chain([last]).copied().any(escapes_in_eight),
        None => text.iter().any(|it| *it < b' ' || matches!(it, b'"' | b'\\')),
    }
}

/// The same of eight bytes at a time: in each the highest bit is set by a subtraction that goes below zero.
#[inline]
fn escapes_in_eight(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_ne_bytes(bytes);
    let below = word.wrapping_sub(ONES * u64::from(b' '));
    let quotes = (word ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
    let backslashes = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
    (below | quotes | backslashes) & !word & (ONES << 7) != 0
}

/// Writes held JSON with the name of the document where it belongs.
pub(super) fn write_named(
    json: &[u8],
    name: &str,
    out: &mut (impl io::Write + ?Sized),
) -> io::Result<()> {
    let mut begin = 0;
    for at in memchr::memchr_iter(NAME, json) {
        out.write_all(json.get(begin..at).unwrap_or_default())?;
        out.write_all(name.as_bytes())?;
        begin = at + 1;
    }
    out.write_all(json.get(begin..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_apart_by_commas_also_after_something_was_handed_on() {
        let mut json = Json::default();
        json.open(b'{');
        json.key("a").list(|json| {
            json.text("x\"\u{1}");
            json.bare(7);
            json.object(|_| {});
        });
        let begun = json.take();
        json.key("b").made(|text| text.push_str("y,"));
        json.close(b'}');
        let all = [begun, json.take()].concat();
        assert_eq!(String::from_utf8(all).unwrap(), r#"{"a":["x\"\u0001",7,{}],"b":"y,"}"#);
    }

    #[test]
    fn texts_are_escaped_wherever_in_them_something_needs_it() {
        for byte in 0..=127_u8 {
            for (before, after) in [(0, 0), (3, 2), (7, 0), (8, 1), (17, 30)] {
                let text =
                    format!("{}{}{}", "é".repeat(before), char::from(byte), "~".repeat(after));
                let mut json = Json::default();
                json.text(&text);
                assert_eq!(json.take(), serde_json::to_vec(&text).unwrap(), "{text:?}");
            }
        }
    }

    #[test]
    fn the_name_is_put_where_it_belongs() {
        let mut json = Json::default();
        json.list(|json| {
            json.plain(|it| it.extend([NAME, b'/', b'a']));
            json.text("\0");
        });
        let mut out = Vec::new();
        write_named(&json.take(), "urn:n", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), r#"["urn:n/a","\u0000"]"#);
    }
}
