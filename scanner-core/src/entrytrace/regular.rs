//! Regular expressions: `[[ TEXT =~ EXPRESSION ]]`.
//! Specification: POSIX.1-2024, Base Definitions, 9.4 "Extended Regular Expressions".

use std::sync::Arc;

use regex::RegexBuilder;

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::formats::shell::Word;
use crate::model::Reason;

/// Bytes that an expression may take once it is read. Real ones take some thousands.
const SIZE: usize = 1 << 16;

/// Steps that reading an expression counts for, whatever it says: it takes as long as so many commands at most.
const STEPS: usize = 64;

/// Where the texts are that the parts of an expression matched.
const PARTS: &str = "BASH_REMATCH";

impl Tracer<'_> {
    /// Whether a text holds what an expression says.
    pub(super) fn holds_expression(
        &mut self,
        world: &mut World,
        (text, written): (&Value, &Word),
        scope: Scope<'_>,
    ) -> Truth {
        let expression = self.quoted_as(world, written, regex::escape, scope);
        let truth = match expression.text() {
            None => Truth::Unknown(expression.why().cloned().unwrap_or_else(unfollowed)),
            Some(_) if !self.spend(STEPS + (text.text.len() + expression.text.len()) / 64) => {
                Truth::Unknown(unfollowed())
            }
            Some(it) if matches!(text.known, Known::No(_)) && is_anything(it) => Truth::Sure(true),
            Some(it) => match holds(it, &text.text) {
                Some(holds) => text.weakened(&expression).test(|_| holds),
                None => Truth::Unknown(unfollowed()),
            },
        };
        let parts = if truth == Truth::Sure(false) {
            Content::Array(Vec::new())
        } else {
            Content::One(Self::unknown_variable(PARTS, "parts of expressions are not followed"))
        };
        world.shell().set(PARTS, parts);
        truth
    }
}

fn unfollowed() -> Arc<Why> {
    Why::new(Reason::DynamicEvaluation, "a regular expression that is not followed")
}

/// Whether every text holds what an expression says.
fn is_anything(expression: &str) -> bool {
    matches!(expression, "" | ".*" | "^.*" | "^.*$" | "^" | "$")
}

/// Whether a text holds what an expression says; none where libraries of C differ about it, or from the one used here.
fn holds(expression: &str, text: &str) -> Option<bool> {
    if !expression.is_ascii() || !text.is_ascii() || !is_common(expression) {
        return None;
    }
    let mut builder = RegexBuilder::new(expression);
    builder.dot_matches_new_line(true).size_limit(SIZE);
    Some(builder.build().ok()?.is_match(text))
}

/// Whether an expression means the same everywhere: letters are not escaped, what is repeated is so by one sign, groups
/// and sets have no extensions.
fn is_common(expression: &str) -> bool {
    let bytes = expression.as_bytes();
    let is_sign = |at: usize| bytes.get(at).is_none_or(|it| b"*+?{".contains(it));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'\\' if next.is_none_or(u8::is_ascii_alphanumeric) => return false,
            b'\\' => at += 1,
            b'*' | b'+' | b'?' | b'}' | b'(' | b'|' | b'^' if next.is_some() && is_sign(at + 1) => {
                return false;
            }
            b'{' if !next.is_some_and(u8::is_ascii_digit) => return false,
            b'[' => match set(expression.get(at..).unwrap_or_default()) {
                Some(length) => at += length - 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
    }
    true
}

/// How long a set is at whose `[` a text begins; none if it means more than characters, ranges and classes.
fn set(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = if bytes.get(1) == Some(&b'^') { 2 } else { 1 };
    let mut at = first;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b']', _) if at > first => return Some(at + 1),
            (b'[', Some(b':')) => at += 2 + text.get(at + 2..)?.find(":]")? + 1,
            (b'\\' | b'[', _) | (b'&', Some(b'&')) | (b'-', Some(b'-')) | (b'~', Some(b'~')) => {
                return None;
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn expressions_hold_where_bash_says_so() {
        for (expression, text, expected) in [
            ("^-", "-x", true),
            ("^-", "x-", false),
            ("^[0-9]+$", "12", true),
            ("^[0-9]+$", "1x", false),
            ("[[:space:]]", "a b", true),
            ("[[:space:]]", "ab", false),
            ("^([^/]+)/([^/]+)/?([tT][rR][uU][eE])?$", "neo4j/secret/TRUE", true),
            ("^([^/]+)/([^/]+)/?([tT][rR][uU][eE])?$", "neo4j", false),
            ("^(a|bc)$", "bc", true),
            ("a{2,3}$", "aa", true),
            ("^a{2}$", "aaa", false),
            ("[]x]", "]", true),
            ("[^]x]", "]", false),
            ("a.c", "a\nc", true),
            ("\\.sh$", "x.sh", true),
            ("\\.sh$", "xsh", false),
            ("", "", true),
        ] {
            assert_eq!(holds(expression, text), Some(expected), "{expression} {text}");
        }
    }

    #[test]
    fn what_libraries_differ_about_is_not_told() {
        for expression in [
            "\\d", "\\w+", "a**", "a+?", "(?i)a", "*a", "a|*b", "[a\\]", "[[=a=]]", "[a&&b]", "(a",
            "{2}", "ä",
        ] {
            assert_eq!(holds(expression, "a"), None, "{expression}");
        }
        assert_eq!(holds(&"(a{100}){100}".repeat(30), "a"), None);
    }
}
