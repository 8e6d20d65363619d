//! Terms over names: all of some, any of some, ranges of versions, and what is only needed beside something else.
//! Specification: rpm, "Boolean Dependencies".

use crate::model::Terms;

/// Terms in one another. Real ones have three.
const DEPTH: usize = 16;
const OPERATORS: [&str; 7] = ["and", "or", "if", "else", "unless", "with", "without"];

/// Names of which one is enough, each with what is said of its version. `!` before a name: nothing may have it.
type Choice = Vec<(String, String)>;

/// Adds what a term between parentheses asks for. A term that choices cannot say stands for itself, and nothing meets it.
pub(super) fn require(terms: &mut Terms, term: &str) {
    match choices(term, DEPTH) {
        Some(choices) => {
            for choice in choices {
                terms.add_choice(choice.iter().map(|(name, version)| (&**name, &**version)));
            }
        }
        None => terms.add(&format!("({term})"), ""),
    }
}

/// Choices that must all be met.
fn choices(term: &str, depth: usize) -> Option<Vec<Choice>> {
    let (operator, operands) = split(term)?;
    let inner = |operand: &str| {
        let nested = operand.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
        nested.map_or_else(
            || Some(vec![vec![name(operand)]]),
            |it| choices(it, depth.checked_sub(1)?),
        )
    };
    let parts: Vec<Vec<Choice>> = operands.into_iter().map(inner).collect::<Option<_>>()?;
    match operator {
        "" | "and" => Some(parts.concat()),
        // What is met by some things together is no choice among names.
        "or" => parts.iter().all(|it| it.len() == 1).then(|| vec![parts.concat().concat()]),
        "with" => range(&parts.concat().concat()).map(|it| vec![vec![it]]),
        "if" => match parts.as_slice() {
            [needed, condition] => Some(beside(needed, &absent(condition)?)),
            _ => None,
        },
        _ => None,
    }
}

/// The operands of a term and what stands between them, which must be the same everywhere.
fn split(term: &str) -> Option<(&str, Vec<&str>)> {
    let (mut operator, mut operands, mut start, mut open) = ("", Vec::new(), 0, 0_usize);
    let mut at = 0;
    for word in term.split(' ') {
        if open == 0 && OPERATORS.contains(&word) {
            if !matches!(operator, "") && operator != word {
                return None;
            }
            operator = word;
            operands.push(term.get(start..at)?.trim());
            start = at + word.len();
        }
        open = (open + word.matches('(').count()).checked_sub(word.matches(')').count())?;
        at += word.len() + 1;
    }
    operands.push(term.get(start..)?.trim());
    Some((operator, operands)).filter(|(_, operands)| operands.iter().all(|it| !it.is_empty()))
}

/// One name with all that is said of its version.
fn range(names: &[(String, String)]) -> Option<(String, String)> {
    let (name, _) = names.first()?;
    let versions: Vec<&str> = names.iter().map(|(_, version)| &**version).collect();
    names.iter().all(|(it, _)| it == name).then(|| (name.clone(), versions.join(",")))
}

/// What it takes for choices not to be met all together: alternatives, each of names that must all be absent.
fn absent(choices: &[Choice]) -> Option<Vec<Choice>> {
    let negated = |(name, version): &(String, String)| {
        (!name.starts_with('!')).then(|| (format!("!{name}"), version.clone()))
    };
    choices.iter().map(|choice| choice.iter().map(negated).collect()).collect()
}

/// Each of the choices, or one of the alternatives in its place.
fn beside(needed: &[Choice], alternatives: &[Choice]) -> Vec<Choice> {
    alternatives.iter().fold(needed.to_vec(), |needed, names| {
        let with = |choice: &Choice, it: &(String, String)| {
            [&choice[..], std::slice::from_ref(it)].concat()
        };
        needed.iter().flat_map(|choice| names.iter().map(move |it| with(choice, it))).collect()
    })
}

/// `NAME [OPERATOR VERSION]`.
fn name(text: &str) -> (String, String) {
    let (name, version) = text.split_once(' ').unwrap_or((text, ""));
    (name.to_owned(), version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(term: &str) -> Vec<String> {
        let mut terms = Terms::default();
        require(&mut terms, term);
        let text = |(name, version)| format!("{name} {version}").trim_end().to_owned();
        terms.iter().map(|it| it.map(text).collect::<Vec<_>>().join(" | ")).collect()
    }

    #[test]
    fn simple_terms_are_taken_apart() {
        assert_eq!(read("a >= 1 and b"), ["a >= 1", "b"]);
        assert_eq!(read("a or b = 2"), ["a | b = 2"]);
        assert_eq!(read("dist(x) >= 1 with dist(x) < 2"), ["dist(x) >= 1,< 2"]);
        assert_eq!(read("a if b > 1"), ["a | !b > 1"]);
    }

    #[test]
    fn nested_terms_are_taken_apart() {
        assert_eq!(read("a and (b or c = 1)"), ["a", "b | c = 1"]);
        assert_eq!(read("(a or b) or (x(y) and (z))"), ["((a or b) or (x(y) and (z)))"]);
        assert_eq!(read("(a or (b)) or c"), ["a | b | c"]);
        assert_eq!(read("(d(x) >= 1 with d(x) < 2) or (d(x) = 4)"), ["d(x) >= 1,< 2 | d(x) = 4"]);
        assert_eq!(read("(a and b) if c"), ["a | !c", "b | !c"]);
        assert_eq!(read("a if (b or c)"), ["a | !b", "a | !c"]);
        assert_eq!(read("a if (b and c)"), ["a | !b | !c"]);
        assert_eq!(read("(a if b) and (c(64bit) if d)"), ["a | !b", "c(64bit) | !d"]);
    }

    #[test]
    fn other_terms_stand_for_themselves() {
        let deep = format!("{}a{}", "(".repeat(20), ")".repeat(20));
        for term in [
            "a with b",
            "a unless b",
            "a if b else c",
            "(a and b) or c",
            "a and b or c",
            "a and",
            "a) and (b",
            "a if (b if c)",
            &deep,
        ] {
            assert_eq!(read(term), [format!("({term})")]);
        }
    }
}
