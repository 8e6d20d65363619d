//! Words: text, quotes and expansions.

use ecow::EcoString;

use super::{Item, Parser, Part, Problem, Word, parse};

/// Characters that end a word.
const METACHARACTERS: &[u8] = b" \t\r\n;&|<>()";

/// The parts of a word so far.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
}

impl Parts {
    pub(super) fn text(&mut self, character: char, quoted: bool) {
        self.texts(character.encode_utf8(&mut [0; 4]), quoted);
    }

    fn texts(&mut self, more: &str, quoted: bool) {
        if more.is_empty() {
            return;
        }
        if let Some(Part::Text { text, quoted: before }) = self.parts.last_mut()
            && *before == quoted
        {
            text.push_str(more);
        } else {
            self.parts.push(Part::Text { text: more.into(), quoted });
        }
    }

    /// Notes quotes: an empty pair of them is a word.
    fn quotes(&mut self) {
        if !matches!(self.parts.last(), Some(Part::Text { quoted: true, .. })) {
            self.parts.push(Part::Text { text: EcoString::new(), quoted: true });
        }
    }

    pub(super) fn push(&mut self, part: Part) {
        self.parts.push(part);
    }

    pub(super) fn done(self) -> Vec<Part> {
        self.parts
    }
}

impl Parser<'_> {
    /// The next word; none if something else comes next.
    pub(super) fn word(&mut self) -> Result<Option<Word>, Problem> {
        let start = self.cursor.at();
        let mut parts = Parts::default();
        while let Some(next) = self.cursor.byte() {
            let opens = self.cursor.rest().as_bytes().get(1) == Some(&b'(');
            if opens && b"<>".contains(&next) && self.cursor.at() == start {
                self.cursor.take();
                self.cursor.take();
                parts.push(Part::Process(self.substitution()?));
            } else if opens && b"@?*+!".contains(&next) {
                self.extended(&mut parts)?;
            } else if METACHARACTERS.contains(&next) {
                break;
            } else {
                self.part(&mut parts)?;
            }
        }
        let text = self.cursor.since(start);
        Ok((!text.is_empty()).then(|| Word { text: text.into(), parts: parts.done() }))
    }

    /// One piece of a word outside quotes.
    pub(super) fn part(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        let plain = self.cursor.take_plain();
        if !plain.is_empty() {
            parts.texts(plain, false);
            return Ok(());
        }
        match self.cursor.take() {
            Some('\\') => {
                self.cursor.eat("\r");
                match self.cursor.take() {
                    Some('\n') | None => {}
                    Some(escaped) => parts.text(escaped, true),
                }
            }
            Some('\'') => {
                parts.quotes();
                self.single_quoted(parts)?;
            }
            Some('"') => {
                parts.quotes();
                self.double_quoted(parts)?;
            }
            Some('`') => self.backquoted(parts, false)?,
            Some('$') => self.dollar(parts, false)?,
            Some(other) => parts.text(other, false),
            None => {}
        }
        Ok(())
    }

    fn single_quoted(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        loop {
            parts.texts(self.cursor.take_until(b"'"), true);
            match self.cursor.take() {
                Some('\'') => return Ok(()),
                Some(other) => parts.text(other, true),
                None => return Err(self.cursor.problem("a quote is not closed")),
            }
        }
    }

    fn double_quoted(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        loop {
            parts.texts(self.cursor.take_until(b"\"\\$`"), true);
            match self.cursor.take() {
                Some('"') => return Ok(()),
                Some(other) => self.within_quotes(other, parts)?,
                None => return Err(self.cursor.problem("a quote is not closed")),
            }
        }
    }

    /// What is left of the text, as within double quotes.
    pub(super) fn quoted_text(&mut self) -> Result<Word, Problem> {
        let mut parts = Parts::default();
        let start = self.cursor.at();
        while let Some(next) = self.cursor.take() {
            self.within_quotes(next, &mut parts)?;
        }
        Ok(Word { text: self.cursor.since(start).into(), parts: parts.done() })
    }

    pub(super) fn within_quotes(&mut self, next: char, parts: &mut Parts) -> Result<(), Problem> {
        match next {
            '\\' => match self.cursor.peek() {
                Some('\n') => {
                    self.cursor.take();
                }
                Some(escaped) if "$`\"\\".contains(escaped) => {
                    self.cursor.take();
                    parts.text(escaped, true);
                }
                _ => parts.text('\\', true),
            },
            '`' => self.backquoted(parts, true)?,
            '$' => self.dollar(parts, true)?,
            other => parts.text(other, true),
        }
        Ok(())
    }

    /// What follows a `$`.
    fn dollar(&mut self, parts: &mut Parts, quoted: bool) -> Result<(), Problem> {
        if self.cursor.sees("((")
            && let Some(text) = self.arithmetic()
        {
            parts.push(Part::Arithmetic(text));
        } else if self.cursor.eat("(") {
            parts.push(Part::Command { items: self.substitution()?, quoted });
        } else if self.cursor.eat("{") {
            self.cursor.enter()?;
            let parameter = Box::new(self.braced()?);
            self.cursor.leave();
            parts.push(Part::Parameter { parameter, quoted });
        } else if let Some(parameter) = self.bare_parameter() {
            parts.push(Part::Parameter { parameter: Box::new(parameter), quoted });
        } else if !quoted && self.cursor.eat("'") {
            parts.quotes();
            self.ansi_quoted(parts)?;
        } else if !quoted && self.cursor.eat("\"") {
            parts.quotes();
            self.double_quoted(parts)?;
        } else {
            parts.text('$', quoted);
        }
        Ok(())
    }

    /// Commands up to the `)` that closes them.
    fn substitution(&mut self) -> Result<Vec<Item>, Problem> {
        let items = self.items()?;
        self.close(")")?;
        Ok(items)
    }

    /// Commands between backquotes, which are read when their backslashes are gone.
    fn backquoted(&mut self, parts: &mut Parts, quoted: bool) -> Result<(), Problem> {
        let line = self.cursor.line();
        let mut text = EcoString::new();
        loop {
            match self.cursor.take() {
                Some('`') => break,
                Some('\\') => match self.cursor.take() {
                    Some(escaped) if "$`\\".contains(escaped) || quoted && escaped == '"' => {
                        text.push(escaped);
                    }
                    Some(other) => text.extend(['\\', other]),
                    None => {}
                },
                Some(other) => text.push(other),
                None => return Err(self.cursor.problem("a backquote is not closed")),
            }
        }
        let script = parse(&text, line, self.cursor.levels().saturating_sub(1));
        script.problem.map_or(Ok(()), Err)?;
        parts.push(Part::Command { items: script.items, quoted });
        Ok(())
    }

    /// `$'…'`.
    fn ansi_quoted(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        loop {
            match self.cursor.take() {
                Some('\'') => return Ok(()),
                Some('\\') => match self.cursor.take() {
                    Some('n') => parts.text('\n', true),
                    Some('t') => parts.text('\t', true),
                    Some('r') => parts.text('\r', true),
                    Some('e' | 'E') => parts.text('\u{1b}', true),
                    Some(escaped) if "\\'\"?".contains(escaped) => parts.text(escaped, true),
                    Some(other) => {
                        parts.text('\\', true);
                        parts.text(other, true);
                    }
                    None => {}
                },
                Some(other) => parts.text(other, true),
                None => return Err(self.cursor.problem("a quote is not closed")),
            }
        }
    }

    /// Takes a pattern of Bash as text: `@(`, `+(` and the like, up to what closes it.
    fn extended(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        let mut depth = 0_usize;
        loop {
            match self.cursor.peek() {
                None | Some('\n') => return Err(self.cursor.problem("a pattern is not closed")),
                Some('(') => depth += 1,
                Some(')') => depth = depth.saturating_sub(1),
                Some(_) => {}
            }
            let closes = self.cursor.sees(")") && depth == 0;
            if self.cursor.sees("(") || self.cursor.sees(")") || self.cursor.sees("|") {
                if let Some(it) = self.cursor.take() {
                    parts.text(it, false);
                }
            } else {
                self.part(parts)?;
            }
            if closes {
                return Ok(());
            }
        }
    }
}
