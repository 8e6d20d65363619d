//! Extended patterns of Bash: `?(…)`, `*(…)`, `+(…)`, `@(…)` and `!(…)`, each with alternatives between `|`.
//! Specification: the manual of GNU Bash, 3.5.8.1 "Pattern Matching".
//!
//! Every part of a pattern leads from the places of the text at which it may begin to those at which it may end.

use std::collections::BTreeSet;

use super::pattern::one;

/// Patterns in one another. Real ones have two.
const DEPTH: usize = 16;

/// Places of a text, counted in characters.
type Places = BTreeSet<usize>;

/// Whether a pattern is an extended one.
pub fn is_extended(pattern: &str) -> bool {
    let mut before = None;
    let mut escaped = false;
    for character in pattern.chars() {
        if character == '(' && !escaped && matches!(before, Some('?' | '*' | '+' | '@' | '!')) {
            return true;
        }
        before = (!escaped).then_some(character);
        escaped = character == '\\' && !escaped;
    }
    false
}

/// Whether a text matches an extended pattern as a whole; none if the pattern is not closed, or telling so takes more than
/// `steps`. Those that are taken are counted.
pub fn matches_extended(pattern: &str, text: &str, steps: &mut usize) -> Option<bool> {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let mut matcher = Matcher { text: &text, left: steps };
    let ends = matcher.sequence(&pattern, Places::from([0]), DEPTH)?;
    Some(ends.contains(&text.len()))
}

/// A match at work.
struct Matcher<'t> {
    text: &'t [char],
    /// The steps that are left.
    left: &'t mut usize,
}

impl Matcher<'_> {
    fn spend(&mut self, steps: usize) -> Option<()> {
        *self.left = self.left.checked_sub(steps + 1)?;
        Some(())
    }

    /// Where a pattern ends that begins at one of these places.
    fn sequence(&mut self, pattern: &[char], mut places: Places, depth: usize) -> Option<Places> {
        let mut rest = pattern;
        while let Some(first) = rest.first() {
            self.spend(places.len())?;
            if let [kind @ ('?' | '*' | '+' | '@' | '!'), '(', inside @ ..] = rest {
                let (inside, after) = closed(inside)?;
                places =
                    self.group(*kind, &alternatives(inside), &places, depth.checked_sub(1)?)?;
                rest = after;
                continue;
            }
            if *first == '*' {
                let least = places.first().copied();
                places = least.into_iter().flat_map(|it| it..=self.text.len()).collect();
                rest = rest.get(1..)?;
                continue;
            }
            let taken =
                places.iter().filter_map(|at| one(rest, *self.text.get(*at)?).map(|_| at + 1));
            places = taken.collect();
            rest = rest.get(length(rest)..)?;
        }
        Some(places)
    }

    fn group(
        &mut self,
        kind: char,
        alternatives: &[&[char]],
        places: &Places,
        depth: usize,
    ) -> Option<Places> {
        if kind == '!' {
            return self.others(alternatives, places, depth);
        }
        let mut ends = self.either(alternatives, places, depth)?;
        if matches!(kind, '*' | '+') {
            let mut new = ends.clone();
            while !new.is_empty() {
                let further = self.either(alternatives, &new, depth)?;
                new = further.difference(&ends).copied().collect();
                ends.extend(&new);
            }
        }
        if matches!(kind, '*' | '?') {
            ends.extend(places);
        }
        Some(ends)
    }

    /// Where one of several patterns ends.
    fn either(
        &mut self,
        alternatives: &[&[char]],
        places: &Places,
        depth: usize,
    ) -> Option<Places> {
        let mut ends = Places::new();
        for it in alternatives {
            ends.extend(self.sequence(it, places.clone(), depth)?);
        }
        Some(ends)
    }

    /// Where a text ends that none of several patterns matches.
    fn others(
        &mut self,
        alternatives: &[&[char]],
        places: &Places,
        depth: usize,
    ) -> Option<Places> {
        let mut ends = Places::new();
        for start in places {
            self.spend(self.text.len())?;
            let matched = self.either(alternatives, &Places::from([*start]), depth)?;
            ends.extend((*start..=self.text.len()).filter(|it| !matched.contains(it)));
        }
        Some(ends)
    }
}

/// The characters of a pattern that stand for one of the text.
fn length(pattern: &[char]) -> usize {
    match pattern.first() {
        Some('\\') if pattern.len() > 1 => 2,
        Some('[') => super::pattern::bracket(pattern).map_or(1, |(_, length)| length),
        _ => 1,
    }
}

/// What stands before the bracket that closes a pattern, and what after it; none if nothing does.
fn closed(pattern: &[char]) -> Option<(&[char], &[char])> {
    let end = splits(pattern).find(|(_, it)| *it == ')')?.0;
    Some((pattern.get(..end)?, pattern.get(end + 1..)?))
}

/// The alternatives between `|`.
fn alternatives(inside: &[char]) -> Vec<&[char]> {
    let mut start = 0;
    let mut found = Vec::new();
    for (at, _) in splits(inside) {
        found.extend(inside.get(start..at));
        start = at + 1;
    }
    found.extend(inside.get(start..));
    found
}

/// Where `|` and `)` stand that belong to no pattern within, the closing bracket being the last.
fn splits(pattern: &[char]) -> impl Iterator<Item = (usize, char)> {
    let (mut at, mut open) = (0, 0_usize);
    std::iter::from_fn(move || {
        loop {
            let character = *pattern.get(at)?;
            let here = at;
            at += length(pattern.get(at..)?);
            match character {
                '(' => open += 1,
                ')' if open > 0 => open -= 1,
                '|' | ')' if open == 0 => return Some((here, character)),
                _ => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_matches_its_alternatives_as_often_as_it_says() {
        for (pattern, text, expected) in [
            ("@(a|bc)d", "bcd", true),
            ("@(a|bc)d", "d", false),
            ("?(a|bc)d", "d", true),
            ("?(a)d", "aad", false),
            ("*(ab)c", "ababc", true),
            ("*(ab)c", "c", true),
            ("+(ab)c", "c", false),
            ("+([[:space:]])", " \t ", true),
            ("+([0-9])", "12x", false),
            ("!(a|b)", "a", false),
            ("!(a|b)", "ab", true),
            ("!(a|b)", "", true),
            ("!(*.sh)", "x.sh", false),
            ("*.@(sh|+(x|y))", "a.xyx", true),
            ("a!(b)c", "abc", false),
            ("a!(b)c", "abbc", true),
            ("@(\\)|\\|)", "|", true),
            ("@([|)])", ")", true),
            ("x\\+(a)", "x+(a)", true),
        ] {
            assert_eq!(
                matches_extended(pattern, text, &mut 1_000),
                Some(expected),
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn only_unescaped_brackets_after_their_sign_extend_a_pattern() {
        for (pattern, expected) in
            [("@(a)", true), ("a+(b)", true), ("(a)", false), ("\\+(a)", false), ("+\\(a)", false)]
        {
            assert_eq!(is_extended(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_closed_or_takes_too_long_is_not_told() {
        assert_eq!(matches_extended("@(a", "a", &mut 1_000), None);
        let deep = format!("{}a{}", "!(".repeat(20), ")".repeat(20));
        assert_eq!(matches_extended(&deep, "a", &mut 1_000), None);
        let slow = format!("{}b", "!(!(a)!(b))".repeat(20));
        assert_eq!(matches_extended(&slow, &"a".repeat(2_000), &mut 10_000), None);
    }
}
