//! A place in a script, and the line that it is on.

use super::Problem;

/// Here-documents whose text begins after the next line end.
struct Pending {
    delimiter: String,
    /// Whether tabs before the delimiter do not count (`<<-`).
    tabs: bool,
}

/// A place in a script.
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// What is left of it.
    rest: &'a str,
    line: u32,
    depth: usize,
    deepest: usize,
    pending: Vec<Pending>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, line: u32, depth: usize) -> Self {
        Self { text, rest: text, line, depth: 0, deepest: depth, pending: Vec::new() }
    }

    pub(super) fn line(&self) -> u32 {
        self.line
    }

    pub(super) fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// The next byte.
    pub(super) fn byte(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// What was read since a place.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.between(start, self.at())
    }

    /// What was read between two places.
    pub(super) fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Whether this text comes next.
    pub(super) fn sees(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    /// Takes one character.
    pub(super) fn take(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let character = rest.next()?;
        self.rest = rest.as_str();
        if character == '\n' {
            self.line = self.line.saturating_add(1);
            self.here_documents();
        }
        Some(character)
    }

    /// Takes this text, if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(text) else { return false };
        if text.contains('\n') {
            for _ in text.chars() {
                self.take();
            }
        } else {
            self.rest = rest;
        }
        true
    }

    /// Takes characters as long as they are of a kind.
    pub(super) fn take_while(&mut self, kind: impl Fn(char) -> bool) -> &'a str {
        let start = self.at();
        while self.peek().is_some_and(&kind) {
            self.take();
        }
        self.since(start)
    }

    /// Takes letters, digits and signs that mean nothing anywhere in a script.
    pub(super) fn take_plain(&mut self) -> &'a str {
        let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
        let end = self.rest.bytes().position(|it| !plain(it)).unwrap_or(self.rest.len());
        self.skip(end)
    }

    /// Takes what stands before one of these signs, on this line.
    pub(super) fn take_until(&mut self, signs: &[u8]) -> &'a str {
        let end = self.rest.bytes().position(|it| it == b'\n' || signs.contains(&it));
        self.skip(end.unwrap_or(self.rest.len()))
    }

    /// Takes what is left of a line.
    fn take_line(&mut self) {
        self.take_until(b"");
    }

    /// Takes so many bytes, among which no line ends.
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes blanks, continued lines and comments, but no line end.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\r') => {
                    self.skip(1);
                }
                Some(b'\\') if self.sees("\\\n") || self.sees("\\\r\n") => {
                    self.take_line();
                    self.take();
                }
                Some(b'#') => self.take_line(),
                _ => return,
            }
        }
    }

    /// Takes blanks, comments and line ends.
    pub(super) fn space(&mut self) {
        self.blanks();
        while self.eat("\n") {
            self.blanks();
        }
    }

    /// Goes one level deeper.
    pub(super) fn enter(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > self.deepest { Err(self.problem("it is nested too deep")) } else { Ok(()) }
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// How many levels are left.
    pub(super) fn levels(&self) -> usize {
        self.deepest.saturating_sub(self.depth)
    }

    pub(super) fn problem(&self, what: &'static str) -> Problem {
        Problem { line: self.line, what }
    }

    /// Announces a here-document.
    pub(super) fn expect_document(&mut self, delimiter: String, tabs: bool) {
        self.pending.push(Pending { delimiter, tabs });
    }

    /// Passes over the here-documents that were announced on the line that just ended.
    fn here_documents(&mut self) {
        for Pending { delimiter, tabs } in std::mem::take(&mut self.pending) {
            while let Some(line) = self.rest.split('\n').next().filter(|_| !self.rest.is_empty()) {
                self.skip(line.len());
                // The last line of a text may have no end.
                if self.byte() == Some(b'\n') {
                    self.skip(1);
                    self.line = self.line.saturating_add(1);
                }
                let line = line.strip_suffix('\r').unwrap_or(line);
                if (if tabs { line.trim_start_matches('\t') } else { line }) == delimiter {
                    break;
                }
            }
        }
    }
}
