//! Patterns: `*`, `?`, `[…]`, and `\` before what stands for itself.
//! Specification: POSIX.1-2024, Shell & Utilities, 2.14 "Pattern Matching Notation".

/// Whether a text matches a pattern as a whole.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last `*` stood, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        let next = text.get(place).copied().unwrap_or_default();
        if pattern.get(at) == Some(&'*') {
            star = Some((at, place));
            at += 1;
        } else if let Some(length) = one(pattern.get(at..).unwrap_or_default(), next) {
            at += length;
            place += 1;
        } else if let Some((before, taken)) = star {
            star = Some((before, taken + 1));
            (at, place) = (before + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|it| *it == '*')
}

/// How much of a pattern takes this character; none if it does not.
pub(super) fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern.first()? {
        '?' => Some(1),
        '\\' => (pattern.get(1) == Some(&character)).then_some(2),
        '[' => match bracket(pattern) {
            Some((set, length)) => holds(set, character).then_some(length),
            None => (character == '[').then_some(1),
        },
        first => (*first == character).then_some(1),
    }
}

/// What stands between brackets, and how long the whole is.
pub(super) fn bracket(pattern: &[char]) -> Option<(&[char], usize)> {
    let negated = usize::from(matches!(pattern.get(1), Some('!' | '^')));
    let first = 1 + negated;
    let mut at = first;
    while let Some(next) = pattern.get(at) {
        match next {
            ']' if at > first => return Some((pattern.get(1..at)?, at + 1)),
            '[' if pattern.get(at + 1) == Some(&':') => {
                at += 2 + pattern.get(at + 2..)?.iter().position(|it| *it == ']')?;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn holds(set: &[char], character: char) -> bool {
    let negated = matches!(set.first(), Some('!' | '^'));
    let set = if negated { set.get(1..).unwrap_or_default() } else { set };
    let text: String = set.iter().collect();
    let class = |name: &str, it: bool| text.contains(name) && it;
    let mut found = class("[:alpha:]", character.is_alphabetic())
        || class("[:digit:]", character.is_ascii_digit())
        || class("[:alnum:]", character.is_alphanumeric())
        || class("[:space:]", character.is_whitespace())
        || class("[:upper:]", character.is_uppercase())
        || class("[:lower:]", character.is_lowercase());
    let mut at = 0;
    while let Some(first) = set.get(at) {
        if let (Some('-'), Some(last)) = (set.get(at + 1), set.get(at + 2)) {
            found |= (*first..=*last).contains(&character);
            at += 3;
        } else {
            found |= *first == character && !text.contains("[:");
            at += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text) in [
            ("*", ""),
            ("-*", "-x"),
            ("*.sh", "a.sh"),
            ("a?c", "abc"),
            ("[0-9]*", "10-x"),
            ("[!a]", "b"),
            ("\\*", "*"),
            ("*a*b", "xaxxab"),
            ("[[:digit:]]", "7"),
            ("[", "["),
            ("[]x]", "]"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("-*", "x-"),
            ("a?c", "ac"),
            ("[!a]", "a"),
            ("\\*", "x"),
            ("[[:digit:]]", "d"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_cost_no_more_than_text_times_pattern() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &"a".repeat(5000)));
    }
}
