//! `$NAME` and `${…}`.

use ecow::EcoString;

use super::compound::is_name;
use super::words::Parts;
use super::{Operation, Parameter, Parser, Problem, Word};

/// Parameters with names of one sign.
const SPECIAL: &str = "@*#?-$!";

impl Parser<'_> {
    /// The parameter after a `$` without braces, if one comes next.
    pub(super) fn bare_parameter(&mut self) -> Option<Parameter> {
        let first = self.cursor.peek()?;
        let name = if SPECIAL.contains(first) || first.is_ascii_digit() {
            self.cursor.take();
            first.into()
        } else if is_name(first) {
            self.cursor.take_while(is_name).into()
        } else {
            return None;
        };
        Some(Parameter { name, index: None, operation: Operation::Plain })
    }

    /// What stands in `${…}`, the closing brace included.
    pub(super) fn braced(&mut self) -> Result<Parameter, Problem> {
        let length = self.cursor.sees("#")
            && !self.cursor.sees("#}")
            && !self.cursor.sees("#-")
            && !self.cursor.sees("#:")
            && !self.cursor.sees("##")
            && !self.cursor.sees("#%");
        let indirect = self.cursor.sees("!") && !self.cursor.sees("!}");
        if length || indirect {
            self.cursor.take();
        }
        let name = self.name();
        let index = if self.cursor.eat("[") { Some(self.index()?) } else { None };
        let operation = match (length, indirect) {
            (true, _) => Operation::Length,
            (_, true) if index.is_none() && !name.is_empty() => {
                Operation::Indirect(Box::new(self.operation()?))
            }
            (_, true) if matches!(index.as_deref(), Some("@" | "*")) => Operation::Keys,
            (_, true) => Operation::Other,
            _ => self.operation()?,
        };
        if !self.cursor.sees("}") {
            self.argument(&[])?;
            self.close_brace()?;
            return Ok(Parameter { name, index, operation: Operation::Other });
        }
        self.close_brace()?;
        Ok(Parameter { name, index, operation })
    }

    fn name(&mut self) -> EcoString {
        let name = self.cursor.take_while(is_name);
        if !name.is_empty() {
            return name.into();
        }
        let special = self.cursor.peek().filter(|it| SPECIAL.contains(*it));
        special.map_or_else(EcoString::new, |it| {
            self.cursor.take();
            it.into()
        })
    }

    fn index(&mut self) -> Result<EcoString, Problem> {
        let index = self.cursor.take_while(|it| it != ']' && it != '\n').into();
        if self.cursor.eat("]") { Ok(index) } else { Err(self.cursor.problem("`]` is missing")) }
    }

    fn operation(&mut self) -> Result<Operation, Problem> {
        let empty = self.cursor.sees(":")
            && self.cursor.rest().get(1..).is_some_and(|it| it.starts_with(['-', '=', '?', '+']));
        if empty {
            self.cursor.take();
        }
        let Some(operator) = self.cursor.peek() else { return Ok(Operation::Plain) };
        Ok(match operator {
            '-' | '=' | '?' | '+' => {
                self.cursor.take();
                Operation::Otherwise { operator, empty, word: self.argument(&[])? }
            }
            '#' | '%' => {
                self.cursor.take();
                let longest = self.cursor.eat(if operator == '#' { "#" } else { "%" });
                Operation::Trim { end: operator == '%', longest, pattern: self.argument(&[])? }
            }
            '/' => self.replace()?,
            ':' => {
                self.cursor.take();
                let offset = self.argument(&[':'])?.text;
                let length =
                    if self.cursor.eat(":") { Some(self.argument(&[])?.text) } else { None };
                Operation::Slice { offset, length }
            }
            '^' | ',' => {
                self.cursor.take();
                let all = self.cursor.eat(if operator == '^' { "^" } else { "," });
                Operation::Case { upper: operator == '^', all }
            }
            '}' => Operation::Plain,
            _ => Operation::Other,
        })
    }

    fn replace(&mut self) -> Result<Operation, Problem> {
        self.cursor.take();
        let mode = match self.cursor.peek() {
            Some('/') => 'g',
            Some(sign @ ('#' | '%')) => sign,
            _ => '/',
        };
        if mode != '/' {
            self.cursor.take();
        }
        let pattern = self.argument(&['/'])?;
        let with = if self.cursor.eat("/") { self.argument(&[])? } else { Word::default() };
        Ok(Operation::Replace { mode, pattern, with })
    }

    /// A word up to the closing brace or one of these characters.
    fn argument(&mut self, ends: &[char]) -> Result<Word, Problem> {
        let start = self.cursor.at();
        let mut parts = Parts::default();
        loop {
            match self.cursor.peek() {
                None => return Err(self.cursor.problem("`}` is missing")),
                Some(next) if next == '}' || ends.contains(&next) => break,
                Some(_) => self.part(&mut parts)?,
            }
        }
        Ok(Word { text: self.cursor.since(start).into(), parts: parts.done() })
    }

    fn close_brace(&mut self) -> Result<(), Problem> {
        if self.cursor.eat("}") { Ok(()) } else { Err(self.cursor.problem("`}` is missing")) }
    }
}
