//! Regular expressions: `[[ TEXT =~ EXPRESSION ]]`.
//! Specification: POSIX.1-2024, Base Definitions, 9.4 "Extended Regular Expressions".

use std::sync::Arc;

use super::scope::Scope;
use super::tracer::Tracer;
use super::value::{Known, Truth, Value, Why};
use super::variables::Content;
use super::world::World;
use crate::formats::shell::Word;
use crate::model::Reason;

/// Groups in one another. Real ones have two.
const DEPTH: usize = 8;

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
        let expression = self.quoted_as(world, written, escaped, scope);
        let truth = match expression.text() {
            None => Truth::Unknown(expression.why().cloned().unwrap_or_else(unfollowed)),
            Some(_) if !self.spend(expression.text.len() / 16) => Truth::Unknown(unfollowed()),
            Some(it) if matches!(text.known, Known::No(_)) && is_anything(it) => Truth::Sure(true),
            // What a character is beyond ASCII, the locale says.
            Some(it) => match pattern_of(it).filter(|_| text.text.is_ascii()) {
                Some(pattern) => self.glob(text, &expression.with(pattern)),
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

/// An expression as an extended pattern that matches the whole text; none where libraries of C differ about it, or it
/// counts.
fn pattern_of(expression: &str) -> Option<String> {
    if !expression.is_ascii() {
        return None;
    }
    let mut reader = Reader { rest: expression, depth: 0 };
    let branches = reader.branches()?;
    reader.rest.is_empty().then(|| match branches.as_slice() {
        [only] => only.clone(),
        several => format!("@({})", several.join("|")),
    })
}

/// What stands for itself in an expression.
fn escaped(text: &str) -> String {
    let sign = |it: char| it.is_ascii_punctuation().then_some('\\');
    text.chars().flat_map(|it| sign(it).into_iter().chain([it])).collect()
}

/// An expression while it is read.
struct Reader<'e> {
    rest: &'e str,
    /// How many groups are open.
    depth: usize,
}

impl Reader<'_> {
    fn eat(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The branches between `|`, to the end of the group.
    fn branches(&mut self) -> Option<Vec<String>> {
        let mut branches = vec![self.branch()?];
        while self.eat('|') {
            branches.push(self.branch()?);
        }
        Some(branches)
    }

    /// What outside groups is not anchored has anything around it.
    fn branch(&mut self) -> Option<String> {
        let outside = self.depth == 0;
        let mut pattern = String::from(if outside && !self.eat('^') { "*" } else { "" });
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            if outside && self.eat('$') {
                return (self.rest.is_empty() || self.rest.starts_with('|')).then_some(pattern);
            }
            let atom = self.atom()?;
            let repeated = ['*', '+', '?'].into_iter().find(|it| self.eat(*it));
            match repeated {
                Some(sign) => pattern.extend([&*sign.to_string(), "(", &atom, ")"]),
                None => pattern.push_str(&atom),
            }
            if repeated.is_some() && self.rest.starts_with(['*', '+', '?']) {
                return None;
            }
        }
        pattern.push_str(if outside { "*" } else { "" });
        Some(pattern)
    }

    fn atom(&mut self) -> Option<String> {
        let first = self.rest.chars().next()?;
        if first == '[' {
            let (set, rest) = self.rest.split_at(set(self.rest)?);
            self.rest = rest;
            // What negates in a pattern stands for itself in an expression.
            return Some(set.replacen("[!", "[\\!", 1));
        }
        self.rest = self.rest.get(1..)?;
        match first {
            '.' => Some("?".to_owned()),
            '(' if self.depth < DEPTH => {
                self.depth += 1;
                let branches = self.branches()?;
                self.depth -= 1;
                self.eat(')').then(|| format!("@({})", branches.join("|")))
            }
            '\\' => {
                let sign = self.rest.chars().next().filter(char::is_ascii_punctuation)?;
                self.rest = self.rest.get(1..)?;
                Some(format!("\\{sign}"))
            }
            '^' | '$' | '*' | '+' | '?' | '{' | '}' | '(' => None,
            sign if sign.is_ascii_punctuation() => Some(format!("\\{sign}")),
            plain => Some(plain.to_string()),
        }
    }
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
            (b'\\' | b'[', _) => return None,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::pattern_of;
    use crate::formats::shell::{matches, matches_extended};

    fn holds(expression: &str, text: &str) -> Option<bool> {
        let pattern = pattern_of(expression)?;
        let extended = matches_extended(&pattern, text, &mut 10_000)?;
        assert!(pattern.contains('(') || matches(&pattern, text) == extended, "{pattern}");
        Some(extended)
    }

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
            ("^a|b$", "xb", true),
            ("^a|b$", "ba", false),
            ("a+b", "xaaby", true),
            ("^(|a)b", "bc", true),
            ("^\\+@!$", "+@!", true),
            ("[]x]", "]", true),
            ("[^]x]", "]", false),
            ("^[!a]$", "!", true),
            ("^[!a]$", "b", false),
            ("[!]a", "!a", true),
            ("^[a&&b]$", "&", true),
            ("^[%--]$", "-", true),
            ("^[[:alnum:]_]+$", "a_b", true),
            ("^[^[:alnum:]_]+$", "a_b", false),
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
            "\\d", "\\w+", "a**", "a{2}", "(^a)", "a)", "a+?", "(?i)a", "*a", "a|*b", "[a\\]",
            "[[=a=]]", "(a", "{2}", "ä",
        ] {
            assert_eq!(holds(expression, "a"), None, "{expression}");
        }
        assert_eq!(holds(&format!("{}a{}", "(".repeat(20), ")".repeat(20)), "a"), None);
    }
}
