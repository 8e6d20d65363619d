//! The words of a command while they are put together, each also as a pattern.

use std::ops::Range;

use super::read::is_blank;
use super::shell::Shell;
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

    /// Adds what one expansion comes to.
    pub(super) fn one(&mut self, value: &Value, quoted: bool, shell: &Shell) {
        if quoted {
            self.push(value, true);
        } else {
            self.split(value, &shell.separators());
        }
    }

    /// Adds an unquoted value, split at what parts words: blanks of `IFS` together, each of its other signs alone.
    fn split(&mut self, value: &Value, separators: &Value) {
        if matches!(value.known, Known::No(_)) {
            return self.push(value, false);
        }
        let Some(signs) = separators.text() else { return self.push(separators, false) };
        let is_blank = |it: char| is_blank(it, signs);
        let mut rest = value.text.as_str();
        while !rest.is_empty() {
            let (word, after) =
                rest.split_at(rest.find(|it| signs.contains(it)).unwrap_or(rest.len()));
            if !word.is_empty() {
                self.push(&value.with(word), false);
            }
            let sign = after.trim_start_matches(is_blank);
            rest = sign.strip_prefix(|it| signs.contains(it)).unwrap_or(sign);
            if rest.len() < sign.len() && self.open.is_none() {
                self.push(&value.with(""), true);
            }
            if rest.len() < after.len() {
                self.close();
            }
            rest = rest.trim_start_matches(is_blank);
        }
    }

    /// Adds several values; those that are not quoted are split.
    pub(super) fn many(&mut self, mut values: &[Value], separators: Option<&Value>) {
        let quoted = separators.is_none();
        // Words in quotes are words as they are, but that text may stand before the first and behind the last.
        if let ([whole @ .., last], None, true) = (values, &self.open, quoted) {
            self.done.extend_from_slice(whole);
            values = std::slice::from_ref(last);
        }
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.close();
            }
            match separators {
                None => self.push(value, true),
                Some(separators) => self.split(value, separators),
            }
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
