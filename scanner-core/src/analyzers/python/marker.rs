//! Environment markers: when a requirement holds.
//! Specification: PyPA, "Dependency specifiers" (PEP 508), with what is unknown as a third answer.

use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifier};

use super::requirements::normalized;

/// The values of variables; none where a value is not known.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    And,
    Or,
    Operator(&'a str),
    Text(&'a str),
    Name(&'a str),
}

/// Whether a marker holds; none where that cannot be told or it is no marker.
pub(super) fn evaluate(marker: &str, variables: Variables<'_>) -> Option<bool> {
    let mut stack = Stack::default();
    let mut rest = tokens(marker)?.into_iter();
    while let Some(token) = rest.next() {
        match token {
            Token::Open => stack.operators.push(token),
            Token::Close => stack.close()?,
            Token::And | Token::Or => stack.join(token)?,
            Token::Text(_) | Token::Name(_) => {
                let Some(Token::Operator(operator)) = rest.next() else { return None };
                stack.compare((token, operator, rest.next()?), variables)?;
            }
            Token::Operator(_) => return None,
        }
    }
    stack.finish()
}

/// The extras that a marker asks for, by their normal names.
pub(super) fn extras(marker: &str) -> Vec<String> {
    let tokens = tokens(marker).unwrap_or_default();
    let named = tokens.windows(3).filter_map(|it| match it {
        [Token::Name("extra"), Token::Operator(_), Token::Text(text)]
        | [Token::Text(text), Token::Operator(_), Token::Name("extra")] => Some(normalized(text)),
        _ => None,
    });
    named.collect()
}

/// Values that are joined, and what joins them. Both may hold as much as the marker is long; nothing recurs.
#[derive(Default)]
struct Stack<'a> {
    values: Vec<Option<bool>>,
    operators: Vec<Token<'a>>,
}

impl<'a> Stack<'a> {
    /// Adds a comparison, whose answer is none where a value is not known.
    fn compare(
        &mut self,
        (left, operator, right): (Token<'_>, &str, Token<'_>),
        variables: Variables<'_>,
    ) -> Option<()> {
        let (a, b) = (value(left, variables)?, value(right, variables)?);
        let holds = match (a.first(), b.first()) {
            (Some(a), Some(b)) if [left, right].contains(&Token::Name("extra")) => {
                // Extras look like versions and are names.
                let (a, b) = (format!("[{}]", normalized(a)), format!("[{}]", normalized(b)));
                Some(compare(&a, operator, &b)?)
            }
            (Some(a), Some(b)) => Some(compare(a, operator, b)?),
            _ => None,
        };
        self.values.push(holds);
        Some(())
    }

    fn join(&mut self, operator: Token<'a>) -> Option<()> {
        // `and` binds closer than `or`.
        while let Some(last @ (Token::And | Token::Or)) = self.operators.last().copied() {
            if last == Token::Or && operator == Token::And {
                break;
            }
            self.reduce()?;
        }
        self.operators.push(operator);
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        while *self.operators.last()? != Token::Open {
            self.reduce()?;
        }
        self.operators.pop();
        Some(())
    }

    fn reduce(&mut self) -> Option<()> {
        let (b, a) = (self.values.pop()?, self.values.pop()?);
        let decides = match self.operators.pop()? {
            Token::And => false,
            Token::Or => true,
            _ => return None,
        };
        let joined = match (a, b) {
            (Some(it), _) | (_, Some(it)) if it == decides => Some(it),
            (Some(_), Some(it)) => Some(it),
            _ => None,
        };
        self.values.push(joined);
        Some(())
    }

    fn finish(mut self) -> Option<bool> {
        while !self.operators.is_empty() {
            self.reduce()?;
        }
        let value = self.values.pop()?;
        value.filter(|_| self.values.is_empty())
    }
}

/// The value of a part of a comparison; nothing where it is not known, and none where it is no such part.
fn value(it: Token<'_>, variables: Variables<'_>) -> Option<Vec<String>> {
    match it {
        Token::Text(text) => Some(vec![text.to_owned()]),
        Token::Name(name) => Some(variables(name).into_iter().collect()),
        _ => None,
    }
}

fn compare(a: &str, operator: &str, b: &str) -> Option<bool> {
    let specifier = VersionSpecifier::from_str(&format!("{operator}{b}")).ok();
    if let Some((specifier, version)) = specifier.zip(Version::from_str(a).ok()) {
        return Some(specifier.contains(&version));
    }
    Some(match operator {
        "==" | "===" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        "in" => b.contains(a),
        "not in" => !b.contains(a),
        _ => return None,
    })
}

fn tokens(marker: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::new();
    let mut rest = marker.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' | ')' => {
                let token = if first == '(' { Token::Open } else { Token::Close };
                (token, rest.get(1..)?)
            }
            '"' | '\'' => {
                let (text, after) = rest.get(1..)?.split_once(first)?;
                (Token::Text(text), after)
            }
            '<' | '>' | '=' | '!' | '~' => {
                let end = rest.find(|it| !"<>=!~".contains(it)).unwrap_or(rest.len());
                let (operator, after) = rest.split_at(end);
                (Token::Operator(operator), after)
            }
            _ => {
                let is_word = |it: char| it.is_ascii_alphanumeric() || "_.".contains(it);
                let (word, after) =
                    rest.split_at(rest.find(|it| !is_word(it)).unwrap_or(rest.len()));
                match word {
                    "" => return None,
                    "and" => (Token::And, after),
                    "or" => (Token::Or, after),
                    "in" => (Token::Operator("in"), after),
                    "not" => (Token::Operator("not in"), after.trim_start().strip_prefix("in")?),
                    _ => (Token::Name(word), after),
                }
            }
        };
        found.push(token);
        rest = after.trim_start();
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(marker: &str) -> Option<bool> {
        evaluate(marker, &|name| match name {
            "python_version" => Some("3.11".to_owned()),
            "sys_platform" => Some("linux".to_owned()),
            "extra" => Some("some-extra".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn versions_are_compared_as_versions_and_words_as_words() {
        for (marker, expected) in [
            ("python_version >= '3.9'", true),
            ("'3.9' < python_version", true),
            ("python_version < \"3.2\"", false),
            ("python_version in '3.10 3.11'", true),
            ("python_version not in '2.7, 3.1'", true),
            ("python_version == '3.*'", true),
            ("sys_platform == 'win32'", false),
            ("extra == 'Some_Extra'", true),
            ("'nux' in sys_platform", true),
        ] {
            assert_eq!(holds(marker), Some(expected), "{marker}");
        }
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closest() {
        let (yes, no) = ("sys_platform == 'linux'", "sys_platform == 'x'");
        assert_eq!(holds(&format!("{yes} or {no} and {no}")), Some(true));
        assert_eq!(holds(&format!("({yes} or {no}) and {no}")), Some(false));
        assert_eq!(holds(&format!("(({no} or ({yes})))")), Some(true));
    }

    #[test]
    fn what_is_unknown_decides_nothing() {
        let unknown = "platform_release == '5'";
        assert_eq!(holds(unknown), None);
        assert_eq!(holds(&format!("{unknown} and sys_platform == 'x'")), Some(false));
        assert_eq!(holds(&format!("sys_platform == 'linux' or {unknown}")), Some(true));
        assert_eq!(holds(&format!("sys_platform == 'linux' and {unknown}")), None);
    }

    #[test]
    fn what_is_no_marker_holds_never() {
        for marker in
            ["", "x", "x ==", "== 'a'", "(", "sys_platform == 'linux')", "a b", "'", "not x", "%"]
        {
            assert_eq!(holds(marker), None, "{marker}");
        }
        assert_eq!(holds(&"(".repeat(100_000)), None);
    }

    #[test]
    fn extras_are_named_in_either_order() {
        assert_eq!(extras("extra == 'A_b' and ('c' == extra or os_name == 'd')"), ["a-b", "c"]);
    }
}
