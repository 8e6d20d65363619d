//! Arithmetic, as far as scripts need it to count arguments: numbers, variables, `+ - * / %`, comparisons, `!`, `&&`, `||`.

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Value, Why};
use super::world::World;
use crate::model::Reason;

/// Levels of brackets in an expression. Real ones have two.
const DEPTH: usize = 16;

/// Operators by how tightly they bind, the loosest first; of those that begin alike the longer first.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Tracer<'_> {
    /// The value of an expression, as text.
    pub(super) fn arithmetic(&mut self, world: &mut World, text: &str) -> Value {
        let mut known = Known::Sure;
        match self.evaluate(world, text, &mut known) {
            Some(number) => Value { text: number.to_string(), known },
            None => match known {
                Known::Likely(why) | Known::No(why) => Value::unknown(format!("$(({text}))"), why),
                Known::Sure => Value::unknown(
                    format!("$(({text}))"),
                    Why::new(Reason::DynamicEvaluation, "an expression that is not followed"),
                ),
            },
        }
    }

    /// The number that an expression comes to, if that is sure.
    pub(super) fn number(&mut self, world: &mut World, text: &str) -> Option<i64> {
        self.evaluate(world, text, &mut Known::Sure)
    }

    fn evaluate(&mut self, world: &World, text: &str, known: &mut Known) -> Option<i64> {
        let mut look_up = |name: &str| {
            let value = self.look_up(world, name, Scope::OUTSIDE).unwrap_or_else(|why| match why {
                Some(why) => Value::likely("0", why),
                None => Value::sure("0"),
            });
            known.weaken(&value.known);
            let text = value.text()?.trim();
            if text.is_empty() { Some(0) } else { text.parse().ok() }
        };
        let mut reader = Reader { text: text.trim(), look_up: &mut look_up };
        let number = reader.binary(0, 0)?;
        reader.text.trim().is_empty().then_some(number)
    }
}

struct Reader<'r> {
    text: &'r str,
    look_up: &'r mut dyn FnMut(&str) -> Option<i64>,
}

impl Reader<'_> {
    fn binary(&mut self, level: usize, depth: usize) -> Option<i64> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary(depth) };
        let mut left = self.binary(level + 1, depth)?;
        loop {
            self.text = self.text.trim_start();
            let Some(operator) = operators.iter().find(|it| self.text.starts_with(**it)) else {
                return Some(left);
            };
            self.text = self.text.strip_prefix(operator)?;
            // Assignments and steps change variables: they are not followed.
            if self.text.starts_with(['=', '+', '-', '<', '>']) {
                return None;
            }
            let right = self.binary(level + 1, depth)?;
            left = apply(operator, left, right)?;
        }
    }

    fn unary(&mut self, depth: usize) -> Option<i64> {
        self.text = self.text.trim_start();
        if depth > DEPTH {
            return None;
        }
        if let Some(rest) = self.text.strip_prefix('!') {
            self.text = rest;
            return self.unary(depth + 1).map(|it| i64::from(it == 0));
        }
        if let Some(rest) = self.text.strip_prefix('-') {
            self.text = rest;
            return self.unary(depth + 1)?.checked_neg();
        }
        if let Some(rest) = self.text.strip_prefix('(') {
            self.text = rest;
            let number = self.binary(0, depth + 1)?;
            self.text = self.text.trim_start().strip_prefix(')')?;
            return Some(number);
        }
        let dollar = self.text.strip_prefix('$');
        let text = dollar.unwrap_or(self.text);
        let text = text.strip_prefix('{').unwrap_or(text);
        let end = text
            .find(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '#')
            .unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        self.text = rest.strip_prefix('}').unwrap_or(rest).trim_start();
        let assigns = self.text.starts_with('=') && !self.text.starts_with("==");
        if word.is_empty() || assigns || self.text.starts_with(['[', ':']) {
            return None;
        }
        let is_number = dollar.is_none() && word.starts_with(|it: char| it.is_ascii_digit());
        if is_number { word.parse().ok() } else { (self.look_up)(word) }
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    Some(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "+" => left.checked_add(right)?,
        "-" => left.checked_sub(right)?,
        "*" => left.checked_mul(right)?,
        "/" => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}
