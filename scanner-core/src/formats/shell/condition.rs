//! `[[ … ]]`.

use super::words::Parts;
use super::{Condition, Parser, Problem, Word};

impl Parser<'_> {
    /// What stands before `]]`, which is taken.
    pub(super) fn condition(&mut self) -> Result<Condition, Problem> {
        let condition = self.either()?;
        self.cursor.space();
        if self.eat_word("]]") {
            Ok(condition)
        } else {
            Err(self.cursor.problem("`]]` is missing"))
        }
    }

    fn either(&mut self) -> Result<Condition, Problem> {
        let mut left = self.both()?;
        loop {
            self.cursor.space();
            if !self.cursor.eat("||") {
                return Ok(left);
            }
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
    }

    fn both(&mut self) -> Result<Condition, Problem> {
        let mut left = self.single()?;
        loop {
            self.cursor.space();
            if !self.cursor.eat("&&") {
                return Ok(left);
            }
            left = Condition::And(Box::new(left), Box::new(self.single()?));
        }
    }

    fn single(&mut self) -> Result<Condition, Problem> {
        self.cursor.space();
        self.cursor.enter()?;
        let condition = if self.eat_word("!") {
            Condition::Not(Box::new(self.single()?))
        } else if self.cursor.eat("(") {
            let inner = self.either()?;
            self.close(")")?;
            inner
        } else {
            self.primary()?
        };
        self.cursor.leave();
        Ok(condition)
    }

    fn primary(&mut self) -> Result<Condition, Problem> {
        let left = self.operand()?;
        let is_unary = left.text.len() == 2 && left.text.starts_with('-');
        self.cursor.space();
        let ends = self.cursor.sees("&&")
            || self.cursor.sees("||")
            || self.cursor.sees(")")
            || self.sees_word("]]");
        if ends {
            return Ok(Condition::Word(left));
        }
        if is_unary {
            return Ok(Condition::Unary(left.text, self.operand()?));
        }
        let operator = match self.cursor.peek() {
            Some(sign @ ('<' | '>')) => {
                self.cursor.take();
                sign.into()
            }
            _ => self.operand()?.text,
        };
        self.cursor.space();
        let right = if operator == "=~" { self.expression()? } else { self.operand()? };
        Ok(Condition::Binary(left, operator, right))
    }

    fn operand(&mut self) -> Result<Word, Problem> {
        self.word()?.ok_or_else(|| self.cursor.problem("`[[` lacks a word"))
    }

    /// The regular expression after `=~`, in which `(`, `|` and `<` are no operators.
    fn expression(&mut self) -> Result<Word, Problem> {
        let start = self.cursor.at();
        let mut parts = Parts::default();
        let mut depth = 0_usize;
        while let Some(next) = self.cursor.peek() {
            if next == '\n' || depth == 0 && (next.is_whitespace() || self.cursor.sees("&&")) {
                break;
            }
            match next {
                '(' => depth += 1,
                ')' if depth == 0 => break,
                ')' => depth -= 1,
                _ => {}
            }
            if "()|<>;&".contains(next) || next.is_whitespace() {
                self.cursor.take();
                parts.text(next, false);
            } else {
                self.part(&mut parts)?;
            }
        }
        Ok(Word { text: self.cursor.since(start).into(), parts: parts.done() })
    }
}
