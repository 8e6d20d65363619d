//! The words of a command while they are put together, each also as a pattern.

use std::ops::Range;

use super::value::{Known, Value};
use crate::formats::shell::is_extended;

/// The words so far.
pub(super) struct Fields {
    pub(super) done: Vec<Value>,
    /// Those of them that are patterns, by their places.
    pub(super) patterns: Vec<(usize, String)>,
    pub(super) open: Option<Field>,
}

/// A word that is not yet complete.
pub(super) struct Field {
    value: Value,
    /// Where its text is quoted and would mean something in a pattern.
    quoted: Vec<Range<usize>>,
    wild: bool,
}

impl Field {
    /// The word as a pattern, if it is one.
    fn pattern(&self) -> Option<String> {
        if !self.wild {
            return None;
        }
        let (text, mut pattern, mut at) = (&self.value.text, String::new(), 0);
        let between = |range: Range<usize>| text.get(range).unwrap_or_default();
        for it in &self.quoted {
            pattern.push_str(between(at..it.start));
            pattern.push_str(&escaped(between(it.clone())));
            at = it.end;
        }
        pattern.push_str(between(at..text.len()));
        Some(pattern)
    }
}

impl Fields {
    pub(super) fn push(&mut self, value: &Value, quoted: bool) {
        let empty = || Field { value: Value::sure(""), quoted: Vec::new(), wild: false };
        let field = self.open.get_or_insert_with(empty);
        let start = field.value.text.len();
        field.value.push(value);
        if quoted && value.text.bytes().any(is_special) {
            field.quoted.push(start..field.value.text.len());
        } else if !quoted {
            field.wild |= is_wild(&value.text) || is_extended(&value.text);
        }
    }

    pub(super) fn close(&mut self) {
        if let Some(field) = self.open.take() {
            self.patterns.extend(field.pattern().map(|it| (self.done.len(), it)));
            self.done.push(field.value);
        }
    }

    /// Adds an unquoted value, split at blanks.
    pub(super) fn split(&mut self, value: &Value) {
        if matches!(value.known, Known::No(_)) {
            return self.push(value, false);
        }
        if value.text.starts_with([' ', '\t', '\n']) {
            self.close();
        }
        let mut words = value.text.split([' ', '\t', '\n']).filter(|it| !it.is_empty()).peekable();
        while let Some(word) = words.next() {
            self.push(&value.with(word), false);
            if words.peek().is_some() || value.text.ends_with([' ', '\t', '\n']) {
                self.close();
            }
        }
    }

    pub(super) fn many(&mut self, mut values: &[Value], quoted: bool) {
        // Words in quotes are words as they are, but that text may stand before the first and behind the last.
        if let ([whole @ .., last], None, true) = (values, &self.open, quoted) {
            self.done.extend_from_slice(whole);
            values = std::slice::from_ref(last);
        }
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.close();
            }
            if quoted { self.push(value, true) } else { self.split(value) }
        }
    }
}

/// Whether a text is a pattern: a bracket alone is none.
pub(super) fn is_wild(text: &str) -> bool {
    let mut signs = text.bytes().filter(|it| matches!(it, b'*' | b'?' | b'[' | b']'));
    let mut open = false;
    signs.any(|it| {
        open |= it == b'[';
        matches!(it, b'*' | b'?') || it == b']' && open
    })
}

/// A text as a pattern that only it matches.
pub(super) fn escaped(text: &str) -> String {
    let special = |it: char| u8::try_from(it).is_ok_and(is_special);
    text.chars().flat_map(|it| special(it).then_some('\\').into_iter().chain([it])).collect()
}

/// Whether a character means something in a pattern.
fn is_special(it: u8) -> bool {
    matches!(it, b'*' | b'?' | b'[' | b']' | b'\\' | b'(' | b')' | b'|')
}
