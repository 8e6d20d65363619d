//! Arithmetic, as far as scripts need it to count: numbers, variables, `+ - * / %`, comparisons, `!`, `&&`, `||`, and an
//! expression that is an assignment.

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::model::Reason;

/// Levels of brackets in an expression. Real ones have two.
const DEPTH: usize = 16;

/// Operators by how tightly they bind, the loosest first; of those that begin alike the longer first.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Tracer<'_> {
    /// The value of an expression, as text; a variable that it changes is changed.
    pub(super) fn arithmetic(&mut self, world: &mut World, text: &str) -> Value {
        let Some(assignment) = Assignment::read(text) else {
            for name in changed(text) {
                let unknown =
                    Self::unknown_variable(name, "an expression that is not followed sets it");
                world.shell().set(name, Content::One(unknown));
            }
            return self.result(world, text);
        };
        let before = assignment.yields_before.then(|| self.result(world, assignment.name));
        let value = self.result(world, &assignment.becomes);
        world.shell().set(assignment.name, Content::One(value.clone()));
        before.unwrap_or(value)
    }

    fn result(&mut self, world: &World, text: &str) -> Value {
        let mut known = Known::Sure;
        if !self.spend(1 + text.len() / 64) {
            let why = "the scripts take more steps than the limit";
            return Value::unknown(text, Why::new(Reason::BudgetExhausted, why));
        }
        match self.evaluate(world, text, &mut known) {
            Some(number) => Value { text: number.to_string().into(), known },
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
            match text.strip_prefix('-') {
                Some(positive) => literal(positive)?.checked_neg(),
                None if text.is_empty() => Some(0),
                None => literal(text),
            }
        };
        let text = text.trim();
        if text.is_empty() {
            return Some(0);
        }
        let mut reader = Reader { text, look_up: &mut look_up };
        let number = reader.binary(0, 0)?;
        reader.text.trim().is_empty().then_some(number)
    }
}

/// `NAME = …`, `NAME += …`, `NAME++`, `--NAME` and the like.
struct Assignment<'t> {
    name: &'t str,
    /// What the variable becomes, as an expression.
    becomes: String,
    /// Whether the value of the whole is that of the variable before.
    yields_before: bool,
}

impl<'t> Assignment<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        for (sign, operator) in [("++", '+'), ("--", '-')] {
            let after = text.strip_suffix(sign);
            let name = after.or_else(|| text.strip_prefix(sign)).map(str::trim);
            if let Some(name) = name.filter(|it| is_name(it)) {
                let becomes = format!("{name} {operator} 1");
                return Some(Self { name, becomes, yields_before: after.is_some() });
            }
        }
        let (left, right) = text.split_once('=')?;
        let operator = left.chars().next_back().filter(|it| "+-*/%".contains(*it));
        let name = operator.map_or(left, |it| left.trim_end_matches(it)).trim();
        let only = !right.starts_with('=') && changed(right).next().is_none();
        let becomes =
            operator.map_or_else(|| right.to_owned(), |it| format!("{name} {it} ({right})"));
        (is_name(name) && only).then_some(Self { name, becomes, yields_before: false })
    }
}

/// The variables of an expression that changes some of them.
fn changed(text: &str) -> impl Iterator<Item = &str> {
    let compared =
        ["==", "!=", "<=", ">="].iter().fold(text.to_owned(), |it, sign| it.replace(sign, ""));
    let changes = compared.contains('=') || text.contains("++") || text.contains("--");
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.filter(move |it| changes && is_name(it))
}

/// A number: decimal, octal after a `0`, or hexadecimal after `0x`.
fn literal(text: &str) -> Option<i64> {
    let digits = |text: &str, radix: u32| {
        let first = text.starts_with(|it: char| it.is_digit(radix));
        if first { i64::from_str_radix(text, radix).ok() } else { None }
    };
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hexadecimal) => digits(hexadecimal, 16),
        None => digits(text, if text.starts_with('0') { 8 } else { 10 }),
    }
}

/// Whether a text is the name of a variable.
fn is_name(text: &str) -> bool {
    let first = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    first && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
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
        if is_number { literal(word) } else { (self.look_up)(word) }
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
