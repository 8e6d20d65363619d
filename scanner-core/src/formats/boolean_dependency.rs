//! Boolean dependencies of rpm packages: terms between parentheses over names, `(a >= 1 and (b or c))`.
//! Specification: rpm's manual, "Boolean Dependencies". Commas count as blanks, as `lib/rpmds` reads them.

/// Terms in one another. Real ones have three.
const DEPTH: usize = 32;
/// Names and joins of one term. Real ones have tens.
const STEPS: usize = 10_000;

/// A step of a term. Steps stand in the order in which a term is evaluated: operands before what joins them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A name; its operator is `<`, `<=`, `=`, `>=` or `>`, or empty where no version is asked for.
    Name {
        /// Of a package, a library or a file.
        name: &'a str,
        /// What the version must be to the one that is named.
        operator: &'static str,
        /// The version that is named.
        version: &'a str,
    },
    /// `A and B`.
    And,
    /// `A or B`.
    Or,
    /// `A with B`: in one package.
    With,
    /// `A without B`: a package that meets the first and not the second.
    Without,
    /// `A if B`.
    If,
    /// `A if B else C`.
    IfElse,
    /// `A unless B`.
    Unless,
    /// `A unless B else C`.
    UnlessElse,
}

/// Reads a term with its parentheses; none where it is no term, or over a bound.
pub fn parse(term: &str) -> Option<Vec<Step<'_>>> {
    let (mut rest, mut steps, mut open) = (term, Vec::new(), Vec::new());
    while steps.len() < STEPS {
        rest = skip_blanks(rest);
        if let Some(inner) = rest.strip_prefix('(') {
            if open.len() == DEPTH {
                return None;
            }
            open.push(Group::default());
            rest = inner;
            continue;
        }
        let step;
        (step, rest) = name(rest)?;
        steps.push(step);
        let mut is_set = true;
        loop {
            steps.extend(open.last_mut()?.operand(is_set));
            rest = skip_blanks(rest);
            let Some(after) = rest.strip_prefix(')') else { break };
            let group = open.pop().filter(Group::is_sound)?;
            steps.extend(group.join.filter(|it| !it.is_chain()));
            (is_set, rest) = (group.is_set(), after);
            if open.is_empty() {
                return rest.is_empty().then_some(steps);
            }
        }
        let (word, after) = split_word(rest);
        open.last_mut()?.join(word)?;
        rest = after;
    }
    None
}

/// What stands between a pair of parentheses, as far as it was read.
#[derive(Default)]
struct Group {
    operands: usize,
    /// What joins the operands.
    join: Option<Step<'static>>,
    /// Whether an operand is more than a choice among packages.
    has_conditions: bool,
}

impl Group {
    /// Takes an operand; gives what joins it to those before it, unless that waits for the end.
    fn operand(&mut self, is_set: bool) -> Option<Step<'static>> {
        self.operands += 1;
        self.has_conditions |= !is_set;
        self.join.filter(|it| self.operands > 1 && it.is_chain())
    }

    /// Takes the word after an operand. Only some joins can follow each other, and only the same ones.
    fn join(&mut self, word: &str) -> Option<()> {
        self.join = Some(match (self.join, word) {
            (None | Some(Step::And), "and") => Step::And,
            (None | Some(Step::Or), "or") => Step::Or,
            (None | Some(Step::With), "with") => Step::With,
            (None, "without") => Step::Without,
            (None, "if") => Step::If,
            (None, "unless") => Step::Unless,
            (Some(Step::If), "else") => Step::IfElse,
            (Some(Step::Unless), "else") => Step::UnlessElse,
            _ => return None,
        });
        Some(())
    }

    /// Whether its operands can be joined so.
    fn is_sound(&self) -> bool {
        !self.has_conditions || !matches!(self.join, Some(Step::With | Step::Without))
    }

    /// Whether the whole is a choice among packages, each of which meets it alone.
    fn is_set(&self) -> bool {
        let joined = matches!(self.join, None | Some(Step::Or | Step::With | Step::Without));
        joined && !self.has_conditions
    }
}

impl Step<'_> {
    /// Whether any number of operands can be joined so.
    fn is_chain(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::With)
    }
}

/// `NAME [OPERATOR VERSION]`, and what follows.
fn name(text: &str) -> Option<(Step<'_>, &str)> {
    let (name, rest) = split_word(text);
    let (word, after) = split_word(skip_blanks(rest));
    let operator = match word {
        "<" => "<",
        "<=" | "=<" => "<=",
        "=" | "==" => "=",
        ">=" | "=>" => ">=",
        ">" => ">",
        _ => "",
    };
    let (version, after) =
        if operator.is_empty() { ("", rest) } else { split_word(skip_blanks(after)) };
    let whole = !name.is_empty() && operator.is_empty() == version.is_empty();
    whole.then_some((Step::Name { name, operator, version }, after))
}

fn is_blank(it: char) -> bool {
    it.is_ascii_whitespace() || it == ','
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

/// The text up to a blank or the parenthesis that ends a group; those of names, as `lib()(64bit)`, belong to it.
fn split_word(text: &str) -> (&str, &str) {
    let mut open = 0_usize;
    let end = text.find(|it| {
        match it {
            '(' => open += 1,
            ')' if open == 0 => return true,
            ')' => open -= 1,
            _ => {}
        }
        is_blank(it)
    });
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps, joins in capital letters.
    fn read(term: &str) -> Option<String> {
        let text = |it: Step<'_>| match it {
            Step::Name { name, operator, version } => format!("{name}{operator}{version}"),
            join => format!("{join:?}").to_uppercase(),
        };
        Some(parse(term)?.into_iter().map(text).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn every_join_is_read_in_the_order_of_evaluation() {
        for (term, steps) in [
            ("(a)", "a"),
            ("((a))", "a"),
            ("(a and b and c)", "a b AND c AND"),
            ("( a >= 1, or  b =< 2 )", "a>=1 b<=2 OR"),
            ("(d(x) >= 1 with d(x) < 2 with e)", "d(x)>=1 d(x)<2 WITH e WITH"),
            ("(a without b)", "a b WITHOUT"),
            ("(a if b)", "a b IF"),
            ("(a if b == 1 else c)", "a b=1 c IFELSE"),
            ("(a unless b)", "a b UNLESS"),
            ("(a unless b else c => 2)", "a b c>=2 UNLESSELSE"),
        ] {
            assert_eq!(read(term).as_deref(), Some(steps), "{term}");
        }
    }

    #[test]
    fn terms_stand_in_one_another_in_any_way() {
        for (term, steps) in [
            ("((a and b) or (c and d))", "a b AND c d AND OR"),
            ("(a or (b unless (c if d else e)))", "a b c d e IFELSE UNLESS OR"),
            ("((a or (b without c)) with d)", "a b c WITHOUT OR d WITH"),
            ("(lib.so.1()(64bit) if (x(y)(z) and w))", "lib.so.1()(64bit) x(y)(z) w AND IF"),
            ("(if or else)", "if else OR"),
        ] {
            assert_eq!(read(term).as_deref(), Some(steps), "{term}");
        }
    }

    #[test]
    fn what_rpm_refuses_is_no_term() {
        let deep = format!("{}a{}", "(".repeat(DEPTH + 1), ")".repeat(DEPTH + 1));
        let long = format!("(a{})", " and a".repeat(STEPS));
        for term in [
            "",
            "a",
            "()",
            "(a",
            "(a))",
            "(a) b",
            "(a b)",
            "(and)b",
            "(a and)",
            "(a and )",
            "(a and b or c)",
            "(a without b without c)",
            "(a if b if c)",
            "(a else b)",
            "(a if b else c else d)",
            "(a >=)",
            "(a >= )",
            "(a >=0,b)",
            "((a and b) with c)",
            "(a without (b if c))",
            "((a or (b and c)) with d)",
            &deep,
            &long,
        ] {
            assert_eq!(read(term), None, "{term}");
        }
    }
}
