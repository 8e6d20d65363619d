//! Simple commands: assignments, words and redirections.

use ecow::EcoString;

use super::compound::is_name;
use super::{Assigned, Assignment, Body, Command, Parser, Part, Problem, Redirect, Word};

/// Redirections, longest first.
const REDIRECTS: [&str; 12] =
    ["&>>", "<<<", "<<-", "&>", ">>", ">&", ">|", "<&", "<>", "<<", ">", "<"];

impl Parser<'_> {
    pub(super) fn simple(&mut self) -> Result<Command, Problem> {
        let (line, start) = (self.cursor.line(), self.cursor.at());
        let (mut end, mut stop) = (line, start);
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.cursor.blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
            } else if words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                assignments.push(assignment);
            } else if declares(&words)
                && let Some(word) = self.array_argument()?
            {
                words.push(word);
            } else if words.is_empty() && assignments.is_empty() && self.sees_closing() {
                break;
            } else if let Some(word) = self.word()? {
                words.push(word);
            } else {
                break;
            }
            (end, stop) = (self.cursor.line(), self.cursor.at());
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.cursor.problem("there is no command where one must be"));
        }
        let text = self.cursor.between(start, stop).into();
        Ok(Command { line, end, text, body: Body::Simple { assignments, words }, redirects })
    }

    /// `NAME=VALUE`, `NAME+=VALUE`, `NAME[INDEX]=VALUE` or `NAME=(…)`, if one comes next.
    pub(super) fn assignment(&mut self) -> Result<Option<Assignment>, Problem> {
        let Some(Target { name, index, append, length }) = Target::read(self.cursor.rest()) else {
            return Ok(None);
        };
        let whole = self.cursor.rest().get(..length).unwrap_or_default();
        self.cursor.eat(whole);
        let value = if self.cursor.eat("(") {
            Assigned::Array(self.elements()?)
        } else {
            Assigned::Word(self.word()?.unwrap_or_default())
        };
        Ok(Some(Assignment { name, index, append, value }))
    }

    fn elements(&mut self) -> Result<Vec<Word>, Problem> {
        let mut elements = Vec::new();
        loop {
            self.cursor.space();
            if self.cursor.eat(")") {
                return Ok(elements);
            }
            let element = self.word()?;
            elements.push(element.ok_or_else(|| self.cursor.problem("an array is not closed"))?);
        }
    }

    /// `NAME=(…)` after `declare`, `local` and the like, as a word of its own.
    fn array_argument(&mut self) -> Result<Option<Word>, Problem> {
        let start = self.cursor.at();
        let target = Target::read(self.cursor.rest());
        let is_array = |it: &Target| {
            self.cursor.rest().get(it.length..).is_some_and(|rest| rest.starts_with('('))
        };
        if !target.as_ref().is_some_and(is_array) {
            return Ok(None);
        }
        let parts = self.assignment()?.map(|it| Part::Array(Box::new(it)));
        Ok(Some(Word { text: self.cursor.since(start).into(), parts: parts.into_iter().collect() }))
    }

    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>, Problem> {
        let rest = self.cursor.rest();
        if !rest.starts_with(|it: char| it.is_ascii_digit() || "{<>&".contains(it)) {
            return Ok(None);
        }
        let digits = descriptor(rest);
        let descriptor = rest.get(..digits).and_then(|it| it.parse().ok());
        let after = rest.get(digits..).unwrap_or_default();
        if !after.starts_with(['<', '>', '&']) {
            return Ok(None);
        }
        let Some(operator) = REDIRECTS.iter().copied().find(|it| after.starts_with(it)) else {
            return Ok(None);
        };
        // `<(` and `>(` are words of their own, not redirections.
        if matches!(operator, "<" | ">") && after.get(1..).is_some_and(|it| it.starts_with('(')) {
            return Ok(None);
        }
        self.cursor.eat(rest.get(..digits + operator.len()).unwrap_or_default());
        self.cursor.blanks();
        let word = self.word()?;
        let word = word.ok_or_else(|| self.cursor.problem("a redirection names no file"))?;
        if matches!(operator, "<<" | "<<-") {
            let delimiter = word.text.as_str().replace(['\'', '"', '\\'], "");
            self.cursor.expect_document(delimiter, operator == "<<-");
            return Ok(Some(Redirect { descriptor, operator, target: None }));
        }
        Ok(Some(Redirect { descriptor, operator, target: Some(word) }))
    }
}

/// Whether the first word is a command that takes assignments.
fn declares(words: &[Word]) -> bool {
    let first = words.first().map(|it| it.text.as_str());
    first.is_some_and(|it| matches!(it, "declare" | "typeset" | "local" | "readonly" | "export"))
}

/// How many characters name the descriptor: `2` or `{name}`.
fn descriptor(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return digits;
    }
    let name = text
        .strip_prefix('{')
        .map_or(0, |it| it.bytes().take_while(|it| is_name(char::from(*it))).count());
    if name > 0
        && text.get(name + 1..).is_some_and(|it| it.starts_with("}<") || it.starts_with("}>"))
    {
        name + 2
    } else {
        0
    }
}

/// What an assignment sets.
pub(super) struct Target {
    name: EcoString,
    index: Option<EcoString>,
    append: bool,
    /// Bytes up to the value.
    length: usize,
}

impl Target {
    /// Longest index that is looked for.
    const INDEX: usize = 256;

    pub(super) fn read(text: &str) -> Option<Self> {
        let end = text.bytes().position(|it| !is_name(char::from(it)))?;
        let name = text.get(..end)?;
        if name.is_empty() || name.starts_with(|it: char| it.is_ascii_digit()) {
            return None;
        }
        let mut length = end;
        let mut index = None;
        if let Some(inside) = text.get(end..)?.strip_prefix('[') {
            let close =
                inside.bytes().take(Self::INDEX).position(|it| it == b']' || it == b'\n')?;
            index = Some(inside.get(..close)?.into());
            length += close + 2;
        }
        let rest = text.get(length..)?;
        let append = rest.starts_with("+=");
        if !append && !rest.starts_with('=') {
            return None;
        }
        length += if append { 2 } else { 1 };
        Some(Self { name: name.into(), index, append, length })
    }
}
